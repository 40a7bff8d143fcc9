#include "language/std_functions.h"
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/STLExtras.h>

namespace coroguard {

bool isStdFunction(const clang::FunctionDecl &function) {
  const clang::DeclContext *outermost = function.getDeclContext();
  for (const clang::DeclContext *scope = outermost; !scope->isTranslationUnit(); scope = scope->getParent())
    outermost = scope;
  return outermost->isStdNamespace();
}

const clang::Expr *handedOn(const clang::Expr &expression, llvm::ArrayRef<llvm::StringRef> also) {
  const auto *call = llvm::dyn_cast<clang::CallExpr>(&expression);
  const clang::FunctionDecl *callee = call && call->getNumArgs() == 1 ? call->getDirectCallee() : nullptr;
  if (!callee || !callee->isInStdNamespace() || !callee->getIdentifier()) return nullptr;
  llvm::StringRef name = callee->getName();
  bool isCast = name == "move" || name == "forward" || name == "as_const";
  return isCast || llvm::is_contained(also, name) ? call->getArg(0) : nullptr;
}

const clang::FunctionProtoType *erasedSignature(clang::QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!made || made->getTemplateArgs().size() == 0) return nullptr;
  const clang::TemplateArgument &first = made->getTemplateArgs()[0];
  if (first.getKind() != clang::TemplateArgument::Type) return nullptr;
  return first.getAsType()->getAs<clang::FunctionProtoType>();
}

} // namespace coroguard
