// A handler in a loop that takes cancellation for any other error.
// for: cppcoro
#include <exception>
#include <lib.h>
#include <stdexcept>
#include <vector>

namespace cppcoro {
class operation_cancelled : public std::exception {};
struct cancellation_token {
  bool is_cancellation_requested() const;
  void throw_if_cancellation_requested() const;
};
} // namespace cppcoro

using cppcoro::task;

task<> work(int);
task<int> get(int);
task<> rest();
void log(const char *);
void keep(std::exception_ptr);
[[noreturn]] void give_up();
bool more();

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> plain() {
  for (;;) {
    try {
      co_await work(1); // note: "it is thrown here when the coroutine is cancelled"
    } catch (...) {    // warn: swallowed-cancellation "'catch (...)' takes the cancellation 'cppcoro::operation_cancelled' for any other error; the loop goes on and cannot be stopped"
      log("failed");
    }
  }
}

// --- Spellings -----------------------------------------------------------------------------------------------------

task<> by_base() {
  while (true) {
    try {
      co_await work(1);
    } catch (const std::exception &e) { // warn: swallowed-cancellation "'catch (std::exception)'"
      log(e.what());
    }
  }
}
task<> by_value() {
  while (1) {
    try {
      co_await work(1);
    } catch (std::exception) { // warn: swallowed-cancellation "'catch (std::exception)'"
    }
  }
}
task<> second_handler() {
  for (;;) {
    try {
      co_await work(1);
    } catch (const std::runtime_error &) {
      throw;
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
    }
  }
}
task<> do_loop() {
  do {
    try {
      log("again");
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      continue;
    }
  } while (true);
}
task<int> retry() {
  for (int i = 0; i < 3; ++i) {
    try {
      co_return co_await get(1);
    } catch (const std::exception &e) { // warn: swallowed-cancellation "'catch (std::exception)'"
      log(e.what());
    }
  }
  co_return 0;
}
task<> until_success() {
  while (true) {
    try {
      co_await work(1);
      break;
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
    }
  }
}
auto closure = []() -> task<> {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
    }
  }
};
template <class T> task<> generic(T) {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
    }
  }
}
template task<> generic(int);

struct connection {
  task<> serve();
  void close();
  void keep_alive();
  int closest() const;
};
task<> closes(connection c) {
  for (;;) {
    try {
      c.keep_alive();
      co_await c.serve();
      c.close();
    } catch (const std::exception &e) { // warn: swallowed-cancellation "'catch (std::exception)'"
      log(e.what());
      c.close();
    }
  }
}
task<> other_words(connection c) {
  for (;;) {
    try {
      co_await c.serve();
      if (c.closest() > 3) log("near");
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'" // warn: busy-wait "tried again at once"
    }
  }
}
task<> leaves_the_switch(int kind) {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      switch (kind) {
      case 1: log("one"); break;
      default: log("other");
      }
    }
  }
}
task<> in_endless_loop(std::vector<int> &all) {
  for (;;) {
    for (int n : all) {
      try {
        co_await work(n);
      } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
        log("");
      }
    }
  }
}

task<> leaves_after_success() {
  for (;;) {
    bool ok = false;
    try {
      co_await work(1);
      ok = true;
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      log("failed");
    }
    if (ok) break;
  }
}
task<> flag_of_all_rounds() {
  bool ok = false;
  for (;;) {
    try {
      co_await work(1);
      ok = true;
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      log("failed");
    }
    if (!ok) break;
  }
}
task<> goes_on_in_the_handler() {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      log("failed");
      continue;
    }
    co_return;
  }
}
task<> perhaps_goes_on() {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) { // warn: swallowed-cancellation "'catch (...)'"
      log("failed");
    }
    if (more()) continue;
    co_return;
  }
}

// --- Silent: the handler leaves, or looks ------------------------------------------------------------------------------

