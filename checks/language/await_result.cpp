#include "language/await_result.h"
#include "language/awaitable.h"
#include "language/record_lookup.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/StringExtras.h>

using namespace clang;

namespace coroguard {
namespace {

/// The declared result of a member function; null when it is deduced later or depends on a template.
QualType resultOf(const CXXRecordDecl &record, DeclarationName name) {
  const NamedDecl *member = findMember(record, name);
  const FunctionDecl *function = member ? member->getAsFunction() : nullptr;
  if (!function) return {};
  QualType result = function->getReturnType();
  return result->isDependentType() || result->isUndeducedType() ? QualType() : result;
}

QualType firstTypeArgument(const CXXRecordDecl &record) {
  const auto *specialisation = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  if (!specialisation || specialisation->getTemplateArgs().size() == 0) return {};
  const TemplateArgument &first = specialisation->getTemplateArgs()[0];
  return first.getKind() == TemplateArgument::Type ? first.getAsType() : QualType();
}

bool hasDestructor(const CXXRecordDecl &record) {
  const CXXRecordDecl *definition = definitionOf(record);
  return definition && !definition->hasTrivialDestructor();
}

/// "unique_lock", "UniqueLock" and "lock_t" end in the word "lock"; "block" and "clock" do not.
bool endsInWord(llvm::StringRef name, llvm::StringRef word) {
  name.consume_back("_t");
  if (!name.ends_with_insensitive(word)) return false;
  llvm::StringRef front = name.drop_back(word.size());
  if (front.empty() || !llvm::isAlpha(front.back())) return true;
  return llvm::isUpper(name[front.size()]) && llvm::isLower(front.back());
}

} // namespace

QualType awaitResult(QualType type, const ASTContext &context) {
  const CXXRecordDecl *record = recordOf(type);
  if (!record) return {};
  AwaitableKind kind = awaitableKind(type, context);
  const CXXRecordDecl *awaiter = kind == AwaitableKind::Awaiter ? record : nullptr;
  if (kind == AwaitableKind::MemberCoAwait)
    awaiter = recordOf(resultOf(*record, context.DeclarationNames.getCXXOperatorName(OO_Coawait)));
  QualType result = awaiter ? resultOf(*awaiter, &context.Idents.get("await_resume")) : QualType();
  return result.isNull() ? firstTypeArgument(*record) : result;
}

bool awaitsRvalueOnly(QualType type, const ASTContext &context) {
  const CXXRecordDecl *record = recordOf(type);
  bool found = false, others = false;
  if (!record) return false;
  anyInHierarchy(*record, [&](const CXXRecordDecl &candidate) {
    for (const NamedDecl *decl : candidate.lookup(context.DeclarationNames.getCXXOperatorName(OO_Coawait))) {
      const auto *method = dyn_cast_or_null<CXXMethodDecl>(decl->getUnderlyingDecl()->getAsFunction());
      if (!method) continue;
      found = true;
      others |= method->getRefQualifier() != RQ_RValue;
    }
    return false;
  });
  return found && !others;
}

bool isNamedLikeGuard(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : recordOf(type);
  if (!record || !record->getIdentifier() || !hasDestructor(*record)) return false;
  return llvm::any_of(std::initializer_list<llvm::StringRef>{"lock", "guard", "units", "permit", "holder"},
                      [&](llvm::StringRef word) { return endsInWord(record->getName(), word); });
}

} // namespace coroguard
