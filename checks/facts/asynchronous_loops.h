// Loops that a library runs: do_for_each(entries, body) is a range-for over the entries with a suspension in each round.
#pragma once
#include "facts/changers.h"

namespace coroguard {

struct AsynchronousLoop {
  const clang::CallExpr *call = nullptr;
  const clang::FunctionDecl *body = nullptr; // the lambda that is called with each element; null when it is none
  ReferredObject object;                     // what its iterators lead into
};

/// Those in the function itself that go over somebody else's object, as opposed to a local one or a copy.
std::vector<AsynchronousLoop> asynchronousLoops(const clang::FunctionDecl &function, UnitContext &unit);

/// Who changes what the loop of this function goes over: others, or what its own body does behind a suspension. What the
/// function itself does before and behind the loop is none of that.
std::optional<Changer> changerOf(const AsynchronousLoop &loop, const clang::FunctionDecl &function,
                                 const ObjectChanges &changes);

} // namespace coroguard
