#include "facts/handle_scope.h"
#include "facts/inner_statements.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/name_words.h"

namespace coroguard {
namespace {

using clang::Expr;
using llvm::dyn_cast;
using llvm::isa;

/// The operand of what only passes on: casts written or not, parentheses, std::move.
const Expr *inside(const Expr *expression) {
  expression = unwrap(expression);
  while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) expression = unwrap(cast->getSubExpr());
  return expression;
}

const clang::ValueDecl *nameOf(const Expr *expression) {
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return name->getDecl();
  const auto *member = dyn_cast<clang::MemberExpr>(expression);
  return member ? member->getMemberDecl() : nullptr;
}

/// Does the function of a C library make an object of a callback and of what it is called with?
bool makesOfCallback(const clang::FunctionDecl &callee) {
  auto isCallback = [](const clang::ParmVarDecl *each) { return each->getType()->isFunctionPointerType(); };
  return callee.isExternC() && callee.getReturnType()->isPointerType() && llvm::any_of(callee.parameters(), isCallback);
}

/// Is what the function gives back made of what it is given: std::bind, std::make_unique, coroutine_handle::from_address?
bool passesOn(const clang::FunctionDecl *callee) {
  if (!callee || makesOfCallback(*callee)) return callee;
  return callee->isInStdNamespace() && !isNamed(callee, {"exchange", "async"});
}

} // namespace

HandleScope::HandleScope(const clang::CXXMethodDecl &suspend)
    : body(suspend), inAwaiter(!suspend.isStatic()) {
  leading.insert(suspend.getParamDecl(0));
  forEachInner(suspend.getBody(), [&](const clang::Stmt &statement) { collect(statement); });
}

HandleScope::HandleScope(const clang::FunctionDecl &function, llvm::ArrayRef<const clang::ParmVarDecl *> given,
                         const HandleScope *caller)
    : body(function), inAwaiter(caller != nullptr) {
  if (caller)
    for (const clang::ValueDecl *decl : caller->leading)
      if (isa<clang::FieldDecl>(decl)) leading.insert(decl);
  for (const clang::ParmVarDecl *parameter : given) leading.insert(parameter);
  forEachInner(function.getBody(), [&](const clang::Stmt &statement) { collect(statement); });
}

void HandleScope::collect(const clang::Stmt &statement) {
  if (const auto *declaration = dyn_cast<clang::DeclStmt>(&statement)) {
    for (const clang::Decl *decl : declaration->decls())
      if (const auto *variable = dyn_cast<clang::VarDecl>(decl); variable && variable->getInit()) declared(*variable);
  } else if (const auto *binary = dyn_cast<clang::BinaryOperator>(&statement)) {
    if (binary->getOpcode() == clang::BO_Assign) assigned(binary->getLHS(), binary->getRHS());
  } else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&statement)) {
    if (op->getOperator() == clang::OO_Equal && op->getNumArgs() == 2) assigned(op->getArg(0), op->getArg(1));
  } else if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&statement)) {
    // timer.reset(create(callback, this))
    if (isNamed(member->getMethodDecl(), {"reset", "attach"}) && member->getNumArgs() == 1)
      assigned(member->getImplicitObjectArgument(), member->getArg(0));
  } else if (const auto *call = dyn_cast<clang::CallExpr>(&statement)) {
    if (isNamed(call->getDirectCallee(), {"exchange"}) && call->getNumArgs() == 2) assigned(call->getArg(0), call->getArg(1));
  } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(&statement)) {
    const Expr *object = unary->getOpcode() == clang::UO_AddrOf ? unary->getSubExpr()->IgnoreParenImpCasts() : nullptr;
    while (object && addressesOnly.insert(object).second) {
      const auto *member = dyn_cast<clang::MemberExpr>(object);
      object = member && !member->isArrow() ? member->getBase()->IgnoreParenImpCasts() : nullptr;
    }
  }
}

void HandleScope::declared(const clang::VarDecl &variable) {
  clang::QualType type = variable.getType();
  bool refers = type->isReferenceType() || type->isPointerType();
  if (refers && isFrame(variable.getInit())) frames.insert(&variable);
  if (carries(variable.getInit())) leading.insert(&variable);
}

/// A variable that is another handle at times is nobody's.
void HandleScope::assigned(const Expr *target, const Expr *value) {
  const clang::ValueDecl *decl = nameOf(inside(target));
  if (!decl) return;
  bool isOwnField = isa<clang::FieldDecl>(decl) && isFrame(target);
  if (carries(value) && (isa<clang::VarDecl>(decl) || isOwnField)) leading.insert(decl);
  else if (isa<clang::VarDecl>(decl)) leading.erase(decl);
}

