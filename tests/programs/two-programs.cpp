// Two executables of one project, each with its own function of the same name: what one calls is not the other's.
// for: std
//--- first_main.cpp
#include <lib.h>
void work();
task<> loop_code() {
  work(); // one of them sleeps; which one this reaches is not known
  co_return;
}
int main() {}
//--- first_work.cpp
void work() {}
//--- second_main.cpp
#include <lib.h>
#include <unistd.h>
void work() { sleep(1); }
void only_here() { work(); }
task<> other_loop_code() {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_return;
}
int main() { only_here(); }
