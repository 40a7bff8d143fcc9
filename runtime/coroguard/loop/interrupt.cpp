#include "coroguard/loop/interrupt.hpp"

#include <sched.h>

#include <cerrno>
#include <csignal>
#include <source_location>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/loop/signals.hpp"

namespace coroguard {

namespace {

// What the handler finds. One at a time: only the main thread installs it.
constinit std::atomic<interrupt_scope*> current{nullptr};
// Any thread may run the handler; a scope does not go away while one does.
constinit std::atomic<int> handlers_running{0};

// Called inside the handler, where SIGINT is blocked: the process ends when the handler returns.
void end_process() noexcept {
  ::signal(SIGINT, SIG_DFL);
  ::raise(SIGINT);
}

bool has_action(void (*handler)(int)) noexcept {
  struct sigaction now {};
  return ::sigaction(SIGINT, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == handler;
}

}  // namespace

// In a child of fork: no loop runs there, and its parent's is not to be woken.
void interrupt_scope::forget_in_children() {
  static const child_of_fork forgets([]() noexcept {
    if (current.exchange(nullptr) == nullptr) return;
    handlers_running.store(0);
    if (has_action(on_signal)) ::signal(SIGINT, SIG_DFL);
  });
}

interrupt_scope::interrupt_scope(event_loop& loop, callback<void()> at_first)
    : loop_(loop),
      at_first_(ref<handle_state>::adopt(new callback_state<handle_state, callback<void()>>(std::move(at_first), loop,
                                                                                           std::source_location::current()))) {
  if (!in_main_thread() || !has_action(SIG_DFL)) return;
  forget_in_children();
  current.store(this);
  struct sigaction ours {};
  ours.sa_handler = on_signal;
  ours.sa_flags = SA_RESTART;
  sigfillset(&ours.sa_mask);
  installed_ = ::sigaction(SIGINT, &ours, nullptr) == 0;
  if (!installed_) current.store(nullptr);
}

void interrupt_scope::end() noexcept {
  if (installed_) {
    if (has_action(on_signal)) ::signal(SIGINT, SIG_DFL);
    current.store(nullptr);
    while (handlers_running.load() != 0) sched_yield();
    installed_ = false;
  }
  at_first_->cancel();
}

// Async-signal-safe: lock-free atomics, write(2), signal(2), raise(3).
void interrupt_scope::on_signal(int) {
  const int saved = errno;
  handlers_running.fetch_add(1);
  if (interrupt_scope* scope = current.load())
    scope->note();
  else
    end_process();  // the scope ended while the signal was on its way
  handlers_running.fetch_sub(1);
  errno = saved;
}

void interrupt_scope::note() noexcept {
  if (count_.fetch_add(1) != 0) {
    end_process();
    return;
  }
  at_first_->add_ref();
  // coroguard: allow(loop-call-in-signal-handler) post() is made for handlers: an atomic push and a write to an eventfd
  loop_.post(*at_first_);
}

}  // namespace coroguard
