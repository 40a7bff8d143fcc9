// Classes of the global namespace that have the names of a library's tasks, and are none.
#include <task.h>

template <class T> class Future {
public:
  T price;
  ~Future();
};
struct Task {};
struct AsyncResult {
  ~AsyncResult();
};

Future<int> buy(int contracts);
AsyncResult poll();
Task plan();

// --- Silent ---------------------------------------------------------------------------------------------------------

void trade() {
  buy(1);
  (void)buy(2);
  poll();
  plan();
  Future<int> kept = buy(3);
}

// --- Only the structure makes a task --------------------------------------------------------------------------------

mock::lazy_task<> settle();

void settles() {
  settle(); // warn: unawaited-coroutine "'settle()'"
}
