// What a coroutine reads out of the function object whose call it is, a closure or a functor with a coroutine
// operator(): the captures and members that live no longer than that object.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The first use of a capture or member that may come when the call is over: of a lazy coroutine any use, of another
/// one a use that some path reaches behind a suspension.
struct ClosureUse {
  const clang::Expr *at = nullptr;
  const clang::ValueDecl *captured = nullptr; // null: `this`, or of a functor a member
  const clang::FunctionDecl *keeper = nullptr; // awaits with the capture by reference: the use matters if it keeps that
  unsigned argument = 0;                       // how the keeper is given it, numbered as in Function::keeps
};

/// Nothing for a callable that is no coroutine, captures nothing, has its object as a value in its own frame
/// (`this auto`), or is done with it in time.
std::optional<ClosureUse> laterClosureUse(const clang::FunctionDecl &callOperator, UnitContext &unit);

/// Can nobody wait for a coroutine of this type: it destroys itself, and what it returns cannot be awaited?
bool isDetached(clang::QualType task, UnitContext &unit);

} // namespace coroguard
