// A coroutine of Seastar's goes on on its shard, which is one thread.
// for: seastar
#include <lib.h>
#include <cerrno>
#include <fcntl.h>

thread_local int requests;
seastar::future<> answer();

seastar::future<> serve() {
  int &own = requests;
  co_await answer();
  ++own;
}

// But the shard's other fibers have made calls of their own meanwhile.
seastar::future<int> open_file(const char *path) {
  int file = ::open(path, O_RDONLY | O_NONBLOCK);
  co_await answer();
  if (file < 0) co_return errno; // warn: errno-across-suspension "errno"
  co_return 0;
}
