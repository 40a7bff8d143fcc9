// errno, read behind a suspension.
#include <cerrno>
#include <coroutine>
#include <cstdio>
#include <cstring>
#include <netdb.h>
#include <string>
#include <system_error>
#include <task.h>
#include <unistd.h>

using mock::lazy_task;

extern "C" unsigned long GetLastError() noexcept;
lazy_task<> writable(int fd);
lazy_task<int> send(int fd);
void report(int error);
void clean_up();
int connect_to(const char *);
bool ready();

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<int> plain(int fd) {
  long sent = ::write(fd, "", 1); // note: "'write' was called here"
  if (sent < 0) {
    co_await writable(fd); // note: "the coroutine suspends here"
    co_return errno;       // warn: errno-across-suspension "'errno' is read behind a suspension"
  }
  co_return 0;
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> compared(int fd) {
  ::close(fd);
  co_await writable(fd);
  if (errno == EINTR) ready(); // warn: errno-across-suspension "'errno'"
}
lazy_task<> of_the_task(int fd) {
  if (co_await send(fd) < 0) report(errno); // warn: errno-across-suspension "'errno'"
}
lazy_task<> kept_result(int fd) {
  int n = co_await send(fd);
  if (n < 0) throw std::system_error(errno, std::generic_category()); // warn: errno-across-suspension "'errno'"
}
lazy_task<> on_one_path(int fd, bool b) {
  ::close(fd);
  if (b) co_await writable(fd);
  report(errno); // warn: errno-across-suspension "'errno'"
}
lazy_task<> as_text(int fd) {
  co_await writable(fd);
  std::string why = strerror(errno); // warn: errno-across-suspension "'errno'"
}
lazy_task<> of_the_resolver(int fd) {
  co_await writable(fd);
  report(h_errno); // warn: errno-across-suspension "'h_errno'"
}
lazy_task<> of_windows(int fd) {
  co_await writable(fd);
  report(int(GetLastError())); // warn: errno-across-suspension "'GetLastError()'"
}
lazy_task<> saved_too_late(int fd) {
  ::close(fd);
  co_await writable(fd);
  int saved = errno; // warn: errno-across-suspension "'errno'"
  report(saved);
}
lazy_task<> each_round(int fd) {
  while (ready()) {
    ::close(fd);
    co_await writable(fd);
    if (errno) break; // warn: errno-across-suspension "'errno'"
  }
}

// --- Silent --------------------------------------------------------------------------------------------------------

lazy_task<int> saved(int fd) {
  ::close(fd);
  int error = errno;
  co_await writable(fd);
  co_return error;
}
lazy_task<> called_since(int fd) {
  co_await writable(fd);
  if (::write(fd, "", 1) < 0) report(errno);
}
lazy_task<> called_in_condition(int fd) {
  while (::write(fd, "", 1) < 0 && errno == EAGAIN) co_await writable(fd);
}
lazy_task<> own_function(int fd) {
  co_await writable(fd);
  if (connect_to("host") < 0) report(errno);
}
lazy_task<> read_first(int fd) { ::close(fd); report(errno); co_await writable(fd); }
lazy_task<> set_by_hand(int fd) {
  co_await writable(fd);
  errno = 0;
  if (errno) report(errno);
}
lazy_task<> restored(int fd) {
  int error = errno;
  co_await writable(fd);
  errno = error;
}
lazy_task<> not_suspended(int fd) { ::close(fd); co_await std::suspend_never{}; report(errno); }
struct operation {
  int result;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
lazy_task<> sets_it_itself(operation o) {
  if (co_await o < 0) report(errno);
}
struct operation_shown : operation {
  static void fail(int);
  int await_resume() {
    if (result < 0) errno = -result;
    return result < 0 ? -1 : result;
  }
};
lazy_task<> shows_it(operation_shown o) {
  if (co_await o < 0) report(errno);
}
void in_a_lambda(int fd) {
  auto f = [fd]() -> lazy_task<> { co_await writable(fd); };
  (void)f;
  ::close(fd);
  report(errno);
}
lazy_task<> through_pointer(int fd, int (*call)(int)) {
  co_await writable(fd);
  if (call(fd) < 0) report(errno);
}

// --- Functions that report it --------------------------------------------------------------------------------------------

[[noreturn]] void throw_error() { throw std::system_error(errno, std::generic_category()); }
void log_and_keep() {
  int saved = errno;
  clean_up();
  errno = saved;
}
lazy_task<> by_perror(int fd) {
  ::close(fd);
  co_await writable(fd);
  perror("close"); // warn: errno-across-suspension "'errno' is read behind a suspension"
}
lazy_task<> by_own_function(int fd) {
  if (co_await send(fd) < 0) throw_error(); // warn: errno-across-suspension "'errno'"
}
void throw_if(bool failed) {
  if (failed) throw std::system_error(errno, std::generic_category());
}
int checked(int result) { return result < 0 ? throw std::system_error(errno, std::generic_category()) : result; }
struct outcome {
  int value;
  void check() const {
    if (value < 0) report(errno);
  }
};
lazy_task<outcome> receive(int fd);
lazy_task<> by_condition(int fd) { throw_if(co_await send(fd) < 0); } // warn: errno-across-suspension "'errno'"
lazy_task<int> by_result(int fd) { co_return checked(co_await send(fd)); } // warn: errno-across-suspension "'errno'"
lazy_task<> by_kept_result(int fd) {
  int n = 0;
  n = co_await send(fd);
  throw_if(n < 0); // warn: errno-across-suspension "'errno'"
}
lazy_task<> by_result_before(int fd) {
  int n = ::close(fd);
  co_await writable(fd);
  throw_if(n < 0); // warn: errno-across-suspension "'errno'"
}
lazy_task<> by_member_of_result(int fd) { (co_await receive(fd)).check(); } // warn: errno-across-suspension "'errno'"

// --- Functions that may not read it for this caller ------------------------------------------------------------------------

struct check {
  bool use_errno;
  void operator()(int result) const {
    if (result < 0 && use_errno) report(errno);
  }
};
int operator|(int result, check &&how) {
  if (result < 0) {
    if (how.use_errno) report(errno);
    else report(-result);
  }
  return result;
}
int either_way(int result, bool negated) {
  bool is_code = negated;
  if (result < 0) report(is_code ? -result : errno);
  return result;
}
void leaves_first(int result, bool negated) {
  if (negated) return;
  report(errno);
}
struct reporter {
  bool enabled;
  void error() const {
    if (enabled) report(errno);
  }
};
lazy_task<int> by_operator(int fd) { co_return co_await send(fd) | check(false); }
lazy_task<int> by_argument(int fd) { co_return either_way(co_await send(fd), true); }
lazy_task<> by_first_return(int fd) { leaves_first(co_await send(fd), true); }
lazy_task<> by_call_operator(int fd) { check{false}(co_await send(fd)); }
lazy_task<> by_own_field(int fd, const reporter &how) {
  co_await writable(fd);
  how.error();
}
lazy_task<> only_keeps_it(int fd) { co_await writable(fd); log_and_keep(); }
lazy_task<> reports_before(int fd) { ::close(fd); perror("close"); co_await writable(fd); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

lazy_task<> other_call_since(int fd) {
  ::close(fd);
  co_await writable(fd);
  clean_up();
  report(errno); // missed alarm: errno-across-suspension
}
