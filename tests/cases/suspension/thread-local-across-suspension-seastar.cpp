// A coroutine of Seastar's goes on on its shard, which is one thread.
// for: seastar
#include <lib.h>

thread_local int requests;
seastar::future<> answer();

seastar::future<> serve() {
  int &own = requests;
  co_await answer();
  ++own;
}
