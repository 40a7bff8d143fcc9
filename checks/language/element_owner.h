// Types whose objects own values of the types in their template arguments: containers, pairs, optionals, owning pointers.
#pragma once
#include <llvm/ADT/STLFunctionalExtras.h>

namespace clang {
class QualType;
} // namespace clang

namespace coroguard {

/// A class template of the standard library, or one with the members of a container (begin, end, size, clear), that has
/// such an element among its type arguments, directly or in another owner; or an array of such elements.
bool ownsElement(clang::QualType type, llvm::function_ref<bool(clang::QualType)> isElement);

} // namespace coroguard
