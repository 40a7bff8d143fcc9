#include "language/replaceable.h"
#include "language/record_lookup.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

using namespace clang;

namespace coroguard {
namespace {

const CXXRecordDecl *shapeOf(QualType type) {
  const CXXRecordDecl *record = recordOf(type);
  return record ? definitionOf(*record) : nullptr;
}

bool has(const CXXRecordDecl &record, llvm::StringRef name) {
  return findMember(record, DeclarationName(&record.getASTContext().Idents.get(name)));
}

bool has(const CXXRecordDecl &record, OverloadedOperatorKind op) {
  return findMember(record, record.getASTContext().DeclarationNames.getCXXOperatorName(op));
}

bool isStd(const CXXRecordDecl &record, std::initializer_list<llvm::StringRef> names) {
  return record.isInStdNamespace() && record.getIdentifier() && llvm::is_contained(names, record.getName());
}

bool isContainer(const CXXRecordDecl &record) {
  if (isStd(record, {"queue", "stack", "priority_queue"})) return true;
  return has(record, "begin") && has(record, "end") && (has(record, "clear") || has(record, "erase"));
}

bool isCell(const CXXRecordDecl &record) {
  if (isStd(record, {"variant", "any"})) return true;
  return has(record, OO_Arrow) && has(record, OO_Star) && !has(record, OO_PlusPlus) && has(record, "reset");
}

bool canBeCopied(const CXXRecordDecl &record) {
  bool isDeclared = false, isUsable = false;
  for (const CXXConstructorDecl *constructor : record.ctors()) {
    if (!constructor->isCopyConstructor()) continue;
    isDeclared = true;
    isUsable |= !constructor->isDeleted();
  }
  bool onlyMoves = record.hasUserDeclaredMoveConstructor() || record.hasUserDeclaredMoveAssignment();
  return isDeclared ? isUsable : !onlyMoves && !(record.hasDefinition() && record.defaultedCopyConstructorIsDeleted());
}

} // namespace

bool isIterator(QualType type) {
  const CXXRecordDecl *record = shapeOf(type);
  return record && has(*record, OO_Star) && has(*record, OO_PlusPlus);
}

bool isSequenceView(QualType type) {
  const CXXRecordDecl *record = shapeOf(type);
  if (!record || isContainer(*record) || record->isDependentContext() || !record->hasTrivialDestructor()) return false;
  return has(*record, "data") && has(*record, "size") && has(*record, "begin") && !record->hasNonTrivialCopyConstructor() &&
         !isStd(*record, {"array", "initializer_list"});
}

bool isWeakPointer(QualType type) {
  const CXXRecordDecl *record = shapeOf(type);
  return record && has(*record, "lock") && has(*record, "expired");
}

bool isSharedOwner(QualType type) {
  const CXXRecordDecl *record = replaceableKind(type) == Replaceable::Cell ? shapeOf(type) : nullptr;
  bool isInline =
      record && (isStd(*record, {"variant", "any"}) || has(*record, "has_value") || has(*record, "value_or"));
  return record && !isInline && canBeCopied(*record);
}

bool isMap(QualType type) {
  const CXXRecordDecl *record = shapeOf(type);
  return record && has(*record, "mapped_type");
}

Replaceable replaceableKind(QualType type) {
  if (type->isReferenceType()) type = type->getPointeeType();
  const CXXRecordDecl *record = type->isPointerType() || type->isArrayType() ? nullptr : shapeOf(type);
  if (!record || record->isLambda() || isSequenceView(type) || isIterator(type) || isWeakPointer(type)) return Replaceable::None;
  if (isStd(*record, {"array", "initializer_list", "function", "pair", "tuple", "atomic", "reference_wrapper"})) return Replaceable::None;
  if (isContainer(*record)) return Replaceable::Container;
  return isCell(*record) ? Replaceable::Cell : Replaceable::Class;
}

ElementChange elementChange(const FunctionDecl &method) {
  if (method.getOverloadedOperator() == OO_Equal) return ElementChange::Replaces;
  if (method.getOverloadedOperator() == OO_PlusEqual) return ElementChange::Inserts;
  if (!method.getIdentifier()) return ElementChange::None;
  auto begins = [&](std::initializer_list<llvm::StringRef> prefixes) {
    return llvm::any_of(prefixes, [&](llvm::StringRef prefix) { return method.getName().starts_with(prefix); });
  };
  if (begins({"clear", "reset"})) return ElementChange::Empties;
  if (begins({"assign", "swap", "merge", "splice"})) return ElementChange::Replaces;
  if (begins({"erase", "extract", "pop", "remove", "take", "resize", "shrink"})) return ElementChange::Erases;
  if (begins({"insert", "emplace", "try_emplace", "push", "append", "prepend", "reserve", "rehash"})) return ElementChange::Inserts;
  return ElementChange::None;
}

bool survivesInsertion(QualType container, bool isIterator) {
  const CXXRecordDecl *record = shapeOf(container);
  if (!record) return true;
  if (isStd(*record, {"deque", "queue", "stack"})) return !isIterator;
  if (isStd(*record, {"unordered_map", "unordered_set", "unordered_multimap", "unordered_multiset"})) return !isIterator;
  return !has(*record, "reserve") && !isStd(*record, {"priority_queue", "flat_map", "flat_set"});
}

} // namespace coroguard
