#include "facts/destructors.h"
#include "facts/named_object.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::CXXDestructorDecl;
using clang::CXXRecordDecl;
using clang::Expr;
using llvm::dyn_cast;

bool isStdTemplate(const CXXRecordDecl &record, std::initializer_list<llvm::StringRef> names) {
  return record.isInStdNamespace() && record.getIdentifier() && llvm::is_contained(names, record.getName());
}

/// Does an object of this template end the life of objects of its template arguments? Not std::shared_ptr: perhaps
/// somebody else still has one.
bool isOwner(const CXXRecordDecl &record) {
  return isStdTemplate(record, {"unique_ptr", "optional", "vector", "deque", "list", "forward_list", "array", "pair", "tuple",
                                "variant", "map", "multimap", "unordered_map", "set", "multiset", "unordered_set"});
}

bool isEndless(const CXXRecordDecl &record) {
  return !record.hasDefinition() || record.isLambda() || record.isUnion() || record.isDependentContext();
}

void addEnds(clang::QualType type, bool throughPointer, UnitContext &unit, std::vector<LifeEnd> &ends);

void addOwned(const CXXRecordDecl &owner, UnitContext &unit, std::vector<LifeEnd> &ends) {
  const auto *special = dyn_cast<clang::ClassTemplateSpecializationDecl>(&owner);
  if (!special || special->isDependentContext()) return;
  bool isPointer = isStdTemplate(owner, {"unique_ptr"});
  auto add = [&](const clang::TemplateArgument &argument) {
    if (argument.getKind() == clang::TemplateArgument::Type) addEnds(argument.getAsType(), isPointer, unit, ends);
  };
  llvm::ArrayRef<clang::TemplateArgument> arguments = special->getTemplateArgs().asArray();
  if (isPointer && arguments.size() > 1) { // with a deleter of its own nobody knows what happens
    const CXXRecordDecl *deleter = arguments[1].getAsType()->getAsCXXRecordDecl();
    if (deleter && isStdTemplate(*deleter, {"default_delete"})) add(arguments[0]);
    return;
  }
  for (const clang::TemplateArgument &argument : arguments) {
    if (argument.getKind() == clang::TemplateArgument::Pack) llvm::for_each(argument.pack_elements(), add);
    else add(argument);
  }
}

/// Can anything that matters happen in this destructor? Of implicit ones only the members' and bases' count.
bool matters(const CXXRecordDecl &record, const CXXDestructorDecl &destructor, UnitContext &unit) {
  auto [entry, isNew] = unit.endMatters.try_emplace(record.getCanonicalDecl(), false);
  if (!isNew) return entry->second; // also while it is being asked: a class that owns its own kind
  bool result = unit.lookup.blocking(destructor) != nullptr;
  if (!result && unit.inProject(record.getLocation())) {
    result = destructor.isUserProvided() || destructor.isVirtual(); // an overrider may do what this one does not
    for (const clang::FieldDecl *field : record.fields()) result = result || !lifeEnds(field->getType(), unit).empty();
    for (const clang::CXXBaseSpecifier &base : record.bases()) result = result || !lifeEnds(base.getType(), unit).empty();
  }
  return unit.endMatters[record.getCanonicalDecl()] = result;
}

void addEnds(clang::QualType type, bool throughPointer, UnitContext &unit, std::vector<LifeEnd> &ends) {
  type = unit.ast.getBaseElementType(type);
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || isEndless(*record)) return;
  record = record->getDefinition();
  if (isOwner(*record)) return addOwned(*record, unit, ends);
  const CXXDestructorDecl *destructor = record->getDestructor();
  if (!destructor || !matters(*record, *destructor, unit)) return;
  bool dispatched = throughPointer && destructor->isVirtual() && !record->isEffectivelyFinal();
  ends.push_back({destructor, dispatched});
}

/// Is the object the result of a call of this function, without the argument that makes its end harmless?
bool isMadeBy(const Expr *maker, const std::string &function, UnitContext &unit) {
  const auto *call = maker ? dyn_cast<clang::CallExpr>(unwrap(maker)) : nullptr;
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || qualifiedName(*callee) != function) return false;
  const SinkCall *sink = unit.lookup.sink(*callee);
  if (!sink || sink->unlessGiven.empty()) return true;
  return llvm::none_of(call->arguments(), [&](const Expr *argument) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(argument));
    return name && qualifiedName(*name->getDecl()) == sink->unlessGiven;
  });
}

StringId nameOf(const clang::NamedDecl &decl, UnitContext &unit) { return unit.string(decl.getNameAsString()); }

} // namespace

std::vector<LifeEnd> lifeEnds(clang::QualType type, UnitContext &unit) {
  std::vector<LifeEnd> ends;
  if (!type->isReferenceType() && !type->isDependentType()) addEnds(type, false, unit, ends);
  return ends;
}

