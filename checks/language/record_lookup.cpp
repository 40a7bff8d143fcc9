#include "language/record_lookup.h"
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/SmallPtrSet.h>

using namespace clang;

namespace coroguard {

const CXXRecordDecl *recordOf(QualType type) {
  if (type.isNull()) return nullptr;
  type = type.getNonReferenceType();
  if (const CXXRecordDecl *record = type->getAsCXXRecordDecl()) return record;
  const auto *specialisation = type->getAs<TemplateSpecializationType>();
  if (!specialisation) return nullptr;
  const auto *pattern =
      dyn_cast_or_null<ClassTemplateDecl>(specialisation->getTemplateName().getAsTemplateDecl());
  return pattern ? pattern->getTemplatedDecl() : nullptr;
}

const CXXRecordDecl *definitionOf(const CXXRecordDecl &record) {
  if (const CXXRecordDecl *definition = record.getDefinition()) return definition;
  if (const auto *specialisation = dyn_cast<ClassTemplateSpecializationDecl>(&record))
    return specialisation->getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
  if (const CXXRecordDecl *pattern = record.getInstantiatedFromMemberClass()) return pattern->getDefinition();
  return nullptr;
}

namespace {

// Patterns can be their own bases (template <int N> struct A : A<N - 1>), hence the set.
bool anyUnvisited(const CXXRecordDecl &record, llvm::function_ref<bool(const CXXRecordDecl &)> predicate,
                  llvm::SmallPtrSetImpl<const CXXRecordDecl *> &visited) {
  const CXXRecordDecl *definition = definitionOf(record);
  if (!definition || !visited.insert(definition).second) return false;
  if (predicate(*definition)) return true;
  return llvm::any_of(definition->bases(), [&](const CXXBaseSpecifier &base) {
    const CXXRecordDecl *parent = recordOf(base.getType());
    return parent && anyUnvisited(*parent, predicate, visited);
  });
}

} // namespace

bool anyInHierarchy(const CXXRecordDecl &record, llvm::function_ref<bool(const CXXRecordDecl &)> predicate) {
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> visited;
  return anyUnvisited(record, predicate, visited);
}

const NamedDecl *findMember(const CXXRecordDecl &record, DeclarationName name) {
  const NamedDecl *member = nullptr;
  anyInHierarchy(record, [&](const CXXRecordDecl &candidate) {
    DeclContext::lookup_result found = candidate.lookup(name);
    if (!found.empty()) member = found.front()->getUnderlyingDecl();
    return member != nullptr;
  });
  return member;
}

} // namespace coroguard
