#include "facts/kept_arguments.h"
#include "facts/behind_suspension.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "facts/real_suspension.h"
#include "facts/self_owner.h"
#include "language/coroutine.h"
#include "language/written_code.h"
#include <clang/AST/StmtCXX.h>
#include <clang/Basic/SourceManager.h>
#include <map>

namespace coroguard {

/// keptArguments() of a coroutine that is awaited by `depth` others.
static std::vector<uint32_t> keptBy(const clang::FunctionDecl &coroutine, UnitContext &unit, unsigned depth);

namespace {

using clang::FunctionDecl;
using clang::SourceLocation;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// What names an object that was lent: the number of the argument that it belongs to.
using ArgumentOf = llvm::function_ref<std::optional<uint32_t>(const clang::Expr &)>;

/// The names of what a coroutine was lent, and its variables that lead there: references to it or to a part, pointers to
/// it, views and iterators of it, closures that hold it by reference.
class LentNames {
public:
  LentNames(const Stmt &body, ArgumentOf lent) : lent(lent) {
    forEachInner(&body, [&](const Stmt &inner) {
      if (const auto *declared = dyn_cast<clang::DeclStmt>(&inner)) addAliases(*declared);
      if (const auto *range = dyn_cast<clang::CXXForRangeStmt>(&inner))
        for (const clang::DeclStmt *made : {range->getRangeStmt(), range->getBeginStmt()})
          if (made) addAliases(*made);
    });
  }

  std::optional<uint32_t> argumentOf(const clang::Expr &name) const {
    const auto *use = dyn_cast<clang::DeclRefExpr>(&name);
    auto alias = use ? aliases.find(use->getDecl()) : aliases.end();
    return alias != aliases.end() ? std::optional(alias->second) : lent(name);
  }

private:
  void addAliases(const clang::DeclStmt &statement) {
    for (const clang::Decl *decl : statement.decls()) {
      const auto *variable = dyn_cast<clang::VarDecl>(decl);
      if (!variable || !variable->getInit() || variable->hasGlobalStorage()) continue;
      if (std::optional<uint32_t> argument = leadsTo(*variable)) aliases[variable] = *argument;
    }
  }

  std::optional<uint32_t> leadsTo(const clang::VarDecl &variable) const {
    const clang::Expr *value = unwrap(variable.getInit());
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(value)) return heldBy(*closure);
    if (variable.getType()->isReferenceType()) return partOf(value);
    const auto *address = dyn_cast<clang::UnaryOperator>(value);
    if (address && address->getOpcode() == clang::UO_AddrOf) return partOf(unwrap(address->getSubExpr()));
    bool refers = variable.getType()->isPointerType() || isView(variable.getType());
    if (!refers) return std::nullopt;
    if (isName(*value) && (variable.getType()->isPointerType() == value->getType()->isPointerType())) return argumentOf(*value);
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(value);
    const clang::CXXMethodDecl *method = call && call->isPRValue() ? call->getMethodDecl() : nullptr;
    bool looksIn = method && (variable.isImplicit() || method->getParent()->isInStdNamespace());
    return looksIn ? partOf(unwrap(call->getImplicitObjectArgument())) : std::nullopt;
  }

  std::optional<uint32_t> heldBy(const clang::LambdaExpr &closure) const {
    const auto *init = closure.capture_init_begin();
    for (const clang::LambdaCapture &capture : closure.captures()) {
      const clang::Expr *captured = *init++;
      bool refers = capture.getCaptureKind() == clang::LCK_ByRef || capture.getCaptureKind() == clang::LCK_This;
      if (refers && captured)
        if (std::optional<uint32_t> argument = partOf(unwrap(captured))) return argument;
    }
    return std::nullopt;
  }

  /// The object itself, or a part of it that lives and dies with it.
  std::optional<uint32_t> partOf(const clang::Expr *object) const {
    while (const auto *member = dyn_cast<clang::MemberExpr>(object)) {
      const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
      if (!field || field->getType()->isReferenceType()) return std::nullopt;
      object = unwrap(member->getBase());
      if (member->isArrow()) return isName(*object) ? argumentOf(*object) : std::nullopt;
    }
    const auto *unary = dyn_cast<clang::UnaryOperator>(object);
    if (unary && unary->getOpcode() == clang::UO_Deref) object = unwrap(unary->getSubExpr());
    return isName(*object) ? argumentOf(*object) : std::nullopt;
  }

  static bool isName(const clang::Expr &expression) { return isa<clang::DeclRefExpr, clang::CXXThisExpr>(expression); }

