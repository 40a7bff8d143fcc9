// What a program does when it gives up: nobody waits for anything any more.
#pragma once
#include <clang/AST/Stmt.h>

namespace coroguard {

/// A call that does not return because the process ends in it: abort(), std::exit(1), a failed assertion, the project's
/// own die(). Not one that serves for ever.
bool endsProcess(const clang::Expr &call);

/// Whoever enters the block never leaves it: its last statement ends the process, and nothing jumps out of it or suspends.
bool endsProcess(const clang::CompoundStmt &block);

} // namespace coroguard
