#include <gtest/gtest.h>

#include <coroguard/base/frame_pool.hpp>
#include <cstring>
#include <set>
#include <vector>

namespace coroguard {
namespace {

// As a program that is built with AddressSanitizer, and linked to a library that is not, does for each block.
TEST(frame_pool, serves_programs_that_ask_the_library_for_each_block) {
  constexpr std::size_t size = 2000;
  constexpr int many = 3000;  // more than are kept
  for (int round = 0; round < 3; ++round) {
    std::vector<void*> blocks;
    for (int i = 0; i < many; ++i) {
      blocks.push_back(frame_pool::allocate_new(size));
      std::memset(blocks.back(), i, size);
    }
    EXPECT_EQ(std::set<void*>(blocks.begin(), blocks.end()).size(), blocks.size());
    for (void* const block : blocks) frame_pool::deallocate_surplus(block, size);
  }
}

TEST(frame_pool, serves_them_one_by_one) {
  for (int i = 0; i < 100; ++i) frame_pool::deallocate_surplus(frame_pool::allocate_new(48), 48);
}

}  // namespace
}  // namespace coroguard
