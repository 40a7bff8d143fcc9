// Local variables that live across a co_await are on the heap, for each call.
#include <coroguard/runtime.hpp>

#include <array>

using coroguard::coro;

coro<char> copy_file() {
  std::array<char, 64 * 1024> buffer{};
  co_await coroguard::sleep(coroguard::seconds(0));
  co_return buffer[1];
}

coro<void> copy_all() { co_await copy_file(); }

int main() { coroguard::run(copy_all(), {.debug = true}); }
