// Member lookup that also works on templates nobody has instantiated, where Clang itself would answer
// "incomplete". Private to this folder.
#pragma once
#include <llvm/ADT/STLFunctionalExtras.h>

namespace clang {
class CXXRecordDecl;
class DeclarationName;
class NamedDecl;
class QualType;
} // namespace clang

namespace coroguard {

/// The record a type names, references looked through; for a dependent specialisation, the template's
/// pattern.
const clang::CXXRecordDecl *recordOf(clang::QualType type);

/// The declaration that holds the members: the definition, or the pattern of a specialisation that is not
/// instantiated. Null when the record is only declared.
const clang::CXXRecordDecl *definitionOf(const clang::CXXRecordDecl &record);

/// Whether the predicate holds for the record or one of its bases, nearest first. Records are given as
/// definitions; those without one are left out.
bool anyInHierarchy(const clang::CXXRecordDecl &record,
                    llvm::function_ref<bool(const clang::CXXRecordDecl &)> predicate);

/// The first member of that name in the record, else in its bases; using-declarations looked through.
const clang::NamedDecl *findMember(const clang::CXXRecordDecl &record, clang::DeclarationName name);

} // namespace coroguard
