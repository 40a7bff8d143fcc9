#include "facts/bound_values.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

std::optional<BoundValue> search(clang::QualType type, UnitContext &unit, unsigned depth);

/// What a standard container, pair, tuple, optional, variant or owner holds.
std::optional<BoundValue> inArguments(const clang::ClassTemplateSpecializationDecl &holder, UnitContext &unit, unsigned depth) {
  for (const clang::TemplateArgument &argument : holder.getTemplateArgs().asArray()) {
    llvm::ArrayRef<clang::TemplateArgument> pack(argument);
    if (argument.getKind() == clang::TemplateArgument::Pack) pack = argument.getPackAsArray();
    for (const clang::TemplateArgument &each : pack)
      if (each.getKind() == clang::TemplateArgument::Type)
        if (auto found = search(each.getAsType(), unit, depth + 1)) return found;
  }
  return std::nullopt;
}

std::optional<BoundValue> search(clang::QualType type, UnitContext &unit, unsigned depth) {
  if (depth > 6) return std::nullopt;
  type = type.getCanonicalType().getUnqualifiedType();
  if (const clang::ArrayType *array = unit.ast.getAsArrayType(type)) return search(array->getElementType(), unit, depth + 1);
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record) return std::nullopt;
  if (const ThreadBoundValue *model = unit.lookup.threadBoundValue(type)) return BoundValue{model, record};
  if (record->isInStdNamespace()) {
    const auto *holder = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
    return holder ? inArguments(*holder, unit, depth) : std::nullopt;
  }
  bool isPlain = record->hasDefinition() && record->isAggregate() && !unit.lookup.isImplementation(*record);
  if (!isPlain) return std::nullopt;
  for (const clang::FieldDecl *field : record->fields())
    if (auto found = search(field->getType(), unit, depth + 1)) return found;
  return std::nullopt;
}

} // namespace

std::optional<BoundValue> boundValue(clang::QualType type, UnitContext &unit) { return search(type, unit, 0); }

} // namespace coroguard
