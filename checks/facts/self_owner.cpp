#include "facts/self_owner.h"
#include "facts/inner_statements.h"

namespace coroguard {
namespace {

using clang::CXXRecordDecl;
using clang::QualType;
using llvm::dyn_cast;

bool hasArrow(const CXXRecordDecl &record) {
  auto arrow = record.getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Arrow);
  if (!record.lookup(arrow).empty()) return true;
  return llvm::any_of(record.bases(), [](const clang::CXXBaseSpecifier &base) {
    const CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
    return parent && parent->hasDefinition() && hasArrow(*parent->getDefinition());
  });
}

const CXXRecordDecl *firstArgument(const CXXRecordDecl *record) {
  const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!made || made->getTemplateArgs().size() == 0) return nullptr;
  const clang::TemplateArgument &first = made->getTemplateArgs()[0];
  return first.getKind() == clang::TemplateArgument::Type ? first.getAsType()->getAsCXXRecordDecl() : nullptr;
}

bool areRelated(const CXXRecordDecl &a, const CXXRecordDecl &b) {
  if (declaresSameEntity(&a, &b)) return true;
  if (!a.hasDefinition() || !b.hasDefinition()) return false;
  return a.isDerivedFrom(&b) || b.isDerivedFrom(&a);
}

/// A member without parameters whose result is a smart pointer to the class.
bool givesOwner(const CXXRecordDecl &base, const CXXRecordDecl &record) {
  return llvm::any_of(base.methods(), [&](const clang::CXXMethodDecl *method) {
    QualType type = method->getReturnType();
    if (method->getNumParams() != 0 || type->isReferenceType() || llvm::isa<clang::CXXConstructorDecl>(method))
      return false;
    const CXXRecordDecl *target = firstArgument(type->getAsCXXRecordDecl());
    return target && declaresSameEntity(target, &record);
  });
}

} // namespace

const CXXRecordDecl *pointee(QualType smartPointer) {
  const CXXRecordDecl *record = smartPointer.getNonReferenceType()->getAsCXXRecordDecl();
  const CXXRecordDecl *target = firstArgument(record);
  if (!target || !record->hasDefinition() || record->hasTrivialDestructor() || !hasArrow(*record)) return nullptr;
  return target;
}

bool canOwnItself(const CXXRecordDecl &record) {
  if (!record.hasDefinition()) return false;
  bool found = false;
  record.forallBases([&](const CXXRecordDecl *base) {
    const auto *made = dyn_cast<clang::ClassTemplateSpecializationDecl>(base);
    const CXXRecordDecl *self = firstArgument(made);
    found |= self && areRelated(*self, record) && givesOwner(*base, *self);
    return true;
  });
  return found;
}

/// Is it a smart pointer to the object of this member?
static bool isSelf(QualType type, const clang::CXXMethodDecl &method) {
  const CXXRecordDecl *target = type->isReferenceType() ? nullptr : pointee(type);
  return target && areRelated(*target, *method.getParent());
}

bool isGivenItself(const clang::FunctionDecl &coroutine) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&coroutine);
  return method && llvm::any_of(coroutine.parameters(), [&](const clang::ParmVarDecl *parameter) {
           return isSelf(parameter->getType(), *method);
         });
}

bool keepsItself(const clang::FunctionDecl &coroutine) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&coroutine);
  if (!method) return false;
  if (isGivenItself(coroutine)) return true;
  return findInner<clang::DeclStmt>(coroutine.getBody(), [&](const clang::DeclStmt &declared) {
    return llvm::any_of(declared.decls(), [&](const clang::Decl *decl) {
      const auto *variable = dyn_cast<clang::VarDecl>(decl);
      if (!variable || variable->getType()->isReferenceType()) return false;
      if (isSelf(variable->getType(), *method)) return true;
      const CXXRecordDecl *record = variable->getType()->getAsCXXRecordDecl();
      const auto *call =
          variable->getInit() ? dyn_cast<clang::CXXMemberCallExpr>(unwrap(variable->getInit())) : nullptr;
      const auto *member = call ? dyn_cast<clang::MemberExpr>(unwrap(call->getImplicitObjectArgument())) : nullptr;
      bool isHolder = member && llvm::isa<clang::CXXThisExpr>(unwrap(member->getBase())) && record &&
                      record->hasDefinition() && !record->isInStdNamespace() && !record->hasTrivialDestructor();
      return isHolder;
    });
  });
}

} // namespace coroguard
