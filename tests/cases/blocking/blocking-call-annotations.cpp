// COROGUARD_BLOCKING and NEVER_BLOCKS in the places where people put them.
#include <coroguard/annotations.h>
#include <task.h>
#include <unistd.h>

using mock::lazy_task;

COROGUARD_BLOCKING("it asks the licence server") bool licensed();
COROGUARD_BLOCKING("it asks the server") bool defined_here() { return true; }
void later();
COROGUARD_BLOCKING("it waits for the printer") void later();
template <class T> COROGUARD_BLOCKING("it waits for a value") T get() { return {}; }
COROGUARD_NEVER_BLOCKS void quick() { sleep(1); }
void calls_quick() { quick(); }
void calls_licensed() { licensed(); }

struct device {
  COROGUARD_BLOCKING("it waits for the device") int read();
  COROGUARD_BLOCKING("it waits for any device") static int read_any();
  COROGUARD_BLOCKING("it waits for the device") virtual int wait();
  COROGUARD_NEVER_BLOCKS virtual int peek();
  COROGUARD_BLOCKING("it opens the device") explicit device(int);
  virtual ~device();
};
struct fast : device {
  using device::device;
  int wait() override;
  int peek() override { return sleep(1); }
};

lazy_task<> coroutine(device &d, fast &f) {
  licensed();         // warn: blocking-call "'licensed' blocks" // note: "it asks the licence server"
  defined_here();     // warn: blocking-call "'defined_here'"
  later();            // warn: blocking-call "'later'"
  get<int>();         // warn: blocking-call "'get'"
  calls_licensed();   // warn: blocking-call "'licensed'"
  d.read();           // warn: blocking-call "'device::read'"
  f.read();           // warn: blocking-call "'device::read'"
  device::read_any(); // warn: blocking-call "'device::read_any'"
  d.wait();           // warn: blocking-call "'device::wait'"
  f.wait();           // warn: blocking-call "'fast::wait'"
  device made(1);     // warn: blocking-call "'device::device'"
  quick();
  calls_quick();
  d.peek(), f.peek();
  co_return;
}
