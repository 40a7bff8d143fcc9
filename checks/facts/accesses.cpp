#include "facts/accesses.h"
#include "facts/inner_statements.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::QualType;
using llvm::dyn_cast;

/// May a function with this parameter change what it is given?
bool mayChange(QualType parameter) {
  if (parameter->isReferenceType() || parameter->isPointerType()) return !parameter->getPointeeType().isConstQualified();
  return false;
}

class AccessFinder {
public:
  explicit AccessFinder(Accesses &accesses) : accesses(accesses) {}

  void visit(const clang::Stmt &statement) {
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(&statement)) accesses.mentioned.insert(name->getDecl());
    else if (const auto *member = dyn_cast<clang::MemberExpr>(&statement)) accesses.mentioned.insert(member->getMemberDecl());
    else if (const auto *binary = dyn_cast<clang::BinaryOperator>(&statement)) {
      if (binary->isAssignmentOp()) change(binary->getLHS());
    } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(&statement)) {
      if (unary->isIncrementDecrementOp() || unary->getOpcode() == clang::UO_AddrOf) change(unary->getSubExpr());
    } else if (const auto *call = dyn_cast<clang::CallExpr>(&statement)) this->call(*call);
    else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(&statement))
      arguments(*construct->getConstructor(), llvm::ArrayRef(construct->getArgs(), construct->getNumArgs()));
    else if (const auto *closure = dyn_cast<clang::LambdaExpr>(&statement)) capture(*closure);
    else if (const auto *declared = dyn_cast<clang::DeclStmt>(&statement)) declaration(*declared);
  }

private:
  /// The object behind the expression may change, and with it everything on the way to it.
  void change(const Expr *target) {
    while (true) {
      target = unwrap(target);
      if (const auto *member = dyn_cast<clang::MemberExpr>(target)) {
        accesses.changed.insert(member->getMemberDecl());
        target = member->getBase();
      } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(target)) target = unary->getSubExpr();
      else if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(target)) target = index->getBase();
      else if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(target)) target = op->getArg(0);
      else if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(target)) target = call->getImplicitObjectArgument();
      else break;
    }
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(target)) accesses.changed.insert(name->getDecl());
  }

  void call(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    llvm::ArrayRef<const Expr *> given(call.getArgs(), call.getNumArgs());
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      if (!method || !method->isConst()) changeObject(*member->getImplicitObjectArgument());
    } else if (llvm::isa<clang::CXXOperatorCallExpr>(call) && method) {
      if (!method->isConst()) change(given[0]);
      given = given.drop_front();
    }
    if (callee && unwrap(&call) == &call) arguments(*callee, given); // std::move itself changes nothing
    else if (!callee)
      for (const Expr *argument : given) change(argument);
  }

  void changeObject(const Expr &object) {
    if (llvm::isa<clang::CXXThisExpr>(unwrap(&object))) accesses.changesThis = true;
    else change(&object);
  }

  void arguments(const clang::FunctionDecl &callee, llvm::ArrayRef<const Expr *> given) {
    for (size_t i = 0; i < given.size() && i < callee.getNumParams(); ++i)
      if (mayChange(callee.getParamDecl(i)->getType())) change(given[i]);
  }

  void capture(const clang::LambdaExpr &closure) {
    for (const clang::LambdaCapture &captured : closure.captures()) {
      if (captured.capturesVariable() && captured.getCaptureKind() == clang::LCK_ByRef)
        accesses.changed.insert(captured.getCapturedVar());
      if (captured.capturesThis()) accesses.changesThis = true;
    }
  }

  /// Every time anew: what it is made from says what it is.
  void declaration(const clang::DeclStmt &statement) {
    for (const clang::Decl *decl : statement.decls()) {
      if (const auto *variable = dyn_cast<clang::VarDecl>(decl)) accesses.changed.insert(variable);
      if (const auto *bound = dyn_cast<clang::DecompositionDecl>(decl))
        for (const clang::BindingDecl *binding : bound->bindings()) accesses.changed.insert(binding);
    }
  }

  Accesses &accesses;
};

} // namespace

bool Accesses::mentionsMember() const {
  return llvm::any_of(mentioned, [](const clang::ValueDecl *decl) { return llvm::isa<clang::FieldDecl>(decl); });
}

bool Accesses::disturbs(const Accesses &other) const {
  if (changesThis && other.mentionsMember()) return true;
  return llvm::any_of(changed, [&](const clang::ValueDecl *decl) { return other.mentioned.contains(decl); });
}

void addAccesses(const clang::Stmt *statement, Accesses &accesses, const clang::Stmt *skip) {
  AccessFinder finder(accesses);
  llvm::DenseSet<const clang::Stmt *> skipped;
  forEachInner(skip, [&](const clang::Stmt &inner) { skipped.insert(&inner); });
  forEachInner(statement, [&](const clang::Stmt &inner) {
    if (!skipped.contains(&inner)) finder.visit(inner);
  });
}

} // namespace coroguard
