// for: flow
// Actors that are lent what is local to the one that starts them.
#include <lib.h>
#include <string>
#include <vector>

Future<Void> actorCollection(FutureStream<Future<Void>> actors);

Future<Void> counts(int *count) {
  co_await delay(1);
  ++*count;
  co_return Void();
}
struct keeper {
  std::vector<Future<Void>> kept;
  PromiseStream<Future<Void>> added;

  Future<Void> keeps() {
    int count = 0;
    kept.push_back(counts(&count)); // warn: dangling-reference-argument "'count' dies before the task of 'counts()'"
    co_await delay(1);
    co_return Void();
  }
  // Silent: the collection cancels them when it dies, before what has been declared above it.
  Future<Void> collects() {
    int count = 0;
    Future<Void> collection = actorCollection(added.getFuture());
    added.send(counts(&count));
    co_await collection;
    co_return Void();
  }
};
