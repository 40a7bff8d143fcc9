#include "facts/idle_expressions.h"
#include "facts/inner_statements.h"
#include "language/callee.h"
#include "language/locking.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// The function's local variables that other code can change: captured by reference, or with their address taken.
bool isShared(const VarDecl &variable, const FunctionDecl &function) {
  return findInner<clang::Stmt>(function.getBody(), [&](const clang::Stmt &inner) {
           if (const auto *closure = dyn_cast<clang::LambdaExpr>(&inner))
             return llvm::any_of(closure->captures(), [&](const clang::LambdaCapture &capture) {
               return capture.capturesVariable() && capture.getCaptureKind() == clang::LCK_ByRef &&
                      capture.getCapturedVar() == &variable;
             });
           const auto *unary = dyn_cast<clang::UnaryOperator>(&inner);
           if (!unary || unary->getOpcode() != clang::UO_AddrOf) return false;
           const auto *name = dyn_cast<clang::DeclRefExpr>(unary->getSubExpr()->IgnoreParens());
           return name && name->getDecl() == &variable;
         }) != nullptr;
}

bool takesOnlyValues(const FunctionDecl &function) {
  return llvm::all_of(function.parameters(), [](const clang::ParmVarDecl *parameter) {
    clang::QualType type = parameter->getType();
    bool refers = type->isReferenceType() || type->isPointerType();
    return !refers || type->getPointeeType().isConstQualified();
  });
}

class IdleVisitor {
public:
  IdleVisitor(const FunctionDecl &function, UnitContext &unit, llvm::function_ref<bool(const Expr &)> matters)
      : function(function), unit(unit), matters(matters) {}

