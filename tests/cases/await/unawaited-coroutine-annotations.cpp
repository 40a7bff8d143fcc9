// COROGUARD_MUST_AWAIT and FIRE_AND_FORGET in the places where people put them.
#include <coroguard/annotations.h>
#include <task.h>

// Neither can be awaited, so that only the macro says what a dropped one means.
struct COROGUARD_MUST_AWAIT ticket {
  ~ticket();
};
template <class T> class COROGUARD_MUST_AWAIT receipt {
public:
  ~receipt();
};
struct ticket_for_one : ticket {};
struct plain {
  ~plain();
};
struct COROGUARD_FIRE_AND_FORGET detached : mock::lazy_task<> {};
using alias COROGUARD_FIRE_AND_FORGET = mock::lazy_task<>; // an alias is only another name

ticket buy();
receipt<int> pay();
ticket_for_one buy_one();
plain look();
detached start();
alias run();
mock::lazy_task<> work();

void drops() {
  buy();     // warn: unawaited-coroutine "'buy()'"
  pay();     // warn: unawaited-coroutine "'pay()'"
  buy_one(); // warn: unawaited-coroutine "'buy_one()'"
  run();     // warn: unawaited-coroutine "'run()'"
  work();    // warn: unawaited-coroutine "'work()'"
  look();
  start();
  auto kept = buy(); // warn: unawaited-variable "'kept'"
}
