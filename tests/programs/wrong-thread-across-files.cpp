// for: std asio
// The thread starts in one file, the use is in another.

//--- session.h
#pragma once
#include <lib.h>
#include <memory>
struct session : std::enable_shared_from_this<session> {
  timer deadline;
  void cancel();
  void touch() {
    deadline.cancel(); // warn: wrong-thread-call "cancel' is called on a thread that does not run the event loop"
  }
  void on_loop();
  task<> run();
};
void stop(timer &t);
void stop_soon(session *s);
void keep(session &s);
extern timer shared;

//--- session.cpp
#include "session.h"
void session::cancel() {
  deadline.cancel(); // warn: wrong-thread-call "cancel' is called"
}
void session::on_loop() { deadline.cancel(); }
task<> session::run() {
  on_loop();
  co_await deadline.async_wait(use_awaitable);
}
void stop(timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel' is called"
}
void stop_soon(session *s) {
  stop(s->deadline); // note: "'stop_soon' calls 'stop'"
}
static void helper(timer &t) { t.cancel(); }
void keep(session &s) {
  s.on_loop();
  helper(s.deadline);
}

//--- watchdog.cpp
#include "session.h"
#include <thread>
static void helper(timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel' is called"
}
void watch(std::shared_ptr<session> s, pool &workers, loop &l) {
  std::thread([s] { s->cancel(); }).detach(); // note: "runs 'lambda in watch' on another thread" // note: "'lambda in watch' calls 'session::cancel'"
  post(workers, [s] { s->touch(); });
  std::thread([s] { stop_soon(s.get()); }).detach(); // note: "'lambda in watch' calls 'stop_soon'"
  std::thread([s] { helper(s->deadline); }).detach();
  std::thread([] {
    shared.cancel(); // warn: wrong-thread-call "cancel' is called"
  }).detach();
  std::thread([s, &l] { post(l, [s] { s->on_loop(); }); }).detach();
}

//--- main.cpp
#include "session.h"
void serve(session &s) {
  keep(s);
  s.on_loop();
}
