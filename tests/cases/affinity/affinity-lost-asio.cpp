// Asio moves a coroutine by the executor bound to its token, for one operation.
// for: asio
#include <lib.h>

task<> plain(timer &t, pool &workers) {
  co_await asio::post(asio::bind_executor(workers, use_awaitable)); // note: "'asio::post' moves the coroutine"
  t.cancel(); // warn: affinity-lost "'asio::basic_waitable_timer::cancel' is used on another thread than its loop's"
}
task<> two_arguments(timer &t, pool &workers, loop &l) {
  co_await asio::post(l, asio::bind_executor(workers, use_awaitable));
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> dispatched(asio::ip::tcp::socket &s, pool &workers, char (&data)[8]) {
  co_await asio::dispatch(asio::bind_executor(workers.get_executor(), use_awaitable));
  s.close(); // warn: affinity-lost "close"
  co_await asio::async_write(s, asio::buffer(data), use_awaitable); // warn: affinity-lost "async_write"
}
task<> made_before(loop &l, pool &workers) {
  timer t(l);
  co_await asio::post(asio::bind_executor(workers, use_awaitable));
  t.cancel(); // warn: affinity-lost "cancel"
}

task<> back(timer &t, pool &workers, loop &l) {
  co_await asio::post(asio::bind_executor(workers, use_awaitable));
  co_await asio::post(asio::bind_executor(l, use_awaitable));
  t.cancel();
}
task<> no_hop(timer &t, pool &workers) {
  co_await asio::post(workers, use_awaitable); // goes on with the coroutine's own executor
  t.cancel();
}
task<> only_for_one(timer &t, timer &other, pool &workers) {
  co_await asio::post(asio::bind_executor(workers, use_awaitable));
  co_await asio::post(workers, use_awaitable); // resumed by the coroutine's executor again
  t.cancel();
}
task<> on_a_strand(timer &t, pool &workers) {
  auto strand = asio::make_strand(workers);
  co_await asio::post(asio::bind_executor(strand, use_awaitable));
  t.cancel(); // perhaps the timer's strand
}
task<> pools_own(pool &workers) {
  timer t(workers.get_executor());
  co_await asio::post(asio::bind_executor(workers, use_awaitable));
  t.cancel(); // bound to the pool
}
