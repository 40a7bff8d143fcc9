#include "facts/cross_uses.h"
#include "facts/bound_values.h"
#include "facts/handoffs.h"
#include "facts/inner_statements.h"
#include "facts/object_root.h"
#include "facts/readable_body.h"
#include "facts/sent_to.h"
#include "language/callee.h"
#include <clang/AST/RecursiveASTVisitor.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using llvm::dyn_cast;

/// Does a use through `this` count?
enum class MemberUses {
  No,      // the work goes to the object's own thread, as far as anybody knows
  Changes, // it goes to threads that are not the object's: what changes the object counts
  All,     // and it is given the object that it should use instead
};

/// The first use of the sender's objects in the body of one callable, nested callables included, unless these are
/// sent on themselves.
class UseFinder : public clang::RecursiveASTVisitor<UseFinder> {
public:
  UseFinder(const FunctionDecl &callable, const SentTo &target, MemberUses members, bool references, UnitContext &unit)
      : callable(callable), target(target), members(members), references(references), unit(unit) {}

  struct Found {
    CrossUse::Form form;
    clang::SourceLocation location;
    const clang::NamedDecl *subject;
  };
  std::optional<Found> find() {
    TraverseStmt(callable.getBody());
    return found;
  }

  bool TraverseUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr *) { return true; }
  bool TraverseCXXNoexceptExpr(clang::CXXNoexceptExpr *) { return true; }
  bool TraverseTypeLoc(clang::TypeLoc, bool = true) { return true; }
  bool TraverseRequiresExpr(clang::RequiresExpr *) { return true; }
  bool TraverseCXXTypeidExpr(clang::CXXTypeidExpr *) { return true; }

  /// What is sent on runs on a third thread, or comes back: its own call is looked at by itself.
  bool TraverseLambdaExpr(clang::LambdaExpr *lambda) {
    return sentOn.contains(lambda) || RecursiveASTVisitor::TraverseLambdaExpr(lambda);
  }

  bool VisitCallExpr(clang::CallExpr *call) {
    Callee callee = resolveCallee(*call);
    if (callee.isIndirect()) return true;
    const SinkCall *sink = unit.lookup.sink(callee);
    if (sink && sink->runs != RunsOn::Here && sink->runs != RunsOn::Unknown && sink->runs != RunsOn::Loop)
      for (const Expr *argument : call->arguments())
        if (const auto *lambda = dyn_cast<clang::LambdaExpr>(unwrap(argument))) sentOn.insert(lambda);
    return true;
  }

  bool VisitMemberExpr(clang::MemberExpr *member) {
    if (members != MemberUses::All || !usesState(*member->getMemberDecl())) return true;
    if (isSenders(*member->getBase())) take(CrossUse::Form::Member, member->getMemberLoc(), member->getMemberDecl());
    return !found;
  }

  bool VisitCXXMemberCallExpr(clang::CXXMemberCallExpr *call) {
    const clang::CXXMethodDecl *method = call->getMethodDecl();
    if (method && !method->isStatic() && !method->isConst() && !hasConstTwin(*method))
      changed(*call->getImplicitObjectArgument(), *call, method);
    return !found;
  }
  bool VisitCXXOperatorCallExpr(clang::CXXOperatorCallExpr *call) {
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee());
    bool leadsIn = call->getOperator() == clang::OO_Subscript || call->getOperator() == clang::OO_Arrow ||
                   call->getOperator() == clang::OO_Star || call->getOperator() == clang::OO_Call;
    if (method && !method->isConst() && !leadsIn) changed(*call->getArg(0), *call, nullptr);
    return !found;
  }
  bool VisitBinaryOperator(clang::BinaryOperator *op) {
    if (op->isAssignmentOp()) changed(*op->getLHS(), *op, nullptr);
    return !found;
  }
  bool VisitUnaryOperator(clang::UnaryOperator *op) {
    if (op->isIncrementDecrementOp()) changed(*op->getSubExpr(), *op, nullptr);
    return !found;
  }

