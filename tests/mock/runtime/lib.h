// No mock: the runtime is here, so cases read the headers that users read.
#pragma once
#include <coroguard/runtime.hpp>
