// for: cobalt
// Promises are eager, and dropping one cancels it; unary plus lets it go on.
#include <lib.h>

namespace cobalt = boost::cobalt;
cobalt::promise<void> begun();
cobalt::task<int> count();
cobalt::detached background();

// --- Warn -----------------------------------------------------------------------------------------------------------

cobalt::promise<void> drops(cobalt::channel<int> &channel, cobalt::io::steady_timer &timer) {
  begun();           // warn: unawaited-coroutine "'begun()' is never awaited"
  count();           // warn: unawaited-coroutine "'count()' is never awaited; the coroutine body does not run"
  (void)count();     // warn: unawaited-coroutine "'count()' is cast to void"
  channel.read();    // warn: unawaited-coroutine "'boost::cobalt::channel::read()'"
  channel.write(1);  // warn: unawaited-coroutine "'boost::cobalt::channel::write()'"
  timer.wait();      // warn: unawaited-coroutine "'boost::cobalt::io::steady_timer::wait()'"
  join(begun(), count()); // warn: unawaited-coroutine "'boost::cobalt::join()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cobalt::promise<void> awaits(cobalt::channel<int> &channel, cobalt::io::steady_timer &timer,
                             boost::asio::io_context &io) {
  +begun();
  background();
  co_await begun();
  (void)co_await count();
  co_await channel.write(co_await channel.read());
  co_await timer.wait();
  co_await join(begun(), count());
  auto kept = begun();
  co_await kept;
  spawn(io, count(), boost::asio::detached);
}

int main() { return cobalt::run(count()); }