  ArgumentOf lent;
  llvm::DenseMap<const clang::ValueDecl *, uint32_t> aliases;
};

/// The uses of what a coroutine was lent that run when its caller may have gone on: all of them when it is lazy,
/// otherwise those that some path reaches behind a suspension, and those in the operand of one, which may keep what it
/// is given.
class LaterUses {
public:
  LaterUses(const FunctionDecl &coroutine, const CoroutineView &view, ArgumentOf lent, UnitContext &unit,
            unsigned depth)
      : unit(unit), depth(depth), names(view.writtenBody(), lent) {
    if (unit.valueType(coroutine.getReturnType()).start == Start::Lazy) {
      forEachInner(&view.writtenBody(), [&](const Stmt &inner) { add(inner); });
      return;
    }
    forEachBehindSuspension(coroutine, unit, [&](const Stmt &stmt) { add(stmt); });
    for (const SuspensionPoint &point : view.suspensions())
      if (point.operand && suspends(*point.expression)) addLentTo(*point.operand);
  }

  /// The first in the source, by the argument.
  const std::map<uint32_t, SourceLocation> &all() const { return first; }

private:
  void add(const Stmt &stmt) {
    const auto *name = dyn_cast<clang::Expr>(&stmt);
    std::optional<uint32_t> argument = name ? names.argumentOf(*name) : std::nullopt;
    if (!argument) return;
    auto [known, isNew] = first.try_emplace(*argument, name->getExprLoc());
    bool isEarlier = !isNew && unit.ast.getSourceManager().isBeforeInTranslationUnit(name->getExprLoc(), known->second);
    if (isEarlier) known->second = name->getExprLoc();
  }

  bool suspends(const Stmt &point) const {
    const auto *written = dyn_cast<clang::CoroutineSuspendExpr>(&point);
    return !written || maySuspend(*written, unit);
  }

  void addLentTo(const clang::Expr &operand) {
    forEachInner(&operand, [&](const Stmt &inner) {
      const auto *use = dyn_cast<clang::Expr>(&inner);
      if (use && names.argumentOf(*use) && !isCopiedBefore(operand, *use)) add(inner);
    });
  }

  /// In the operand of a suspension, which is evaluated before: is only the value taken, so that nothing of the object
  /// itself goes into what is awaited?
  bool isCopiedBefore(const clang::Expr &operand, const clang::Expr &use) const {
    std::vector<const Stmt *> around = writtenAround(&operand, use);
    for (size_t i = around.size(); i-- > 0;) {
      const auto *outer = dyn_cast<clang::Expr>(around[i]);
      if (!outer || isa<clang::CoawaitExpr>(outer)) return false;
      const auto *cast = dyn_cast<clang::CastExpr>(outer);
      bool isScalar = outer->getType()->isArithmeticType() || outer->getType()->isEnumeralType();
      if (cast && cast->getCastKind() == clang::CK_LValueToRValue && isScalar) return true;
      if (const auto *call = dyn_cast<clang::CallExpr>(outer); call && call->isPRValue() && isScalar) return true;
      const auto *made = dyn_cast<clang::CXXConstructExpr>(outer);
      bool copies = made && (made->getConstructor()->isCopyOrMoveConstructor() || made->getConstructor()->isInStdNamespace() ||
                             holdsCopyOnly(*made->getConstructor()->getParent(), use.getType()));
      if (copies && !isView(outer->getType())) return true;
      const auto *call = dyn_cast<clang::CallExpr>(outer);
      if (call && call->isPRValue() && !isView(outer->getType())) return isCopiedIn(*call, use);
    }
    return false;
  }

  /// Is such an object a member of the class or a base, and none of their members a reference or pointer to one?
  static bool holdsCopyOnly(const clang::CXXRecordDecl &record, clang::QualType object) {
    bool holds = false;
    return !mayRefer(record, object.getCanonicalType().getUnqualifiedType(), holds) && holds;
  }
  static bool mayRefer(const clang::CXXRecordDecl &record, clang::QualType object, bool &holds) {
    auto isIt = [&](clang::QualType type) { return type.getCanonicalType().getUnqualifiedType() == object; };
    for (const clang::FieldDecl *field : record.fields()) {
      clang::QualType type = field->getType();
      bool refers = (type->isReferenceType() || type->isPointerType()) && isIt(type->getPointeeType());
      if (refers && !isIt(type)) return true;
      holds |= isIt(type);
    }
    return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
      const clang::CXXRecordDecl *inner = base.getType()->getAsCXXRecordDecl();
      return !inner || !inner->hasDefinition() || mayRefer(*inner->getDefinition(), object, holds);
    });
  }

  /// An eager coroutine that is called there runs up to a suspension of its own, and may copy it before that.
  bool isCopiedIn(const clang::CallExpr &call, const clang::Expr &use) const {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const clang::FunctionDecl *definition = callee ? callee->getDefinition() : nullptr;
    if (const auto *closure = use.getType()->getAsCXXRecordDecl(); closure && closure->isLambda())
      return isOverWithCall(call, *closure);
    if (depth >= 2 || isa<clang::CXXOperatorCallExpr>(call) || !readableBody(callee, unit) || !CoroutineView::of(*definition)) return false;
    if (unit.valueType(call.getType()).start != Start::Eager) return false;
    std::vector<uint32_t> kept = keptBy(*definition, unit, depth + 1);
    for (unsigned i = 0; i < call.getNumArgs(); ++i)
      if (findInner<clang::Expr>(call.getArg(i), [&](const clang::Expr &inner) { return &inner == &use; }))
        return !llvm::is_contained(kept, 1 + i);
    return false;
  }

  /// A lambda that is no coroutine does all that it does in the call, by itself or by a function that calls it at once.
  bool isOverWithCall(const clang::CallExpr &call, const clang::CXXRecordDecl &closure) const {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    const SinkCall *sink = callee ? unit.lookup.sink(*callee) : nullptr;
    bool isCall = method && method->getParent() == &closure;
    if (!callee || !(isCall || callee->isInStdNamespace() || (sink && sink->runs == RunsOn::Here))) return false;
    const clang::CXXMethodDecl *body = isCall ? method : closure.getLambdaCallOperator();
    return body && !body->getDescribedFunctionTemplate() && !CoroutineView::of(*body);
  }

  UnitContext &unit;
  unsigned depth; // of coroutines that await one another
  LentNames names;
  std::map<uint32_t, SourceLocation> first;
};

