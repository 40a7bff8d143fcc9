// What a coroutine goes on using when its caller has gone on: parameters that refer to somebody else's objects, its own
// object, its closure's captures.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Does the type only refer to what lives elsewhere: string_view, span, iterator, reference_wrapper? By structure: it is
/// copied bit by bit and holds a pointer or reference.
bool isView(clang::QualType type);

/// A use of what a coroutine was lent, when its caller may have gone on; `argument` as in Function::keeps.
struct KeptUse {
  uint32_t argument = 0;
  clang::SourceLocation place;
};

/// The first use of each argument, in the order of the arguments. Of a lazy coroutine whatever its body mentions, of
/// another what it mentions from its first suspension on.
std::vector<KeptUse> keptUses(const clang::FunctionDecl &coroutine, UnitContext &unit);

/// See Function::keeps.
std::vector<uint32_t> keptArguments(const clang::FunctionDecl &coroutine, UnitContext &unit);

/// Does a coroutine lambda use its captures when the expression that called it may have gone?
bool keepsClosure(const clang::CXXMethodDecl &callOperator, UnitContext &unit);

} // namespace coroguard