Call destructorCall(const LifeEnd &end, clang::SourceLocation place, StringId object, const Expr *maker, UnitContext &unit) {
  Call call;
  call.place = unit.place(place);
  call.callee = unit.entity(*end.destructor);
  call.name = unit.name(*end.destructor->getParent());
  call.origin = Origin::Destructor;
  call.subject = object;
  call.dispatched = end.dispatched;
  const BlockingCall *blocks = unit.lookup.blocking(*end.destructor);
  if (!blocks || (!blocks->madeBy.empty() && !isMadeBy(maker, blocks->madeBy, unit))) return call;
  setBlocks(call, *blocks, unit);
  return call;
}

bool disarms(const clang::CXXMemberCallExpr &call, UnitContext &unit) {
  const clang::CXXMethodDecl *method = call.getMethodDecl();
  if (!method || !method->getIdentifier()) return false;
  for (const LifeEnd &end : lifeEnds(call.getImplicitObjectArgument()->getType().getNonReferenceType(), unit)) {
    const BlockingCall *blocks = unit.lookup.blocking(*end.destructor);
    if (blocks && llvm::is_contained(blocks->disarmedBy, method->getName())) return true;
  }
  return false;
}

namespace {

/// Does the body call a member of this field after which its destructor does not block?
bool disarmsField(const clang::Stmt *body, const clang::FieldDecl &field, UnitContext &unit) {
  if (!body) return false;
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(body);
  if (call && namedObject(call->getImplicitObjectArgument()) == field.getCanonicalDecl() && disarms(*call, unit)) return true;
  return llvm::any_of(body->children(), [&](const clang::Stmt *child) { return disarmsField(child, field, unit); });
}

} // namespace

void addMembersEnds(const CXXDestructorDecl &destructor, Function &facts, UnitContext &unit) {
  const CXXRecordDecl &record = *destructor.getParent();
  if (record.isUnion() || record.isDependentContext()) return;
  for (const clang::FieldDecl *field : record.fields()) {
    if (field->isAnonymousStructOrUnion() || disarmsField(destructor.getBody(), *field, unit)) continue;
    for (const LifeEnd &end : lifeEnds(field->getType(), unit))
      facts.calls.push_back(destructorCall(end, field->getLocation(), nameOf(*field, unit), nullptr, unit));
  }
  for (const clang::CXXBaseSpecifier &base : record.bases())
    for (const LifeEnd &end : lifeEnds(base.getType(), unit))
      facts.calls.push_back(destructorCall(end, base.getBeginLoc(), {}, nullptr, unit));
}

namespace {

/// A set of local variables by their places in a list: those whose end would block if it came now.
using Armed = uint64_t;
constexpr size_t mostVariables = 64;

class VariablesEnds {
public:
  VariablesEnds(FunctionFlow &flow, llvm::ArrayRef<const clang::VarDecl *> variables)
      : unit(flow.unit), variables(variables.take_front(mostVariables)) {
    collect(flow.function.getBody());
  }

  void step(Armed &armed, const FlowElement &element) {
    const clang::Stmt *statement = element.statement;
    if (element.kind == FlowElement::Kind::Suspension && statement) await(*statement, armed);
    if (element.kind != FlowElement::Kind::Statement || !statement) return;
    if (auto disarmed = disarmedFrom.find(statement); disarmed != disarmedFrom.end()) set(armed, disarmed->second, false);
    if (const auto *declared = dyn_cast<clang::DeclStmt>(statement)) declare(*declared, armed);
    else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(statement)) assign(*op, armed);
    else if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(statement)) use(*member, armed);
    else if (const auto *call = dyn_cast<clang::CallExpr>(statement)) pass(*call, armed);
    else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(statement)) move(*construct, armed);
  }

  std::optional<size_t> indexOf(const clang::ValueDecl *decl) const {
    const auto *found = llvm::find(variables, decl);
    return found == variables.end() ? std::nullopt : std::optional<size_t>(found - variables.begin());
  }
  std::optional<size_t> indexOf(const Expr *object) const {
    const auto *name = dyn_cast<clang::DeclRefExpr>(object->IgnoreParenImpCasts());
    return name ? indexOf(name->getDecl()) : std::nullopt;
  }

