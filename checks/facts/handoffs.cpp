#include "facts/handoffs.h"
#include "facts/object_root.h"
#include "facts/sent_to.h"
#include "facts/worker_queues.h"
#include "language/callee.h"
#include "language/coroutine.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;

using Targets = std::vector<const FunctionDecl *>;

Targets callOperators(const clang::CXXRecordDecl &record) {
  Targets result;
  auto name = record.getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call);
  for (const clang::NamedDecl *member : record.lookup(name)) {
    if (const auto *generic = llvm::dyn_cast<clang::FunctionTemplateDecl>(member))
      for (const FunctionDecl *specialisation : generic->specializations()) result.push_back(specialisation);
    else if (const auto *method = llvm::dyn_cast<FunctionDecl>(member)) result.push_back(method);
  }
  return result;
}

/// A call of std::bind or std::bind_front, or null.
const clang::CallExpr *bindCall(const Expr &expression) {
  const auto *call = llvm::dyn_cast<clang::CallExpr>(&expression);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || !callee->getIdentifier() || !callee->isInStdNamespace() || call->getNumArgs() == 0) return nullptr;
  return callee->getName() == "bind" || callee->getName() == "bind_front" ? call : nullptr;
}

/// What a constructor or function call wraps: std::function from a callable, std::bind and bind_front.
const Expr *wrappedCallable(const Expr &expression) {
  if (const auto *construct = llvm::dyn_cast<clang::CXXConstructExpr>(&expression))
    return construct->getNumArgs() == 1 ? construct->getArg(0) : nullptr;
  const clang::CallExpr *bind = bindCall(expression);
  return bind ? bind->getArg(0) : nullptr;
}

/// Is this a pointer to a member function, so that the next argument is the object?
bool isMemberPointer(const Expr *expression) { return expression->getType()->isMemberFunctionPointerType(); }

/// The object behind an argument that travels with a callable. Arguments are copied: only what a pointer, a shared
/// pointer or std::ref leads to is still the sender's.
Root sharedObject(const Expr *argument, const FunctionDecl &sender, UnitContext &unit) {
  clang::QualType type = unwrap(argument)->getType().getNonReferenceType();
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  bool refers = record && record->isInStdNamespace() && record->getIdentifier() &&
                llvm::is_contained({"reference_wrapper", "shared_ptr", "weak_ptr"}, record->getName());
  return refers || type->isPointerType() ? objectRoot(argument, sender, unit) : Root{};
}

/// What made a task that is handed over by its variable, `spawn(std::move(t))`, or by its handle, `resume(t.handle())`.
const Expr *madeTask(const Expr *argument, UnitContext &unit) {
  const Expr *task = unwrap(argument);
  while (const auto *call = llvm::dyn_cast<clang::CXXMemberCallExpr>(task)) { // the handle, or its conversion
    if (!isCoroutineHandle(call->getType())) break;
    task = unwrap(call->getImplicitObjectArgument());
  }
  const auto *name = llvm::dyn_cast<clang::DeclRefExpr>(task);
  const auto *variable = name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  bool isMadeHere = variable && variable->isLocalVarDecl() && variable->getInit();
  return isMadeHere && unit.valueType(variable->getType().getUnqualifiedType()).isTask ? variable->getInit() : task;
}

/// Adds the objects that the callable is given: those bound by std::bind, else the sink's arguments behind it.
void addObjects(Handoff &handoff, const Expr *callable, llvm::ArrayRef<const Expr *> behind, const FunctionDecl &sender,
                UnitContext &unit) {
  llvm::SmallVector<const Expr *, 4> given(behind);
  if (const clang::CallExpr *bind = bindCall(*unwrap(callable))) {
    callable = bind->getArg(0);
    given.assign(bind->arg_begin() + 1, bind->arg_end());
  }
  for (size_t i = 0; i < given.size(); ++i) {
    Root root = sharedObject(given[i], sender, unit);
    if (i == 0 && isMemberPointer(callable)) handoff.object = root;
    else handoff.arguments.push_back(root);
  }
}

} // namespace