bool holdsPointer(const clang::CXXRecordDecl &record, int depth) {
  for (const clang::FieldDecl *field : record.fields()) {
    clang::QualType type = field->getType();
    if (type->isPointerType() || type->isReferenceType()) return true;
    const clang::CXXRecordDecl *inner = type->getAsCXXRecordDecl();
    if (depth > 0 && inner && inner->hasDefinition() && holdsPointer(*inner->getDefinition(), depth - 1)) return true;
  }
  return depth > 0 && llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
           const clang::CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
           return parent && parent->hasDefinition() && holdsPointer(*parent->getDefinition(), depth - 1);
         });
}

bool isBorrowed(clang::QualType type) {
  return type->isReferenceType() || type->isPointerType() || isView(type);
}

} // namespace

bool isView(clang::QualType type) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || record->isLambda() || !record->hasDefinition() || record->isDependentContext()) return false;
  record = record->getDefinition();
  return record->hasTrivialDestructor() && !record->hasNonTrivialCopyConstructor() && holdsPointer(*record, 2);
}

static std::vector<KeptUse> keptUses(const FunctionDecl &coroutine, UnitContext &unit, unsigned depth) {
  auto view = CoroutineView::of(coroutine);
  if (!view) return {};
  auto lent = [&](const clang::Expr &expression) -> std::optional<uint32_t> {
    if (isa<clang::CXXThisExpr>(expression)) return objectArgument;
    const auto *name = dyn_cast<clang::DeclRefExpr>(&expression);
    const auto *parameter = name ? dyn_cast<clang::ParmVarDecl>(name->getDecl()) : nullptr;
    bool isLent = parameter && isBorrowed(parameter->getType()) && parameter->getDeclContext() == &coroutine;
    return isLent ? std::optional(1 + parameter->getFunctionScopeIndex()) : std::nullopt;
  };
  std::vector<KeptUse> uses;
  LaterUses later(coroutine, *view, lent, unit, depth);
  for (const auto &[argument, place] : later.all())
    if (argument != objectArgument || !keepsItself(coroutine)) // else it is no argument
      uses.push_back({argument, place});
  return uses;
}

std::vector<KeptUse> keptUses(const FunctionDecl &coroutine, UnitContext &unit) { return keptUses(coroutine, unit, 0); }

static std::vector<uint32_t> keptBy(const FunctionDecl &coroutine, UnitContext &unit, unsigned depth) {
  std::vector<uint32_t> kept;
  for (const KeptUse &use : keptUses(coroutine, unit, depth)) kept.push_back(use.argument);
  return kept;
}

std::vector<uint32_t> keptArguments(const FunctionDecl &coroutine, UnitContext &unit) { return keptBy(coroutine, unit, 0); }

bool keepsClosure(const clang::CXXMethodDecl &callOperator, UnitContext &unit) {
  auto view = CoroutineView::of(callOperator);
  if (!view || callOperator.getParent()->capture_size() == 0) return false;
  auto lent = [](const clang::Expr &expression) -> std::optional<uint32_t> {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&expression);
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    bool isCapture = variable && (variable->isInitCapture() || name->refersToEnclosingVariableOrCapture());
    return isCapture || isa<clang::CXXThisExpr>(expression) ? std::optional<uint32_t>(objectArgument) : std::nullopt;
  };
  return !LaterUses(callOperator, *view, lent, unit, 0).all().empty();
}

} // namespace coroguard
