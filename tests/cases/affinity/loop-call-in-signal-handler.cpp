// for: std asio
// A signal handler that reaches an event loop or a coroutine.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <lib.h>
#include <signal.h>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace std::chrono_literals;

extern timer global_timer;
extern loop global_loop;
extern pool global_pool;
std::coroutine_handle<> global_handle;
std::atomic<bool> stopping;
volatile std::sig_atomic_t received;
int pipe_end;

task<> shutdown_everything() { co_return; }

// --- The plain bug -------------------------------------------------------------------------------------------------

void plain(int) {
  post(global_loop, [] {}); // warn: loop-call-in-signal-handler "post' is called in a signal handler; the interrupted thread may be inside the loop or the allocator"
}
void install_plain() {
  std::signal(SIGINT, plain); // note: "'signal' makes 'plain' a signal handler"
}

// --- What it calls -------------------------------------------------------------------------------------------------

void cancels(int) {
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called in a signal handler"
}
void resumes(int) {
  global_handle.resume(); // warn: loop-call-in-signal-handler "resume' is called"
}
void calls_handle(int) {
  global_handle(); // warn: loop-call-in-signal-handler "operator()' is called"
}
void keep(task<>);
void creates(int) {
  auto t = shutdown_everything(); // warn: loop-call-in-signal-handler "'shutdown_everything' is called"
  keep(std::move(t));
}
void starts(int) {
  co_spawn(global_loop, shutdown_everything(), detached); // warn: loop-call-in-signal-handler "co_spawn' is called" // warn: loop-call-in-signal-handler "'shutdown_everything'"
}
void posts_to_executor(int) {
  post(global_timer.get_executor(), [] {}); // warn: loop-call-in-signal-handler "post' is called" 
}

// --- Through helpers -----------------------------------------------------------------------------------------------

struct application {
  timer deadline;
  static application *instance;
  void stop() {
    deadline.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
  }
  static void on_signal(int) {
    instance->stop(); // note: "'application::on_signal' calls 'application::stop'"
  }
  void install() {
    signal(SIGTERM, &application::on_signal); // note: "'signal' makes 'application::on_signal' a signal handler"
  }
};

void helper() { global_timer.expires_after(1ms); } // warn: loop-call-in-signal-handler "expires_after' is called"
template <class F> void generic(F f) { f(); }
void through_helpers(int signal) {
  if (signal == SIGHUP) helper();
  generic([] {
    global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
  });
}

// --- How handlers are installed --------------------------------------------------------------------------------------

void by_action(int) {
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
}
void by_information(int, siginfo_t *, void *) {
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
}
void by_initialiser(int) {
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
}
extern "C" void with_c_linkage(int) {
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
}
void in_sequence(int) {
  received = 1;
  stopping.store(true);
  global_timer.cancel(); // warn: loop-call-in-signal-handler "cancel' is called"
}

void install_all() {
  std::signal(SIGINT, cancels);
  ::signal(SIGINT, &resumes);
  signal(SIGINT, calls_handle), signal(SIGINT, creates);
  if (std::signal(SIGINT, starts) == SIG_ERR) return;
  auto previous = std::signal(SIGINT, posts_to_executor);
  (void)previous;
  std::signal(SIGHUP, through_helpers);
  struct sigaction action {};
  action.sa_handler = by_action; // note: "'sigaction::sa_handler' makes 'by_action' a signal handler"
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction detailed {};
  detailed.sa_sigaction = &by_information;
  detailed.sa_flags = SA_SIGINFO;
  sigaction(SIGTERM, &detailed, nullptr);
  struct sigaction listed = {{by_initialiser}, {}, 0, nullptr};
  sigaction(SIGTERM, &listed, nullptr);
  std::signal(SIGUSR1, with_c_linkage);
  std::signal(SIGUSR2, in_sequence);
  std::signal(SIGUSR1, [](int) { global_timer.cancel(); });  // warn: loop-call-in-signal-handler "cancel' is called"
  std::signal(SIGUSR1, +[](int) { global_timer.cancel(); }); // warn: loop-call-in-signal-handler "cancel' is called"
}

// --- Silent ----------------------------------------------------------------------------------------------------------

void sets_a_flag(int) { received = 1, stopping = true; }
void writes_to_a_pipe(int) {
  char byte = 1;
  (void)!write(pipe_end, &byte, 1);
}
void exits(int) { _exit(1); }
void plain_helper(int) { sets_a_flag(0); }
void ignored() { std::signal(SIGPIPE, SIG_IGN), std::signal(SIGPIPE, SIG_DFL); }
void rearms(int) { std::signal(SIGINT, rearms); }
void install_silent() {
  std::signal(SIGINT, sets_a_flag), std::signal(SIGINT, writes_to_a_pipe), std::signal(SIGINT, exits);
  std::signal(SIGINT, plain_helper), std::signal(SIGINT, rearms);
  struct sigaction action {};
  action.sa_handler = sets_a_flag;
  action.sa_handler = SIG_IGN;
  action.sa_flags = SA_RESTART;
}

// Not handlers, although they have the signature of one.
void on_loop(int) { global_timer.cancel(); }
void not_a_handler() {
  on_loop(1);
  post(global_loop, [] { on_loop(2); });
  void (*pointer)(int) = on_loop;
  (void)pointer;
}

// A loop's own signals run on the loop.
struct watcher {
  timer t;
  void on_signal(int) { t.cancel(); }
  void start() {
    t.async_wait([this](auto...) { on_signal(SIGINT); });
  }
};

// --- Imperfections -----------------------------------------------------------------------------------------------------

std::function<void()> global_callback;
void trampoline(int) { global_callback(); }
void install_trampoline() {
  global_callback = [] { global_timer.cancel(); }; // warn: loop-call-in-signal-handler "cancel"
  std::signal(SIGINT, trampoline);
}