std::vector<const FunctionDecl *> callableTargets(const Expr *expression, UnitContext &unit) {
  expression = unwrap(expression);
  if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expression)) expression = unwrap(unary->getSubExpr());
  if (const auto *name = llvm::dyn_cast<clang::DeclRefExpr>(expression))
    if (const auto *function = llvm::dyn_cast<FunctionDecl>(name->getDecl())) return {function};
  clang::QualType type = expression->getType().getNonReferenceType();
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (record && record->isLambda()) return callOperators(*record);
  if (const Expr *wrapped = wrappedCallable(*expression)) return callableTargets(wrapped, unit);
  if (unit.valueType(type).isTask) {
    Callee callee = resolveCallee(*expression);
    return callee.isIndirect() ? Targets{} : Targets{callee.function};
  }
  if (record && record->hasDefinition() && unit.inProject(record->getLocation())) return callOperators(*record);
  return {};
}

Executor executorOf(std::optional<unsigned> argument, const Expr *object, llvm::ArrayRef<const Expr *> arguments,
                    UnitContext &unit) {
  const Expr *executor = argument ? (*argument < arguments.size() ? arguments[*argument] : nullptr) : object;
  if (!executor) return {};
  clang::QualType type = unwrap(executor)->getType();
  return {unit.lookup.executor(type), unit.lookup.isStrand(type)};
}

std::vector<Handoff> handoffs(const SinkCall &sink, StringId sinkName, const Expr &call, const Expr *object,
                              llvm::ArrayRef<const Expr *> arguments, const FunctionDecl *caller, UnitContext &unit) {
  std::vector<Handoff> result;
  if (!sink.unlessGiven.empty() && llvm::any_of(arguments, [&](const Expr *a) { return isGiven(a, sink.unlessGiven); }))
    return result;
  Executor executor{sink.runs};
  if (sink.runs == RunsOn::Executor) executor = executorOf(sink.executor, object, arguments, unit);
  const Expr *context = sink.executor && *sink.executor < arguments.size() ? arguments[*sink.executor] : object;
  if (executor.runsOn == RunsOn::Loop && isWorkerQueue(context, unit)) executor.runsOn = RunsOn::Unknown;
  for (size_t i = 0; i < arguments.size(); ++i) {
    for (const FunctionDecl *target : callableTargets(madeTask(arguments[i], unit), unit)) {
      Handoff handoff;
      handoff.place = unit.place(call.getBeginLoc());
      handoff.callable = unit.entity(*target);
      handoff.name = unit.name(*target);
      handoff.through = sinkName;
      handoff.runsOn = executor.runsOn;
      handoff.onStrand = executor.isStrand;
      if (caller) addObjects(handoff, arguments[i], arguments.drop_front(i + 1), *caller, unit);
      result.push_back(std::move(handoff));
    }
  }
  return result;
}

static void addCallback(const clang::FieldDecl &field, const Expr *value, UnitContext &unit, std::vector<Handoff> &result) {
  const SinkCall *sink = field.getType()->isPointerType() || field.getType()->isRecordType() ? unit.lookup.sink(field) : nullptr;
  if (!sink || sink->runs == RunsOn::Executor) return;
  for (const FunctionDecl *target : callableTargets(value, unit)) {
    Handoff handoff;
    handoff.place = unit.place(value->getExprLoc());
    handoff.callable = unit.entity(*target);
    handoff.name = unit.name(*target);
    handoff.through = unit.name(field);
    handoff.runsOn = sink->runs;
    result.push_back(std::move(handoff));
  }
}

std::vector<Handoff> callbackHandoffs(const clang::Stmt &stmt, UnitContext &unit) {
  std::vector<Handoff> result;
  if (const auto *assign = llvm::dyn_cast<clang::BinaryOperator>(&stmt); assign && assign->getOpcode() == clang::BO_Assign) {
    const auto *member = llvm::dyn_cast<clang::MemberExpr>(assign->getLHS()->IgnoreParenImpCasts());
    const auto *field = member ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
    if (field) addCallback(*field, assign->getRHS(), unit, result);
  } else if (const auto *list = llvm::dyn_cast<clang::InitListExpr>(&stmt)) {
    const clang::RecordDecl *record = list->getType()->getAsRecordDecl();
    if (!record) return result;
    if (const clang::FieldDecl *active = list->getInitializedFieldInUnion()) {
      if (list->getNumInits() == 1) addCallback(*active, list->getInit(0), unit, result);
      return result;
    }
    unsigned index = 0;
    for (const clang::FieldDecl *field : record->fields())
      if (!record->isUnion() && index < list->getNumInits()) addCallback(*field, list->getInit(index++), unit, result);
  }
  return result;
}

} // namespace coroguard
