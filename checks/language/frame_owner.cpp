#include "language/frame_owner.h"
#include "language/record_lookup.h"
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>

using namespace clang;

namespace coroguard {
namespace {

bool isHandle(QualType type) {
  const CXXRecordDecl *record = recordOf(type);
  return record && record->isInStdNamespace() && record->getIdentifier() && record->getName() == "coroutine_handle";
}

/// Looks at the calls in a destructor: destroy() of a handle, and everything that could make it conditional.
class DestructorCalls : public RecursiveASTVisitor<DestructorCalls> {
public:
  bool VisitCallExpr(CallExpr *call) {
    if (isDestroy(*call)) destroys = true;
    else if (!asksForHandle(*call)) isCertain = false;
    return true;
  }

  bool destroys = false;
  bool isCertain = true;

private:
  static bool isDestroy(const CallExpr &call) {
    const Expr *callee = call.getCallee()->IgnoreParenImpCasts();
    if (const auto *member = dyn_cast<MemberExpr>(callee))
      return isHandle(member->getBase()->getType()) && member->getMemberNameInfo().getAsString() == "destroy";
    if (const auto *member = dyn_cast<CXXDependentScopeMemberExpr>(callee))
      return isHandle(member->getBaseType()) && member->getMember().getAsString() == "destroy";
    return false;
  }

  static bool asksForHandle(const CallExpr &call) {
    if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
      return isa_and_nonnull<CXXConversionDecl>(member->getMethodDecl()) && isHandle(member->getObjectType());
    return isa<CXXOperatorCallExpr>(call) && call.getNumArgs() > 0 && isHandle(call.getArg(0)->getType());
  }
};

const Stmt *bodyOf(const CXXDestructorDecl &destructor) {
  if (destructor.isDefaulted() || destructor.hasSkippedBody()) return nullptr;
  if (const Stmt *body = destructor.getBody()) return body;
  const FunctionDecl *pattern = destructor.getTemplateInstantiationPattern();
  return pattern && !pattern->hasSkippedBody() ? pattern->getBody() : nullptr;
}

bool destroys(const CXXRecordDecl &record, unsigned depth);

bool memberDestroys(const CXXRecordDecl &record, unsigned depth) {
  auto ofType = [&](QualType type) {
    const CXXRecordDecl *member = recordOf(type);
    const CXXRecordDecl *definition = member && !type->isReferenceType() ? definitionOf(*member) : nullptr;
    return definition && destroys(*definition, depth + 1);
  };
  return llvm::any_of(record.bases(), [&](const CXXBaseSpecifier &base) { return ofType(base.getType()); }) ||
         llvm::any_of(record.fields(), [&](const FieldDecl *field) { return ofType(field->getType()); });
}

bool destroys(const CXXRecordDecl &record, unsigned depth) {
  if (depth > 3) return false;
  const CXXDestructorDecl *destructor = record.getDestructor();
  if (destructor && destructor->isUserProvided()) {
    const Stmt *body = bodyOf(*destructor);
    if (!body) return false;
    DestructorCalls calls;
    calls.TraverseStmt(const_cast<Stmt *>(body));
    return calls.destroys && calls.isCertain;
  }
  return memberDestroys(record, depth);
}

} // namespace

bool destroysItsFrame(QualType type) {
  const CXXRecordDecl *record = recordOf(type);
  const CXXRecordDecl *definition = record ? definitionOf(*record) : nullptr;
  return definition && destroys(*definition, 0);
}

} // namespace coroguard
