// Changes that cannot happen while a certain coroutine is suspended, although another function makes them: it waits for
// the coroutine first, or the two run one after the other.
#pragma once
#include "facts/object_changes.h"

namespace coroguard {

/// Does the changer wait, before the change, for the member that runs the coroutine: its scope, its task?
bool waitsFirst(const ObjectChange &change, const clang::FunctionDecl &coroutine, const ObjectChanges &changes,
                UnitContext &unit);

/// Does one function alone call both, and await the coroutine each time: `co_await fill(); co_await send();`?
bool takesTurns(const clang::FunctionDecl &changer, const clang::FunctionDecl &coroutine, const ObjectChanges &changes);

} // namespace coroguard
