// A task fails, and nobody ever asks how it ended.
#include <coroguard/runtime.hpp>

#include <stdexcept>

using coroguard::coro;

coro<void> save() {
  throw std::runtime_error("disk full");
  co_return;
}

coro<void> close_document() {
  { auto saving = coroguard::create_task(save()); }
  co_await coroguard::sleep(coroguard::seconds(0));
}

int main() { coroguard::run(close_document(), {.debug = true}); }
