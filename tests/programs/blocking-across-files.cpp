// for: asio
// A chain of helpers over several translation units, and functions that only share a name.

//--- history.h
#pragma once
void append(int file);
void flush(int file);
struct store {
  explicit store(int file);
  void save() const;
  virtual void close();
  int file;
};
inline void save_twice(const store &s) {
  s.save(); // note: "'save_twice' calls 'store::save'"
  s.save();
}
template <class T> void save_as(T file) {
  append(int(file)); // note: "'save_as' calls 'append'"
}
inline auto header_lambda = [](int file) { flush(file); }; // note: "calls 'flush'"

//--- history.cpp
#include "history.h"
#include <unistd.h>
static void sync_now(int file) {
  ::fsync(file); // note: "'fsync' blocks: it waits until the disk has written everything"
}
void flush(int file) {
  sync_now(file); // note: "'flush' calls 'sync_now'"
}
void append(int file) {
  flush(file); // note: "'append' calls 'flush'"
}
store::store(int file) : file(file) { flush(file); }
void store::save() const {
  append(file); // note: "'store::save' calls 'append'"
}
void store::close() { flush(file); }

//--- quiet.cpp
#include "history.h"
// Another function with that name, and another file-local one: these never sleep.
static void sync_now(int) {}
namespace {
void helper(int file) { sync_now(file); }
} // namespace
void quiet(int file) { helper(file); }
static void local_only(int) {}
void use_local(int file) { local_only(file); }

//--- loud.cpp
#include <unistd.h>
namespace {
void helper(int file) { ::fsync(file); }
} // namespace
void loud(int file) { helper(file); }

//--- server.cpp
#include "history.h"
#include <lib.h>
#include <memory>
void quiet(int file);
void loud(int file);
void use_local(int file);
void defined_nowhere(int file);
static void local_only(int file) { loud(file); }

task<> handle(store &s, store *p) {
  append(1);        // warn: blocking-call "'append' ends in 'fsync' and blocks the event loop's thread in coroutine 'handle'"
  s.save();         // warn: blocking-call "'store::save' ends in 'fsync'"
  save_twice(s);    // warn: blocking-call "'save_twice' ends in 'fsync'"
  save_as(1);       // warn: blocking-call "'save_as' ends in 'fsync'"
  store made(1);    // warn: blocking-call "store' ends in 'fsync'"
  header_lambda(1); // warn: blocking-call "ends in 'fsync'"
  loud(1);          // warn: blocking-call "'loud' ends in 'fsync'"
  local_only(1);    // warn: blocking-call "'local_only' ends in 'fsync'"
  quiet(1);
  use_local(1);
  defined_nowhere(1);
  p->close();       // warn: blocking-call "close' ends in"
  co_return;
}

task<> worker(); // its body and the way it is started are in other files
void start(loop &l, pool &workers) {
  co_spawn(workers, worker(), detached);
}

//--- worker.cpp
#include "history.h"
#include <lib.h>
task<> worker() {
  append(1);
  co_return;
}
task<> session() {
  append(1); // warn: blocking-call "'append' ends in 'fsync'"
  co_return;
}
