// for: folly
// What belongs to an EventBase, used on threads that do not run it.
#include <lib.h>
#include <thread>

struct server {
  folly::EventBase loop;
  folly::AsyncSocket socket;

  void start(folly::CPUThreadPoolExecutor &pool) {
    std::thread([this] {
      loop.runInLoop([] {});  // warn: wrong-thread-call "'folly::EventBase::runInLoop'"
      socket.setNoDelay(true); // warn: wrong-thread-call "'folly::AsyncSocket::setNoDelay'"
    }).detach();
    pool.add([this] { socket.closeNow(); }); // warn: wrong-thread-call "'folly::AsyncSocket::closeNow'"
  }
  // Silent: the way in, and members that any thread may call.
  void allowed(folly::CPUThreadPoolExecutor &pool) {
    std::thread([this] {
      loop.runInEventBaseThread([this] { socket.closeNow(); });
      if (!loop.isInEventBaseThread()) loop.terminateLoopSoon();
      socket.getEventBase();
    }).detach();
    pool.add([this] { loop.add([this] { socket.closeNow(); }); });
  }
  // Silent: the thread runs the loop.
  void runs() {
    std::thread([this] { loop.loopForever(); }).detach();
  }
};
