# What find_package(coroguard) reads.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
# coroguard::testing needs it, and nothing else does.
if(NOT TARGET GTest::gtest)
  if("testing" IN_LIST coroguard_FIND_COMPONENTS)
    find_dependency(GTest)
  else()
    find_package(GTest QUIET)
  endif()
endif()
set(coroguard_testing_FOUND ${GTest_FOUND})
include(${CMAKE_CURRENT_LIST_DIR}/coroguardTargets.cmake)
