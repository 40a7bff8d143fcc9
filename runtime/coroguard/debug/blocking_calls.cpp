#include "coroguard/debug/blocking_calls.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/debug/blocking_hook.h"
#include "coroguard/debug/call_recorder.hpp"
#include "coroguard/observe/allow_blocking.hpp"

namespace coroguard {

namespace {

// What the hook knows of the thread it is called in.
struct running_callback {
  call_recorder* recorder = nullptr;  // null: no callback of a loop in debug mode runs here
  const item_note* what = nullptr;
  std::uint64_t number = 0;  // of the callback; they begin with 1
  unsigned allowances = 0;
  int* watched = nullptr;  // the library's switch for this thread
};

constinit thread_local running_callback callback_here;

// Makes reports of what the hook has recorded while the loop's thread blocks.
class teller {
public:
  // Of this process: a child of fork has no threads but its own. Never destroyed: its thread runs until the process ends.
  static teller& only() {
    static auto* const mutex = new fork_safe_mutex;
    const std::scoped_lock lock(*mutex);
    teller* one = made_.load();
    if (one == nullptr || one->owner_ != ::getpid()) made_ = one = new teller;
    return *one;
  }

  void add(call_recorder& recorder) {
    const std::scoped_lock lock(mutex_);
    recorders_.push_back(&recorder);
  }
  // In a child of fork nothing: it has the parent's loop and not the parent's thread.
  static void remove(call_recorder& recorder) noexcept {
    teller* const one = made_.load();
    if (one != nullptr && one->owner_ == ::getpid()) one->remove_here(recorder);
  }

  // Signal handlers, too.
  static void wake() noexcept {
    if (teller* const one = made_.load()) ::sem_post(&one->news_);
  }

private:
  void remove_here(call_recorder& recorder) noexcept {
    const std::scoped_lock lock(mutex_);
    std::erase(recorders_, &recorder);
  }

  teller() {
    ::sem_init(&news_, 0, 0);
    std::thread(&teller::run, this).detach();
  }

  void run() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    ::pthread_setname_np(::pthread_self(), "coroguard-calls");
    for (;;) {
      while (::sem_wait(&news_) != 0) {
      }
      const std::scoped_lock lock(mutex_);
      for (call_recorder* recorder : recorders_) recorder->tell();
    }
  }

  static inline std::atomic<teller*> made_{nullptr};
  const pid_t owner_ = ::getpid();
  sem_t news_;
  std::mutex mutex_;
  std::vector<call_recorder*> recorders_;
};

void call_blocks(const char* call, void* caller) {
  running_callback& here = callback_here;
  if (here.recorder == nullptr || here.allowances > 0 || own_waits_here > 0) return;
  if (here.recorder->record(call, caller, *here.what)) teller::wake();
}

template <class Function>
Function* preloaded(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

// fork() waits for the locks of this library, for moments, which is nothing the callback can help. Handlers that are registered
// last are called first before it, and last after it: those of the locks were when the program began.
void allow_in_fork() noexcept {
  static const int registered = ::pthread_atfork([] { ++callback_here.allowances; }, [] { --callback_here.allowances; },
                                                 [] { --callback_here.allowances; });
  (void)registered;
}

// The calling thread's switch, or null when the library is not there. Sets the hook.
int* watched_switch() {
  static const auto set_hook = preloaded<decltype(coroguard_preload_set_hook)>("coroguard_preload_set_hook");
  static const auto watched = preloaded<decltype(coroguard_preload_watched)>("coroguard_preload_watched");
  if (set_hook == nullptr || watched == nullptr) return nullptr;
  set_hook(call_blocks);
  allow_in_fork();
  return watched();
}

}  // namespace

blocking_calls::blocking_calls(event_loop& loop) noexcept : loop_(loop) {}

blocking_calls::~blocking_calls() { stopped(); }

void blocking_calls::runs() {
  int* const watched = watched_switch();
  if (watched == nullptr) return;
  auto recorder = std::make_unique<call_recorder>(loop_);
  teller::only().add(*recorder);
  recorder_ = std::move(recorder);
  callback_here.watched = watched;
}

void blocking_calls::stopped() noexcept {
  if (recorder_ == nullptr) return;
  end();
  teller::remove(*recorder_);
  recorder_.reset();
}

void blocking_calls::begin(const item_note& what) noexcept {
  running_callback& here = callback_here;
  here.recorder = recorder_.get();
  here.what = &what;
  ++here.number;
  here.allowances = 0;
  *here.watched = 1;
}

void blocking_calls::end() noexcept {
  running_callback& here = callback_here;
  if (here.recorder == recorder_.get()) {
    *here.watched = 0;
    here.recorder = nullptr;
  }
  if (recorder_->has_news()) recorder_->tell();
}

allow_blocking::allow_blocking(const char*) noexcept {
  running_callback& here = callback_here;
  if (here.recorder == nullptr) return;
  thread_ = &here;
  callback_ = here.number;
  ++here.allowances;
}

allow_blocking::~allow_blocking() {
  running_callback& here = callback_here;
  if (thread_ != &here || callback_ != here.number || here.recorder == nullptr) return;
  --here.allowances;
}

}  // namespace coroguard
