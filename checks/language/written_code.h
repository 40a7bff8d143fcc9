// The code that a user wrote and that is evaluated, without the machinery that Clang puts around it.
#pragma once
#include <llvm/ADT/STLFunctionalExtras.h>
#include <vector>

namespace clang {
class Stmt;
} // namespace clang

namespace coroguard {

/// Visits a statement and what is written inside it, each before its parts, in the order of the source. The visitor says
/// whether to go on into the parts. Of a coroutine the written body, of an await its operand; the bodies of lambdas and
/// local classes are other functions. Unevaluated operands and discarded branches of `if constexpr` are left out.
void forEachWritten(const clang::Stmt *stmt, llvm::function_ref<bool(const clang::Stmt &)> visit);

/// The written statements and expressions around one, the outermost first. Empty when it is not written in there.
std::vector<const clang::Stmt *> writtenAround(const clang::Stmt *from, const clang::Stmt &inner);

} // namespace coroguard
