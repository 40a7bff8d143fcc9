#include "facts/handles.h"
#include "language/coroutine.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using Kind = HandleSource::Kind;

bool isAwaiterType(clang::QualType type, UnitContext &unit) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isLambda() || record->isInStdNamespace()) return false;
  return unit.valueType(type.getUnqualifiedType()).awaitable == AwaitableKind::Awaiter;
}

/// A handle, an awaiter, or a pointer to one of them (also `void *`, as callbacks get it).
bool mayLeadToHandle(clang::QualType type, UnitContext &unit) {
  type = type.getNonReferenceType();
  if (type->isVoidPointerType()) return true;
  if (type->isPointerType()) type = type->getPointeeType();
  return isCoroutineHandle(type) || isAwaiterType(type, unit);
}

class SourceFinder {
public:
  SourceFinder(const FunctionDecl &function, UnitContext &unit) : function(function), unit(unit) {}

  HandleSource of(const Expr *expression) {
    if (++steps > 16) return {};
    expression = unwrap(expression);
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) return of(cast->getSubExpr());
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) {
      bool same = unary->getOpcode() == clang::UO_AddrOf || unary->getOpcode() == clang::UO_Deref;
      return same ? of(unary->getSubExpr()) : HandleSource{};
    }
    if (llvm::isa<clang::CXXThisExpr>(expression)) return {isClosure() ? Kind::Waiter : Kind::This, 0};
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) return ofMember(*member);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return ofName(*name);
    if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return ofCall(*call);
    return {};
  }

private:
  bool isClosure() const {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
    return method && method->getParent()->isLambda();
  }

  /// A handle kept in an awaiter is the handle of who waits; one kept in a queue or task is not.
  HandleSource ofMember(const clang::MemberExpr &member) {
    clang::QualType type = member.getBase()->IgnoreImpCasts()->getType(); // not the base class that has the field
    if (type->isPointerType()) type = type->getPointeeType();
    bool isHeld = llvm::isa<clang::FieldDecl>(member.getMemberDecl()) && isAwaiterType(type, unit);
    return isHeld ? of(member.getBase()) : HandleSource{};
  }

  HandleSource ofName(const clang::DeclRefExpr &name) {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    if (!variable) return {};
    if (variable->isInitCapture()) return ofCaptured(*variable->getInit());
    if (variable->getDeclContext() != &function) return ofOuter(*variable);
    if (const auto *parameter = dyn_cast<clang::ParmVarDecl>(variable)) return {Kind::Parameter, parameter->getFunctionScopeIndex()};
    return variable->getInit() ? of(variable->getInit()) : HandleSource{};
  }

  /// What a closure took along counts when the function around it had been given it.
  HandleSource ofCaptured(const Expr &init) {
    HandleSource source = of(&init);
    return source.kind == Kind::Unknown ? source : HandleSource{Kind::Waiter, 0};
  }
  HandleSource ofOuter(const VarDecl &variable) {
    if (llvm::isa<clang::ParmVarDecl>(variable)) return {Kind::Waiter, 0};
    return variable.getInit() ? ofCaptured(*variable.getInit()) : HandleSource{};
  }

  /// coroutine_handle<>::from_address(context)
  HandleSource ofCall(const clang::CallExpr &call) {
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
    bool converts = method && method->isStatic() && call.getNumArgs() == 1 && isCoroutineHandle(call.getType());
    return converts ? of(call.getArg(0)) : HandleSource{};
  }

  const FunctionDecl &function;
  UnitContext &unit;
  unsigned steps = 0;
};

/// The name by which people know what is resumed: the variable or field.
StringId writtenName(const Expr *object, UnitContext &unit) {
  object = unwrap(object);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(object)) return unit.string(name->getDecl()->getName());
  if (const auto *member = dyn_cast<clang::MemberExpr>(object)) return unit.string(member->getMemberDecl()->getName());
  return {};
}

const Expr *objectOf(const Expr &expression) {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&expression)) return member->getImplicitObjectArgument();
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&expression)) return op->getArg(0);
  return nullptr;
}

} // namespace

void addHandles(Call &call, const Expr &expression, const FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments,
                const FunctionDecl &caller, UnitContext &unit) {
  const Expr *object = llvm::isa<clang::CXXMethodDecl>(callee) ? objectOf(expression) : nullptr;
  call.resumesHandle = object && resumesHandle(callee);
  if (call.resumesHandle) call.subject = writtenName(object, unit);
  if (call.resumesHandle || (object && mayLeadToHandle(object->getType(), unit))) call.handle = SourceFinder(caller, unit).of(object);
  if (call.resumesHandle) return;
  if (llvm::isa<clang::CXXOperatorCallExpr>(expression) && object) arguments = arguments.drop_front();
  if (llvm::none_of(arguments, [&](const Expr *each) { return mayLeadToHandle(each->getType(), unit); })) return;
  for (const Expr *argument : arguments)
    call.handles.push_back(mayLeadToHandle(argument->getType(), unit) ? SourceFinder(caller, unit).of(argument) : HandleSource{});
}

bool isHop(const FunctionDecl &function, UnitContext &unit) {
  for (const clang::DeclContext *context = &function; context; context = context->getParent()) {
    const auto *inside = dyn_cast<FunctionDecl>(context);
    const SinkCall *sink = inside && !inside->isDependentContext() ? unit.lookup.sink(*inside) : nullptr;
    const Hop *hop = sink || !inside || inside->isDependentContext() ? nullptr : unit.lookup.hop(*inside);
    if ((sink && sink->runs == RunsOn::Offload) || hop) return true;
    const auto *record = dyn_cast<clang::CXXRecordDecl>(context);
    if (record && unit.lookup.isOffload(*record)) return true;
  }
  return false;
}

} // namespace coroguard