bool HandleScope::isHandle(const Expr *expression) const {
  expression = inside(expression);
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(expression))
    return construct->getNumArgs() == 1 && isCoroutineHandle(construct->getType()) && isHandle(construct->getArg(0));
  if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(expression)) // its conversion to coroutine_handle<>
    return isa_and_nonnull<clang::CXXConversionDecl>(call->getMethodDecl()) && isCoroutineHandle(call->getType()) &&
           isHandle(call->getImplicitObjectArgument());
  if (!isCoroutineHandle(expression->getType().getNonReferenceType())) return false;
  const auto *member = dyn_cast<clang::MemberExpr>(expression);
  if (member && !isFrame(member->getBase())) return false; // another object's
  const clang::ValueDecl *decl = nameOf(expression);
  return decl && leading.contains(decl);
}

/// May the closure that knows only the awaiter resume the coroutine?
bool HandleScope::mayResume(const clang::LambdaExpr &closure) const {
  return findInner<Expr>(closure.getBody(), [&](const Expr &inner) {
    if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner))
      if (isa<clang::CXXThisExpr>(call->getImplicitObjectArgument()->IgnoreParenImpCasts())) return true;
    return isCoroutineHandle(inner.getType().getNonReferenceType());
  });
}

bool HandleScope::carriesCapture(const clang::LambdaExpr &closure) const {
  for (const clang::LambdaCapture &capture : closure.captures()) {
    if (capture.getCaptureKind() == clang::LCK_This && inAwaiter && mayResume(closure)) return true;
    if (!capture.capturesVariable()) continue;
    const auto *variable = dyn_cast<clang::VarDecl>(capture.getCapturedVar());
    if (leading.contains(variable)) return true;
    if (variable && variable->isInitCapture() && carries(variable->getInit())) return true;
  }
  return false;
}

bool HandleScope::carries(const Expr *expression) const {
  if (!expression) return false;
  expression = inside(expression);
  if (isa<clang::CXXThisExpr>(expression)) return inAwaiter;
  if (const auto *closure = dyn_cast<clang::LambdaExpr>(expression)) return carriesCapture(*closure);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return leading.contains(name->getDecl());
  if (const auto *member = dyn_cast<clang::MemberExpr>(expression))
    return leading.contains(member->getMemberDecl()) && isFrame(member->getBase());
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) {
    bool isAddress = unary->getOpcode() == clang::UO_AddrOf && isFrame(unary->getSubExpr());
    return isAddress || (unary->getOpcode() == clang::UO_Deref && carries(unary->getSubExpr()));
  }
  auto anyCarries = [&](auto &&arguments) { return llvm::any_of(arguments, [&](const Expr *each) { return carries(each); }); };
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(expression)) return anyCarries(construct->arguments());
  if (const auto *list = dyn_cast<clang::InitListExpr>(expression)) return anyCarries(list->inits());
  if (const auto *list = dyn_cast<clang::CXXParenListInitExpr>(expression)) return anyCarries(list->getInitExprs());
  if (const auto *made = dyn_cast<clang::CXXNewExpr>(expression)) return carries(made->getInitializer());
  if (const auto *call = dyn_cast<clang::CallExpr>(expression)) {
    clang::QualType type = call->getType();
    if (!type->isPointerType() && !type->isRecordType()) return false; // an answer, no way to the coroutine
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(call);
    if (member && isHandle(member->getImplicitObjectArgument()))
      return isNamed(member->getMethodDecl(), {"address"}) || isa<clang::CXXConversionDecl>(member->getMethodDecl());
    if (member && isNamed(member->getMethodDecl(), {"get"})) return carries(member->getImplicitObjectArgument());
    return passesOn(call->getDirectCallee()) && anyCarries(call->arguments());
  }
  return false;
}

bool HandleScope::isFrame(const Expr *expression) const {
  expression = inside(expression);
  if (isa<clang::CXXThisExpr>(expression)) return inAwaiter;
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) {
    bool same = unary->getOpcode() == clang::UO_AddrOf || unary->getOpcode() == clang::UO_Deref;
    return same && isFrame(unary->getSubExpr());
  }
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return frames.contains(name->getDecl());
  if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
    const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    if (!field || field->getType()->isReferenceType() || !isFrame(member->getBase())) return false;
    return !member->isArrow() || !isa<clang::MemberExpr>(inside(member->getBase())); // what a pointer member points to is not
  }
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(expression);
  return call && isNamed(call->getMethodDecl(), {"promise"}) && isHandle(call->getImplicitObjectArgument());
}

