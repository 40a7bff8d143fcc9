// Who was to answer forgot the request instead of cancelling it: nobody can wake the one who waits.
#include <coroguard/runtime.hpp>

#include <map>

using coroguard::coro;
using coroguard::future;

std::map<int, future<int>> replies;

coro<int> request(int id) {
  replies[id] = coroguard::get_running_loop().create_future<int>();
  co_return co_await replies[id];
}

coro<void> client() {
  const auto waiting = coroguard::create_task(request(7));
  co_await coroguard::sleep(coroguard::seconds(0.1));
  replies.clear();  // the connection was lost
  co_await coroguard::sleep(coroguard::seconds(1.5));
  waiting.cancel();
}

int main() { coroguard::run(client(), {.debug = true}); }
