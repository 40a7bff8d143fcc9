// Which program this is, for cache keys: any other build of it may find other facts.
#pragma once
#include "tool/cache/digest.h"

namespace coroguard {

/// The bytes of this program and the build ids of the libraries it runs with, LLVM's above all.
const Digest &toolIdentity();

/// The environment variables that Clang reads, with their values.
std::string frontEndEnvironment();

} // namespace coroguard
