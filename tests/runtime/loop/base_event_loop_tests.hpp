// The fixture of CPython's class BaseEventLoopTests, whose cases stand in several files.
#pragma once

#include "virtual_loop.hpp"

namespace coroguard {

class BaseEventLoopTests : public virtual_loop {};

}  // namespace coroguard