std::string HandleScope::touchedMember(const clang::MemberExpr &member) const {
  const clang::ValueDecl *decl = member.getMemberDecl();
  const auto *method = dyn_cast<clang::CXXMethodDecl>(decl);
  if (method && isHandle(member.getBase())) {
    bool usesFrame = isNamed(method, {"promise", "done", "resume", "destroy"});
    const clang::ValueDecl *handle = nameOf(inside(member.getBase()));
    return usesFrame && handle ? handle->getNameAsString() + "." + method->getNameAsString() + "()" : "";
  }
  bool pointsElsewhere = member.isArrow() && isa<clang::MemberExpr>(inside(member.getBase()));
  if (pointsElsewhere || addressesOnly.contains(&member) || !isFrame(member.getBase())) return "";
  if (method) return method->isStatic() || isa<clang::CXXConversionDecl>(method) ? "" : method->getNameAsString() + "()";
  return isa<clang::FieldDecl>(decl) ? decl->getNameAsString() : "";
}

bool HandleScope::usesFrame(const clang::LambdaExpr &closure) const {
  bool refers = inAwaiter && llvm::any_of(closure.captures(), [](const clang::LambdaCapture &capture) {
                  return capture.getCaptureKind() == clang::LCK_This;
                });
  return refers && findInner<clang::CXXThisExpr>(closure.getBody());
}

/// By a guard of the project's own that was given the awaiter, or a closure that knows it, and that nobody disarms.
bool HandleScope::touchedAtEnd(const clang::VarDecl &variable) const {
  const clang::CXXRecordDecl *record = variable.getType()->getAsCXXRecordDecl();
  const clang::CXXDestructorDecl *destructor = record && record->hasDefinition() ? record->getDestructor() : nullptr;
  const clang::FunctionDecl *definition = nullptr;
  if (!destructor || record->isInStdNamespace() || !destructor->getBody(definition) || !variable.getInit()) return false;
  if (mentions(body.getBody(), variable)) return false;
  bool looksThrough =
      findInner<clang::MemberExpr>(definition->getBody(), [](const clang::MemberExpr &member) {
        return member.isArrow() && isa<clang::MemberExpr>(inside(member.getBase())); // other->count
      });
  if (looksThrough && inAwaiter && findInner<clang::CXXThisExpr>(variable.getInit())) return true;
  if (!findInner<clang::CallExpr>(definition->getBody())) return false;
  return findInner<clang::LambdaExpr>(variable.getInit(), [&](const clang::LambdaExpr &closure) { return usesFrame(closure); });
}

/// `log(*this)`, a call of a local closure that uses the awaiter.
std::string HandleScope::touchedByCall(const clang::CallExpr &call) const {
  for (const Expr *argument : call.arguments()) {
    const auto *object = dyn_cast<clang::UnaryOperator>(argument->IgnoreParenImpCasts());
    bool isThis = object && object->getOpcode() == clang::UO_Deref && isa<clang::CXXThisExpr>(inside(object->getSubExpr()));
    if (isThis && inAwaiter) return "*this";
  }
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
  const auto *name = op && op->getOperator() == clang::OO_Call ? dyn_cast<clang::DeclRefExpr>(unwrap(op->getArg(0))) : nullptr;
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  const auto *closure = variable && variable->getInit() ? dyn_cast<clang::LambdaExpr>(unwrap(variable->getInit())) : nullptr;
  return closure && usesFrame(*closure) ? variable->getNameAsString() + "()" : "";
}

std::string HandleScope::touched(const clang::Stmt &step) const {
  if (const auto *member = dyn_cast<clang::MemberExpr>(&step)) return touchedMember(*member);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(&step)) {
    bool isReference = name->getDecl()->getType()->isReferenceType() && frames.contains(name->getDecl());
    return isReference && !addressesOnly.contains(name) ? name->getDecl()->getNameAsString() : "";
  }
  if (const auto *call = dyn_cast<clang::CallExpr>(&step))
    if (std::string subject = touchedByCall(*call); !subject.empty()) return subject;
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&step);
  if (!op) return "";
  const clang::ValueDecl *target = nameOf(inside(op->getArg(0)));
  if (op->getOperator() == clang::OO_Call && target && isHandle(op->getArg(0))) return target->getNameAsString() + "()";
  // The target of an assignment is named before its new value is computed, and changed behind.
  return op->isAssignmentOp() && target && isFrame(op->getArg(0)) ? target->getNameAsString() : "";
}

} // namespace coroguard
