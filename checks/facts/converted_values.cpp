#include "facts/converted_values.h"
#include "facts/awaitable_value.h"
#include "facts/made_values.h"
#include "language/await_result.h"
#include "language/element_owner.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::CXXConstructorDecl;
using clang::CXXRecordDecl;
using clang::QualType;

QualType plain(QualType type) { return type.getNonReferenceType().getCanonicalType().getUnqualifiedType(); }

/// A parameter `const Task &`, and in a template not one that takes everything.
bool looksAtTask(const CXXConstructorDecl &constructor) {
  auto isReference = [](QualType type) { return type->isLValueReferenceType() && type->getPointeeType().isConstQualified(); };
  if (constructor.getNumParams() == 0 || !isReference(constructor.getParamDecl(0)->getType())) return false;
  if (const clang::FunctionTemplateDecl *primary = constructor.getPrimaryTemplate())
    return !primary->getTemplatedDecl()->getParamDecl(0)->getType().getNonReferenceType()->isTemplateTypeParmType();
  return true;
}

/// Could an object of this class have the value: a member for it, or one that hides what it has?
bool mayHold(const CXXRecordDecl &record, QualType value, UnitContext &unit, unsigned depth = 0) {
  if (depth > 4) return true;
  auto holds = [&](QualType type) {
    if (type->isPointerType() || type->isReferenceType()) return true;
    auto isValue = [&](QualType element) { return plain(element) == value || unit.valueType(element).canBeAwaited(); };
    if (isValue(type) || ownsElement(type, isValue)) return true;
    const CXXRecordDecl *member = type->getAsCXXRecordDecl();
    return member && !member->isInStdNamespace() && (!member->hasDefinition() || mayHold(*member->getDefinition(), value, unit, depth + 1));
  };
  return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return holds(base.getType()); }) ||
         llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) { return holds(field->getType()); });
}

/// Can the class be made from the result of the await as well? Then that was meant.
bool acceptsResult(const CXXRecordDecl &record, QualType result) {
  const CXXRecordDecl *given = result.isNull() ? nullptr : plain(result)->getAsCXXRecordDecl();
  const CXXRecordDecl *wanted = record.getCanonicalDecl();
  if (given && given->hasDefinition() && (given->getCanonicalDecl() == wanted || given->isDerivedFrom(wanted))) return true;
  return !result.isNull() && llvm::any_of(record.ctors(), [&](const CXXConstructorDecl *constructor) {
    return constructor->getNumParams() >= 1 && constructor->getMinRequiredArguments() <= 1 &&
           plain(constructor->getParamDecl(0)->getType()) == plain(result);
  });
}

} // namespace

void findConvertedValue(const clang::CXXConstructExpr &construct, Function &facts, UnitContext &unit) {
  const CXXConstructorDecl &constructor = *construct.getConstructor();
  if (construct.getNumArgs() == 0 || constructor.isCopyOrMoveConstructor() || !looksAtTask(constructor)) return;
  if (!unit.valueType(constructor.getParamDecl(0)->getType().getNonReferenceType()).canBeAwaited()) return;
  MadeValues values = valuesIn(*construct.getArg(0), unit);
  if (values.made.size() != 1 || unit.valueType(construct.getType()).canBeAwaited()) return;
  QualType made = values.made.front()->getType();
  const CXXRecordDecl &into = *constructor.getParent();
  if (mayHold(into, plain(made), unit) || !acceptsResult(into, awaitResult(made, unit.ast))) return;
  std::optional<AwaitableValue> value = awaitableValue(*values.made.front(), unit);
  if (!value) return;
  Drop drop;
  drop.place = unit.place(values.made.front()->getExprLoc());
  drop.form = Drop::Form::Converted;
  drop.value = *value;
  drop.into = unit.string(construct.getType().getAsString(unit.ast.getPrintingPolicy()));
  facts.drops.push_back(std::move(drop));
}

} // namespace coroguard