private:
  void set(Armed &armed, std::optional<size_t> index, bool value) {
    if (index) armed = (armed & ~(Armed(1) << *index)) | Armed(value) << *index;
  }

  /// Is this variable awaited in the statement, or one of its members called after which its destructor does not block?
  bool isDisarmedIn(const clang::Stmt *statement, const clang::ValueDecl *variable) {
    if (!statement || !variable || llvm::isa<clang::LambdaExpr>(statement)) return false;
    const auto names = [&](const Expr *object) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(object->IgnoreParenImpCasts());
      return name && name->getDecl() == variable;
    };
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(statement); await && names(unwrap(await->getOperand()))) return true;
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(statement);
    if (call && names(call->getImplicitObjectArgument()) && disarms(*call, unit)) return true;
    return llvm::any_of(statement->children(), [&](const clang::Stmt *child) { return isDisarmedIn(child, variable); });
  }

  /// `if (t.joinable()) t.join();` and `for (auto &t : threads) t.join();` leave nothing to wait for on either path.
  void collect(const clang::Stmt *statement) {
    if (!statement || llvm::isa<clang::LambdaExpr>(statement)) return;
    if (const auto *branch = dyn_cast<clang::IfStmt>(statement); branch && branch->getCond()) {
      const auto *asked = dyn_cast<clang::CXXMemberCallExpr>(branch->getCond()->IgnoreParenImpCasts());
      auto index = asked ? indexOf(asked->getImplicitObjectArgument()) : std::nullopt;
      if (index && isDisarmedIn(branch->getThen(), variables[*index])) disarmedFrom[asked] = *index;
      if (auto empty = indexOfEmpty(branch->getCond())) disarmReturns(branch->getThen(), *empty);
    } else if (const auto *loop = dyn_cast<clang::CXXForRangeStmt>(statement); loop && loop->getRangeInit()) {
      auto index = indexOf(loop->getRangeInit());
      if (index && isDisarmedIn(loop->getBody(), loop->getLoopVariable())) disarmedFrom[loop->getRangeStmt()] = *index;
    }
    for (const clang::Stmt *child : statement->children()) collect(child);
  }

  /// The owner that holds nothing when the condition is true: `!owner`, `owner == nullptr`.
  std::optional<size_t> indexOfEmpty(const Expr *condition) const {
    condition = condition->IgnoreParenImpCasts();
    const Expr *asked = nullptr;
    if (const auto *negation = dyn_cast<clang::UnaryOperator>(condition); negation && negation->getOpcode() == clang::UO_LNot) {
      asked = negation->getSubExpr()->IgnoreParenImpCasts();
      if (const auto *conversion = dyn_cast<clang::CXXMemberCallExpr>(asked)) asked = conversion->getImplicitObjectArgument();
    } else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(condition); op && op->getOperator() == clang::OO_EqualEqual) {
      if (isEmptyValue(op->getArg(1))) asked = op->getArg(0);
    }
    const CXXRecordDecl *record = asked ? asked->getType()->getAsCXXRecordDecl() : nullptr;
    return record && isStdTemplate(*record, {"unique_ptr", "optional"}) ? indexOf(asked) : std::nullopt;
  }

  /// `if (!owner) return;`
  void disarmReturns(const clang::Stmt *statement, size_t index) {
    if (!statement || llvm::isa<clang::LambdaExpr>(statement)) return;
    if (llvm::isa<clang::ReturnStmt, clang::CoreturnStmt>(statement)) disarmedFrom[statement] = index;
    for (const clang::Stmt *child : statement->children()) disarmReturns(child, index);
  }

  /// `co_await t`, `co_await join(threads)`: whoever awaits it waits for its end.
  void await(const clang::Stmt &suspension, Armed &armed) {
    const auto *expression = dyn_cast<clang::CoawaitExpr>(&suspension);
    if (!expression) return;
    const Expr *operand = unwrap(expression->getOperand());
    set(armed, indexOf(operand), false);
    const auto *call = dyn_cast<clang::CallExpr>(operand);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (!callee || llvm::isa<clang::CXXMethodDecl>(callee)) return;
    for (unsigned i = 0; i < call->getNumArgs() && i < callee->getNumParams(); ++i) {
      clang::QualType type = callee->getParamDecl(i)->getType();
      if (type->isReferenceType() && !type->getPointeeType().isConstQualified()) set(armed, indexOf(call->getArg(i)), false);
    }
  }

  void declare(const clang::DeclStmt &statement, Armed &armed) {
    for (const clang::Decl *decl : statement.decls())
      if (const auto *variable = dyn_cast<clang::VarDecl>(decl)) set(armed, indexOf(variable), beginsArmed(*variable));
  }

  /// An empty pointer, an empty container, a thread that was not started: there is nothing to end.
  bool beginsArmed(const clang::VarDecl &variable) {
    const CXXRecordDecl *record = unit.ast.getBaseElementType(variable.getType())->getAsCXXRecordDecl();
    bool isOwn = record && unit.inProject(record->getLocation());
    if (isOwn || !variable.getInit()) return isOwn;
    const Expr *init = unwrap(variable.getInit());
    if (llvm::isa<clang::CXXNullPtrLiteralExpr>(init)) return false;
    const auto *construct = dyn_cast<clang::CXXConstructExpr>(init);
    if (!construct) return true;
    if (construct->getNumArgs() == 0 || llvm::isa<clang::CXXDefaultArgExpr>(construct->getArg(0))) return madeWithoutArguments(*record);
    return !isEmptyValue(construct->getArg(0));
  }

  /// Arrays are full of objects from the beginning; of what the models name they say it.
  bool madeWithoutArguments(const CXXRecordDecl &record) {
    if (isOwner(record)) return isStdTemplate(record, {"array", "pair", "tuple"});
    const CXXDestructorDecl *destructor = record.getDestructor();
    const BlockingCall *blocks = destructor ? unit.lookup.blocking(*destructor) : nullptr;
    return blocks && !blocks->unlessDefault;
  }

  static bool isEmptyValue(const Expr *value) {
    value = unwrap(value);
    const CXXRecordDecl *record = value->getType()->getAsCXXRecordDecl();
    return llvm::isa<clang::CXXNullPtrLiteralExpr>(value) || (record && isStdTemplate(*record, {"nullopt_t"}));
  }

  void assign(const clang::CXXOperatorCallExpr &call, Armed &armed) {
    if (call.getOperator() == clang::OO_Equal) set(armed, indexOf(call.getArg(0)), !isEmptyValue(call.getArg(1)));
  }

  void use(const clang::CXXMemberCallExpr &call, Armed &armed) {
    std::optional<size_t> object = indexOf(call.getImplicitObjectArgument());
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    if (!object || !method || !method->getIdentifier()) return;
    if (disarms(call, unit)) return set(armed, object, false);
    if (!isOwner(*method->getParent())) return;
    bool isEmptied = llvm::is_contained({"release", "reset", "clear", "swap"}, method->getName());
    bool hasArgument = call.getNumArgs() > 0 && !llvm::isa<clang::CXXDefaultArgExpr>(call.getArg(0));
    if (isEmptied) set(armed, object, method->getName() == "reset" && hasArgument);
    else if (!method->isConst() && llvm::is_contained({"push_back", "emplace_back", "push_front", "emplace_front", "emplace",
                                                       "insert", "resize", "assign", "try_emplace"}, method->getName()))
      set(armed, object, true);
  }

  void pass(const clang::CallExpr &call, Armed &armed) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (!callee || !callee->isInStdNamespace() || !callee->getIdentifier()) return;
    if (llvm::is_contained({"move", "forward", "swap", "exchange"}, callee->getName()))
      for (const Expr *argument : call.arguments()) set(armed, indexOf(argument), false);
  }

  /// `return worker;`
  void move(const clang::CXXConstructExpr &construct, Armed &armed) {
    if (construct.getConstructor()->isMoveConstructor() && construct.getNumArgs() > 0) set(armed, indexOf(construct.getArg(0)), false);
  }

  UnitContext &unit;
  llvm::ArrayRef<const clang::VarDecl *> variables;
  llvm::DenseMap<const clang::Stmt *, size_t> disarmedFrom; // statements behind which a variable has nothing to wait for
};

} // namespace