  Idleness visit(const Expr &whole) {
    result.isIdle = isIdle(whole);
    return result;
  }

private:
  bool isIdle(const Expr &whole) {
    const Expr *expression = whole.IgnoreParens();
    if (isa<clang::CoroutineSuspendExpr, clang::LambdaExpr, clang::CXXNewExpr, clang::CXXDeleteExpr, clang::StmtExpr,
            clang::CXXThrowExpr, clang::AtomicExpr>(expression))
      return false;
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(expression); binary && binary->isAssignmentOp()) return false;
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression); unary && unary->isIncrementDecrementOp()) return false;
    if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return isIdleCall(*call);
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(expression); construct && matters(*construct)) return false;
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) look(*name);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) look(*member);
    return childrenAreIdle(*expression);
  }

  bool childrenAreIdle(const Expr &expression) {
    return llvm::all_of(expression.children(), [&](const clang::Stmt *child) {
      const auto *operand = llvm::dyn_cast_or_null<Expr>(child);
      return !child || (operand && isIdle(*operand));
    });
  }

  void ask(const Expr &what) {
    result.asks = true;
    if (!result.asked) result.asked = &what;
  }

  void look(const clang::DeclRefExpr &name) {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    if (!variable || (variable->getType().isConstQualified() && !variable->getType().isVolatileQualified())) return;
    clang::QualType type = variable->getType();
    bool elsewhere = variable->hasGlobalStorage() || type->isReferenceType() || name.refersToEnclosingVariableOrCapture();
    if (variable->isConstexpr()) return;
    if (elsewhere || type.isVolatileQualified() || isAtomic(type) || (type->isScalarType() && isShared(*variable, function)))
      ask(name);
  }

  void look(const clang::MemberExpr &member) {
    const auto *field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
    if (!field || (field->getType().isConstQualified() && !field->getType()->isReferenceType())) return;
    const Expr *base = unwrap(member.getBase());
    const auto *local = dyn_cast<clang::DeclRefExpr>(base);
    const auto *variable = local ? dyn_cast<VarDecl>(local->getDecl()) : nullptr;
    bool isOwnValue = variable && variable->hasLocalStorage() && !member.isArrow() && !variable->getType()->isReferenceType();
    if (!isOwnValue || isAtomic(field->getType())) ask(member);
  }

  bool isIdleCall(const clang::CallExpr &call) {
    const auto *callee = call.getDirectCallee();
    if (!callee || matters(call)) return false;
    if (const IdleCall *idle = unit.lookup.idle(*callee)) {
      if (idle->does == IdleCall::Does::Retries) return false;
      result.rests |= idle->does == IdleCall::Does::Rests;
      result.takesLock |= idle->does == IdleCall::Does::Takes;
      if (idle->does != IdleCall::Does::Rests) ask(objectOf(call));
      return argumentsAreIdle(call);
    }
    const auto *method = dyn_cast<clang::CXXMethodDecl>(callee);
    if (method && method->isConst() && !callee->getReturnType()->isVoidType()) {
      if (callee->getOverloadedOperator() != clang::OO_Call) { // a closure's answer depends on its captures
        askObject(call);
        return argumentsAreIdle(call);
      }
    } else if (isKnownPure(*callee)) return argumentsAreIdle(call);
    return isIdleBody(*callee, call) && argumentsAreIdle(call);
  }

  /// Operators that compare, and what the standard library computes from values.
  static bool isKnownPure(const FunctionDecl &callee) {
    if (callee.hasAttr<clang::PureAttr>() || callee.hasAttr<clang::ConstAttr>()) return true;
    bool free = !isa<clang::CXXMethodDecl>(callee) || !llvm::cast<clang::CXXMethodDecl>(callee).isInstance();
    bool computes = callee.isInStdNamespace() || callee.isOverloadedOperator();
    return free && computes && takesOnlyValues(callee) && !callee.getReturnType()->isVoidType();
  }

  bool argumentsAreIdle(const clang::CallExpr &call) {
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call))
      if (!isIdle(*member->getImplicitObjectArgument())) return false;
    return llvm::all_of(call.arguments(), [&](const Expr *argument) { return isIdle(*argument); });
  }

  /// A function that is one return of something idle: bool ready() { return flag.load(); }
  bool isIdleBody(const FunctionDecl &callee, const clang::CallExpr &call) {
    const FunctionDecl *definition = callee.getDefinition();
    const auto *body = definition ? llvm::dyn_cast_or_null<clang::CompoundStmt>(definition->getBody()) : nullptr;
    if (!body || body->size() != 1 || depth > 2 || isVirtualCall(callee)) return false;
    const auto *answer = dyn_cast<clang::ReturnStmt>(body->body_front());
    if (!answer || !answer->getRetValue()) return false;
    ++depth;
    Idleness before = result;
    bool idle = isIdle(*answer->getRetValue());
    --depth;
    if (result.asks && !before.asks) result.asked = &call; // the reader sees the call
    return idle;
  }

  static bool isVirtualCall(const FunctionDecl &callee) {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&callee);
    return method && method->isVirtual();
  }

  /// What a call asks: the object whose member it is, or the call itself.
  static const Expr &objectOf(const clang::CallExpr &call) {
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const Expr *object = member ? member->getImplicitObjectArgument()->IgnoreParenImpCasts() : nullptr;
    return object && !isa<clang::CXXThisExpr>(object) ? *object : static_cast<const Expr &>(call);
  }

  void askObject(const clang::CallExpr &call) {
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call)) { // *iterator, a == b: the operands say
      if (op->getOperator() == clang::OO_Star || op->getOperator() == clang::OO_Arrow) ask(*op->getArg(0)->IgnoreParenImpCasts());
      return;
    }
    ask(objectOf(call));
  }

  const FunctionDecl &function;
  UnitContext &unit;
  llvm::function_ref<bool(const Expr &)> matters;
  Idleness result;
  unsigned depth = 0;
};

} // namespace

Idleness idlenessOf(const Expr &expression, const FunctionDecl &function, UnitContext &unit,
                    llvm::function_ref<bool(const Expr &)> matters) {
  return IdleVisitor(function, unit, matters).visit(expression);
}

} // namespace coroguard
