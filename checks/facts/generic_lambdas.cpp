#include "facts/generic_lambdas.h"
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Sema/Scope.h>
#include <clang/Sema/Sema.h>

namespace coroguard {
namespace {

using clang::FunctionDecl;

/// Finds the call operators that have been declared for certain types and have no body yet.
class Finder : public clang::RecursiveASTVisitor<Finder> {
public:
  explicit Finder(llvm::function_ref<bool(clang::SourceLocation)> isOurs) : isOurs(isOurs) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  bool TraverseDecl(clang::Decl *decl) {
    bool foreign = decl && !llvm::isa<clang::TranslationUnitDecl>(decl) && !isOurs(decl->getLocation());
    return foreign || RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitLambdaExpr(clang::LambdaExpr *lambda) {
    const clang::CXXMethodDecl *call = lambda->getCallOperator();
    clang::FunctionTemplateDecl *generic = call ? call->getDescribedFunctionTemplate() : nullptr;
    if (!generic || generic->getDeclContext()->isDependentContext()) return true;
    for (FunctionDecl *one : generic->specializations())
      if (!one->isDefined() && !one->isInvalidDecl()) found.push_back(one);
    return true;
  }

  std::vector<FunctionDecl *> found;

private:
  llvm::function_ref<bool(clang::SourceLocation)> isOurs;
};

} // namespace

void instantiateGenericLambdas(clang::ASTContext &context, clang::Sema &sema,
                               llvm::function_ref<bool(clang::SourceLocation)> isOurs) {
  Finder finder(isOurs);
  finder.TraverseAST(context);
  if (finder.found.empty()) return;
  // Parsing has ended, and taken the scope along into which a co_await declares the builtins that it needs.
  clang::DiagnosticsEngine &diagnostics = sema.getDiagnostics();
  clang::Scope scope(nullptr, clang::Scope::DeclScope, diagnostics);
  scope.setEntity(context.getTranslationUnitDecl());
  clang::Scope *outer = std::exchange(sema.TUScope, &scope);
  bool before = diagnostics.getSuppressAllDiagnostics();
  diagnostics.setSuppressAllDiagnostics(true);
  for (FunctionDecl *one : finder.found)
    sema.InstantiateFunctionDefinition(one->getLocation(), one, /*Recursive=*/true);
  sema.PerformPendingInstantiations();
  diagnostics.setSuppressAllDiagnostics(before);
  sema.TUScope = outer;
}

} // namespace coroguard