private:
  void take(CrossUse::Form form, clang::SourceLocation location, const clang::NamedDecl *subject) {
    if (!found) found = Found{form, location, subject};
  }

  /// An assignment, or a call of a member that may change its object.
  void changed(const Expr &object, const Expr &whole, const clang::CXXMethodDecl *method) {
    if (object.isTypeDependent() || isUsableAnywhere(object.getType())) return;
    if (references) changedReference(object);
    if (members == MemberUses::No || !isSenders(object)) return;
    bool bound = unit.lookup.loopBoundType(object.getType().getNonReferenceType());
    if (!bound && isOwnSlot(object)) return;
    const clang::NamedDecl *subject = memberOf(object);
    if (!subject && method && usesState(*method)) subject = method; // a call on the object itself
    if (subject && usesState(*subject)) take(CrossUse::Form::Member, whole.getExprLoc(), subject);
  }

  void changedReference(const Expr &object) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(&object));
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    if (!variable || variable->getType()->isReferenceType() || !variable->hasLocalStorage()) return;
    for (const clang::LambdaCapture &capture : llvm::cast<clang::CXXMethodDecl>(callable).getParent()->captures())
      if (capture.capturesVariable() && capture.getCapturedVar() == variable && capture.getCaptureKind() == clang::LCK_ByRef)
        take(CrossUse::Form::Reference, name->getLocation(), variable);
  }

  /// An accessor that is there for const objects as well only leads to what is changed, if it is.
  static bool hasConstTwin(const clang::CXXMethodDecl &method) {
    return llvm::any_of(method.getParent()->lookup(method.getDeclName()), [&](const clang::NamedDecl *other) {
      const auto *twin = dyn_cast<clang::CXXMethodDecl>(other);
      return twin && twin->isConst() && twin->getNumParams() == method.getNumParams();
    });
  }

  /// Is it the object whose `this` was captured, or a part of it?
  bool isSenders(const Expr &object) { return objectRoot(&object, callable, unit).kind == Root::Kind::This; }

  /// The first field of `this->field...` on the way to an object.
  static const clang::NamedDecl *memberOf(const Expr &object) {
    const clang::NamedDecl *member = nullptr;
    const Expr *at = unwrap(&object);
    while (true) {
      if (const auto *access = dyn_cast<clang::MemberExpr>(at)) member = access->getMemberDecl(), at = access->getBase();
      else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(at)) at = op->getArg(0);
      else if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(at)) at = call->getImplicitObjectArgument();
      else if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(at)) at = index->getBase();
      else if (const auto *unary = dyn_cast<clang::UnaryOperator>(at)) at = unary->getSubExpr();
      else return member;
      if (!at) return member;
      at = unwrap(at);
    }
  }

  /// slots[shard].value: every thread has an element of its own.
  bool isOwnSlot(const Expr &object) {
    const Expr *at = unwrap(&object);
    while (true) {
      const Expr *index = nullptr;
      if (const auto *access = dyn_cast<clang::MemberExpr>(at)) at = access->getBase();
      else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(at))
        index = op->getOperator() == clang::OO_Subscript && op->getNumArgs() == 2 ? op->getArg(1) : nullptr, at = op->getArg(0);
      else if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(at))
        index = call->getNumArgs() == 1 ? call->getArg(0) : nullptr, at = call->getImplicitObjectArgument();
      else if (const auto *element = dyn_cast<clang::ArraySubscriptExpr>(at)) index = element->getIdx(), at = element->getBase();
      else return false;
      if (index && target.isTarget(*index)) return true;
      if (!at) return false;
      at = unwrap(at);
    }
  }

  /// A member whose use is a use of what may change: not a static or constant one, nothing that is there for all
  /// threads, no method that looks at no member.
  bool usesState(const clang::NamedDecl &member) {
    if (const auto *field = dyn_cast<clang::FieldDecl>(&member)) {
      clang::QualType type = field->getType();
      return !type.getNonReferenceType().isConstQualified() && !isUsableAnywhere(type);
    }
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&member);
    if (!method || method->isStatic() || unit.lookup.isImplementation(*method)) return false;
    return !unit.lookup.sink(*method) && !isStateless(*method);
  }

  /// Its body is known and has no `this` in it.
  bool isStateless(const clang::CXXMethodDecl &method) {
    struct ThisFinder : clang::RecursiveASTVisitor<ThisFinder> {
      bool VisitCXXThisExpr(clang::CXXThisExpr *) { return !(found = true); }
      bool found = false;
    } finder;
    const clang::Stmt *body = method.isVirtual() ? nullptr : readableBody(&method, unit);
    if (!body) return false;
    finder.TraverseStmt(const_cast<clang::Stmt *>(body));
    return !finder.found;
  }

  /// An atomic, a mutex, or a container of one object per loop: made for several threads.
  bool isUsableAnywhere(clang::QualType type) {
    const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
    if (!record && type->isPointerType()) record = type->getPointeeType()->getAsCXXRecordDecl();
    if (!record) return false;
    if (record->isInStdNamespace() && record->getIdentifier() &&
        llvm::any_of(std::initializer_list<llvm::StringRef>{"atomic", "mutex", "condition_variable", "stop_source"},
                     [&](llvm::StringRef part) { return record->getName().contains(part); }))
      return true;
    return sendsElsewhere(*record, unit);
  }

  const FunctionDecl &callable;
  const SentTo &target;
  MemberUses members;
  bool references;
  UnitContext &unit;
  llvm::DenseSet<const clang::LambdaExpr *> sentOn;
  std::optional<Found> found;
};

