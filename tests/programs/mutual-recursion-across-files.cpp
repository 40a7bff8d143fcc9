// for: std asio
// A cycle through two files is followed and comes to an end.

//--- even.cpp
#include <unistd.h>
void odd(int n);
void quiet_odd(int n);
void even(int n) {
  if (n == 0) sleep(1); // note: "'sleep' blocks: it sleeps for the whole duration"
  else odd(n - 1);
}
void quiet_even(int n) { quiet_odd(n); }

//--- odd.cpp
#include <lib.h>
void even(int n);
void quiet_even(int n);
void odd(int n) {
  even(n - 1); // note: "'odd' calls 'even'"
}
void quiet_odd(int n) { quiet_even(n); }
task<> count() {
  odd(3);       // warn: blocking-call "'odd' ends in 'sleep'"
  quiet_odd(3);
  co_return;
}
