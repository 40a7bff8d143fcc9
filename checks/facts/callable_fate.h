// What a function does with a callable that it is given: for how long the callable lives.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

enum class CallableFate : uint8_t {
  Unseen,   // no body here tells
  Unclear,  // a body that does more than we follow
  Kept,     // until the task that it gave is complete
  Released, // it ends, or its copy does, as soon as it has been called
  Lent,     // the caller's own object is called during the call, and its task becomes the result, or is dropped
  Outlived, // it ends as if Lent or Released, while its task goes into a member, a global, or what is returned
  Stored,   // in a member, a container: it lives as long as that
};

/// The parameter with this index. A model comes first, then the body.
CallableFate callableFate(const Callee &callee, unsigned index, UnitContext &unit);

} // namespace coroguard
