// Values that may not travel to another thread, and where they hide: in containers, pairs, tuples and plain structures.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

struct BoundValue {
  const ThreadBoundValue *model = nullptr;
  const clang::CXXRecordDecl *record = nullptr; // the class that may not travel
};

/// The first such class that a copy of a value of this type would hold; nothing for pointers, references and for
/// classes with a constructor of their own, which may know how to travel.
std::optional<BoundValue> boundValue(clang::QualType type, UnitContext &unit);

} // namespace coroguard
