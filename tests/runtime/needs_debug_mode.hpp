// For tests of what a build with COROGUARD_WITHOUT_OBSERVER does not have.
#pragma once

#include <gtest/gtest.h>

#include <coroguard/observe/observer.hpp>

#define NEEDS_DEBUG_MODE() \
  if (!::coroguard::with_observer) GTEST_SKIP() << "built with COROGUARD_WITHOUT_OBSERVER"
