#include "facts/generic_code.h"

namespace coroguard {

using clang::Expr;
using llvm::dyn_cast;

/// Is a type spelled as a template parameter (T, T &, T &&) that this instantiation replaced? The spelling is sugar that
/// Type::getAs does not find. What a name given by typedef stands for is not the user's type but the library's.
static bool isReplaced(clang::QualType type, const clang::ASTContext &ast) {
  for (int steps = 0; steps < 8; ++steps) {
    if (llvm::isa<clang::SubstTemplateTypeParmType>(type.getTypePtr())) return true;
    if (llvm::isa<clang::TypedefType, clang::AutoType>(type.getTypePtr())) return false;
    clang::QualType inner = type.getSingleStepDesugaredType(ast);
    if (const auto *reference = dyn_cast<clang::ReferenceType>(type.getTypePtr())) inner = reference->getPointeeTypeAsWritten();
    if (inner == type) return false;
    type = inner;
  }
  return false;
}

const clang::ValueDecl *givenByUser(const Expr &expression) {
  const Expr *named = &expression;
  for (int steps = 0; steps < 8; ++steps) {
    named = unwrap(named);
    if (const auto *deref = dyn_cast<clang::UnaryOperator>(named); deref && deref->getOpcode() == clang::UO_Deref)
      named = unwrap(deref->getSubExpr());
    const clang::ValueDecl *decl = nullptr;
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(named)) decl = name->getDecl();
    else if (const auto *member = dyn_cast<clang::MemberExpr>(named); member && llvm::isa<clang::CXXThisExpr>(unwrap(member->getBase())))
      decl = member->getMemberDecl();
    if (!decl || !llvm::isa<clang::VarDecl, clang::FieldDecl>(decl)) return nullptr;
    if (isReplaced(decl->getType(), decl->getASTContext())) return decl;
    const auto *copy = dyn_cast<clang::VarDecl>(decl); // auto g = f;
    if (!copy || !copy->getType()->getContainedAutoType() || !copy->getInit()) return nullptr;
    named = copy->getInit();
  }
  return nullptr;
}

const Expr *calledObject(const Expr &call) {
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call))
    return op->getOperator() == clang::OO_Call ? op->getArg(0) : nullptr;
  const auto *plain = dyn_cast<clang::CallExpr>(&call);
  if (!plain) return nullptr;
  const clang::FunctionDecl *callee = plain->getDirectCallee();
  if (!callee) return plain->getCallee();
  bool invokes = callee->isInStdNamespace() && callee->getIdentifier() && callee->getName() == "invoke";
  return invokes && plain->getNumArgs() ? plain->getArg(0) : nullptr;
}

Place userPlace(const Expr &given, const clang::FunctionDecl &inside, UnitContext &unit) {
  const clang::CXXRecordDecl *record = given.getType().getNonReferenceType()->getAsCXXRecordDecl();
  if (record && record->isLambda()) return unit.place(record->getBeginLoc());
  for (const clang::DeclContext *scope = &inside; scope; scope = scope->getParent()) {
    const auto *function = dyn_cast<clang::FunctionDecl>(scope);
    if (!function || function->getPointOfInstantiation().isInvalid()) continue;
    if (unit.inProject(function->getPointOfInstantiation())) return unit.place(function->getPointOfInstantiation());
  }
  return unit.place(given.getExprLoc());
}

} // namespace coroguard