task<> rethrows() { for (;;) try { co_await work(1); } catch (...) { log(""); throw; } }
task<> leaves() { for (;;) try { co_await work(1); } catch (...) { break; } }
task<> ends() { for (;;) try { co_await work(1); } catch (...) { log(""); co_return; } }
task<> perhaps_leaves() { for (;;) try { co_await work(1); } catch (...) { if (!more()) break; } }
task<> stops() { for (;;) try { co_await work(1); } catch (...) { give_up(); } }
task<> handled_before() {
  for (;;) {
    try {
      co_await work(1);
    } catch (const cppcoro::operation_cancelled &) {
      log("asked to end");
      throw;
    } catch (...) {
      log("failed");
    }
  }
}
task<> meant() { for (;;) try { co_await work(1); } catch (const cppcoro::operation_cancelled &) { log("no, thanks"); } }
task<> other_errors() { for (;;) try { co_await work(1); } catch (const std::runtime_error &) { log(""); } }
task<> numbers() { for (;;) try { co_await work(1); } catch (int) { log(""); } }
task<> asks_token(cppcoro::cancellation_token token) {
  for (;;) {
    token.throw_if_cancellation_requested();
    try {
      co_await work(1);
    } catch (...) {
      log("");
    }
  }
}
task<> asks_in_handler(cppcoro::cancellation_token token) {
  for (;;) try { co_await work(1); } catch (...) { if (token.is_cancellation_requested()) throw; }
}
task<> keeps() { for (;;) try { co_await work(1); } catch (...) { keep(std::current_exception()); } }
task<> waits_outside() {
  for (;;) {
    try {
      co_await work(1);
    } catch (...) {
      log("");
    }
    co_await rest(); // throws as well
  }
}
task<> marks() {
  for (;;) {
    bool failed = false;
    try {
      co_await work(1);
    } catch (...) {
      failed = true;
    }
    if (failed) co_return;
  }
}
task<> marks_success() {
  for (;;) {
    bool ok = false;
    try {
      co_await work(1);
      ok = true;
    } catch (...) {
      log("failed");
    }
    if (!ok) break;
  }
}
task<> marks_result() {
  for (;;) {
    int size = 0;
    try { size = co_await get(1); } catch (...) { log(""); }
    if (size) {
      log("more");
    } else {
      co_return;
    }
  }
}
task<> only_success_goes_on() {
  for (;;) {
    try {
      co_await work(1);
      continue;
    } catch (...) {
      log("failed");
    }
    log("the end");
    co_return;
  }
}
task<> flagged(bool &running) { while (running) try { co_await work(1); } catch (...) { log(""); } }

bool is_cancelled(std::exception_ptr);
void handle_failure() {
  try {
    throw;
  } catch (const cppcoro::operation_cancelled &) {
    throw;
  } catch (...) {
    log("failed");
  }
}
task<> looked_at_elsewhere() { for (;;) try { co_await work(1); } catch (...) { handle_failure(); } }
task<> kept_question(cppcoro::cancellation_token token) {
  for (;;) {
    const bool stopping = token.is_cancellation_requested();
    if (stopping) co_return;
    try { co_await work(1); } catch (...) { log(""); }
  }
}

// --- Silent: it ends ---------------------------------------------------------------------------------------------------

task<> last_resort() { try { co_await work(1); } catch (...) { log(""); } }
task<> one_after_another() {
  try { co_await work(1); } catch (...) { log(""); }
  try { co_await work(1); } catch (...) { log(""); }
}
task<> for_each(std::vector<int> &all) {
  for (int n : all) try { (void)n; co_await work(1); } catch (...) { log(""); }
}
task<> around_the_loop() { try { for (;;) co_await work(1); } catch (...) { log(""); } }
task<> not_awaited_inside() { for (;;) { co_await work(1); try { log(""); } catch (...) { log(""); } } }
task<> in_a_lambda() {
  for (;;) {
    try {
      auto f = []() -> task<> { co_await work(1); };
      (void)f;
    } catch (...) {
    }
    co_await work(1);
  }
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

task<> with_flag(bool &flag) {
  while (flag) {
    try {
      co_await work(1);
    } catch (...) { // missed alarm: swallowed-cancellation
    }
  }
}