/// The class whose `this` a closure made in this function would capture.
const clang::CXXRecordDecl *senderClass(const FunctionDecl &callable) {
  const clang::DeclContext *context = &callable;
  while (context) {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(context);
    if (method && !method->getParent()->isLambda()) return method->isStatic() ? nullptr : method->getParent();
    context = context->getParent();
  }
  return nullptr;
}

bool capturesCopyOfThis(const clang::CXXRecordDecl &closure) {
  return llvm::any_of(closure.captures(), [](const clang::LambdaCapture &capture) {
    return capture.getCaptureKind() == clang::LCK_StarThis;
  });
}

/// Is the callable given the object of the sender's class that lives where it runs?
bool isGivenTheInstance(const FunctionDecl &callable, const clang::CXXRecordDecl &sender) {
  return llvm::any_of(callable.parameters(), [&](const clang::ParmVarDecl *parameter) {
    const clang::CXXRecordDecl *record = parameter->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition() || !sender.hasDefinition()) return false;
    return declaresSameEntity(record, &sender) || sender.isDerivedFrom(record) || record->isDerivedFrom(&sender);
  });
}

MemberUses memberUses(const SinkCall &sink, const SentTo &target, const FunctionDecl &callable) {
  const clang::CXXRecordDecl *sender = senderClass(callable);
  if (sink.runs != RunsOn::OtherLoop || !sender) return MemberUses::No;
  if (isGivenTheInstance(callable, *sender)) return MemberUses::All;
  return target.isPerhapsHome() ? MemberUses::No : MemberUses::Changes;
}

/// A captured copy that may not travel.
std::optional<CrossUse> boundCapture(const clang::CXXRecordDecl &closure, UnitContext &unit) {
  for (const clang::LambdaCapture &capture : closure.captures()) {
    if (!capture.capturesVariable() || capture.getCaptureKind() != clang::LCK_ByCopy) continue;
    const auto *variable = dyn_cast<clang::VarDecl>(capture.getCapturedVar());
    if (!variable || variable->getType()->isDependentType()) continue;
    std::optional<BoundValue> bound = boundValue(variable->getType().getNonReferenceType(), unit);
    if (!bound) continue;
    CrossUse use;
    use.place = unit.place(capture.getLocation());
    use.form = CrossUse::Form::BoundValue;
    use.subject = unit.string(variable->getName());
    use.type = unit.name(*bound->record);
    use.why = unit.string(bound->model->why);
    return use;
  }
  return std::nullopt;
}

