#include "language/element_owner.h"
#include "language/record_lookup.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>

using namespace clang;

namespace coroguard {
namespace {

bool isContainer(const CXXRecordDecl &record) {
  const ASTContext &context = record.getASTContext();
  return llvm::all_of(std::initializer_list<llvm::StringRef>{"begin", "end", "size", "clear"}, [&](llvm::StringRef name) {
    return findMember(record, DeclarationName(&context.Idents.get(name)));
  });
}

bool ownsElement(QualType type, llvm::function_ref<bool(QualType)> isElement, unsigned depth);

bool isOwner(const TemplateArgument &argument, llvm::function_ref<bool(QualType)> isElement, unsigned depth) {
  if (argument.getKind() == TemplateArgument::Pack)
    return llvm::any_of(argument.pack_elements(), [&](const TemplateArgument &each) { return isOwner(each, isElement, depth); });
  if (argument.getKind() != TemplateArgument::Type) return false;
  QualType type = argument.getAsType();
  return !type->isReferenceType() && (isElement(type) || ownsElement(type, isElement, depth + 1));
}

bool ownsElement(QualType type, llvm::function_ref<bool(QualType)> isElement, unsigned depth) {
  if (type.isNull() || type->isReferenceType() || depth > 3) return false;
  if (const ArrayType *array = type->getAsArrayTypeUnsafe()) {
    QualType element = array->getElementType();
    return isElement(element) || ownsElement(element, isElement, depth + 1);
  }
  const auto *record = dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (!record || !record->hasDefinition() || (!record->isInStdNamespace() && !isContainer(*record))) return false;
  return llvm::any_of(record->getTemplateArgs().asArray(),
                      [&](const TemplateArgument &argument) { return isOwner(argument, isElement, depth); });
}

} // namespace

bool ownsElement(QualType type, llvm::function_ref<bool(QualType)> isElement) { return ownsElement(type, isElement, 0); }

} // namespace coroguard
