// for: seastar
// Only a shard's thread can make a future: a function that gives one runs there, coroutine or not.
#include <filesystem>
#include <lib.h>
#include <thread>
#include <unistd.h>

ss::future<> flush();
ss::future<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

ss::future<> plain_function(int fd) {
  fsync(fd); // warn: blocking-call "'fsync' blocks the event loop's thread in 'plain_function', where alone what it returns can be made"
  return flush();
}
struct store {
  std::string path;
  int fd;
  void remove_old() { std::filesystem::remove(path); }
  ss::future<> open();
  ss::future<> close();
  static ss::future<int> probe();
  virtual ss::future<> truncate();
};
ss::future<> store::open() {
  remove_old(); // warn: blocking-call "'store::remove_old' ends in 'std::filesystem::remove'"
  return flush();
}
ss::future<> reopen(store &s) {
  return flush().then([&s] { return s.close(); }); // warn: blocking-call "'store::close' ends in 'sleep'"
}
ss::future<> store::close() {
  return fd < 0 ? ss::make_ready_future<>() : (sleep(1), flush());
}
ss::future<int> store::probe() {
  if (std::filesystem::exists("there")) return count(); // warn: blocking-call "'std::filesystem::exists'"
  return ss::make_ready_future<int>(0);
}
ss::future<> store::truncate() {
  sync(); // warn: blocking-call "'sync' blocks"
  return flush();
}

// Whoever calls it speaks for it, once.
ss::future<> inner(int fd) {
  fsync(fd);
  return flush();
}
ss::future<> outer(int fd) {
  return inner(fd); // warn: blocking-call "'inner' ends in 'fsync'"
}
ss::future<> inner_of_coroutine(int fd) {
  fsync(fd);
  return flush();
}
ss::future<> coroutine(int fd) {
  co_await inner_of_coroutine(fd); // warn: blocking-call "'inner_of_coroutine' ends in 'fsync'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

int no_future(int fd) { return fsync(fd); }
void starts(int fd) { fsync(fd); (void)flush(); } // warn: unawaited-coroutine "flush"
std::unique_ptr<ss::future<>> owner_of_one(int fd) { return fsync(fd), nullptr; }
ss::future<> on_another_thread(int fd) {
  std::thread([fd] { fsync(fd); }).detach();
  return flush();
}
// Perhaps called in a seastar::thread, where waiting for a future is fine.
ss::future<> on_a_fiber() {
  int n = count().get();
  return flush();
}