/// A value that is sent along with the callable, as one of the arguments behind it.
std::optional<CrossUse> boundArgument(llvm::ArrayRef<const Expr *> behind, UnitContext &unit) {
  for (const Expr *argument : behind) {
    clang::QualType type = unwrap(argument)->getType();
    std::optional<BoundValue> bound = type->isDependentType() ? std::nullopt : boundValue(type.getNonReferenceType(), unit);
    if (!bound) continue;
    CrossUse use;
    use.place = unit.place(argument->getExprLoc());
    use.form = CrossUse::Form::BoundValue;
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(argument))) use.subject = unit.string(name->getDecl()->getName());
    use.type = unit.name(*bound->record);
    use.why = unit.string(bound->model->why);
    return use;
  }
  return std::nullopt;
}

/// Does it ask on which thread it is, or hold a lock? Then perhaps one thread at a time changes what all of them see.
bool takesTurns(const FunctionDecl &callable, const SinkCall &sink, UnitContext &unit) {
  return findInner<Expr>(callable.getBody(), [&](const Expr &inner) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    if (name && !sink.unlessGiven.empty() && qualifiedName(*name->getDecl()) == sink.unlessGiven) return true;
    return llvm::isa<clang::CXXConstructExpr>(inner) && unit.lookup.guard(inner.getType());
  });
}

std::optional<CrossUse> useInBody(const FunctionDecl &callable, const SinkCall &sink, const SentTo &target, bool dropped,
                                  UnitContext &unit) {
  MemberUses members = memberUses(sink, target, callable);
  const auto &closure = *llvm::cast<clang::CXXMethodDecl>(callable).getParent();
  if (capturesCopyOfThis(closure)) members = MemberUses::No;
  bool references = sink.runs == RunsOn::OtherLoop && (dropped || (sink.atOnce && !takesTurns(callable, sink, unit)));
  if (!callable.getBody() || (members == MemberUses::No && !references)) return std::nullopt;
  auto found = UseFinder(callable, target, members, references, unit).find();
  if (!found) return std::nullopt;
  CrossUse use;
  use.place = unit.place(found->location);
  use.form = found->form == CrossUse::Form::Reference && !dropped ? CrossUse::Form::Raced : found->form;
  bool isLocal = llvm::isa<clang::VarDecl>(found->subject);
  use.subject = isLocal ? unit.string(found->subject->getName()) : unit.name(*found->subject);
  return use;
}

} // namespace

void findCrossUses(const SinkCall &sink, StringId sinkName, const Expr &call, llvm::ArrayRef<const Expr *> arguments,
                   Function &facts, UnitContext &unit) {
  if (sink.runs != RunsOn::OtherLoop && sink.runs != RunsOn::Offload) return;
  SentTo target(sink, call, arguments);
  if (target.isHere()) return;
  Place made = unit.place(call.getExprLoc());
  bool dropped = !facts.drops.empty() && facts.drops.back().place == made; // so nobody waits for the work
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::vector<const FunctionDecl *> targets = callableTargets(arguments[i], unit);
    std::optional<CrossUse> use;
    for (const FunctionDecl *callable : targets) {
      const auto *method = dyn_cast<clang::CXXMethodDecl>(callable);
      if (use || !method || !method->getParent()->isLambda()) continue;
      use = boundCapture(*method->getParent(), unit);
      if (!use) use = useInBody(*callable, sink, target, dropped, unit);
    }
    if (!use && !targets.empty()) use = boundArgument(arguments.drop_front(i + 1), unit);
    if (!use) continue;
    use->through = sinkName;
    use->sentAt = unit.place(call.getBeginLoc());
    facts.crossUses.push_back(*use);
  }
}

} // namespace coroguard