CallsByVariable findVariablesEnds(FunctionFlow &flow, llvm::ArrayRef<const clang::VarDecl *> variables, Function &facts) {
  CallsByVariable calls;
  const SuspensionCfg *cfg = variables.empty() ? nullptr : flow.cfg();
  if (!cfg) return calls;
  VariablesEnds ends(flow, variables);
  auto transfer = [&](Armed &armed, const FlowElement &element) { ends.step(armed, element); };
  auto merge = [](Armed &into, Armed from, EdgeKind edge) { into |= edge == EdgeKind::Flow ? from : 0; };
  std::vector<Armed> starts = solveForward<Armed>(*cfg, 0, merge, transfer);
  Armed blocking = 0;
  for (size_t node = 0; node < starts.size(); ++node) {
    Armed armed = starts[node];
    for (const FlowElement &element : cfg->nodes()[node].elements) {
      transfer(armed, element);
      auto index = element.kind == FlowElement::Kind::Destructor && element.variable ? ends.indexOf(element.variable) : std::nullopt;
      if (index) blocking |= armed & Armed(1) << *index;
    }
  }
  for (size_t i = 0; i < variables.size() && i < mostVariables; ++i) {
    if (!(blocking >> i & 1)) continue;
    const clang::VarDecl &variable = *variables[i];
    for (const LifeEnd &end : lifeEnds(variable.getType(), flow.unit)) {
      calls.emplace_back(&variable, facts.calls.size());
      facts.calls.push_back(destructorCall(end, variable.getLocation(), nameOf(variable, flow.unit), variable.getInit(), flow.unit));
    }
  }
  return calls;
}

} // namespace coroguard
