// The handle of work that has started is lost.
#include <memory>
#include <optional>
#include <task.h>
#include <utility>
#include <vector>

/// Eager, and its destructor destroys the frame, running or not.
template <class T = void> struct owning_task {
  struct promise_type : mock::eager {
    owning_task get_return_object();
    void return_void();
  };
  owning_task(owning_task &&other) noexcept : handle(std::exchange(other.handle, {})) {}
  owning_task &operator=(owning_task &&) noexcept;
  ~owning_task() {
    if (handle) handle.destroy();
  }
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
  std::coroutine_handle<promise_type> handle;
};

/// The same through a member.
struct owner_of_handle {
  owner_of_handle &operator=(owner_of_handle &&) noexcept;
  ~owner_of_handle() {
    if (handle != nullptr) handle.destroy();
  }
  std::coroutine_handle<> handle;
};
struct member_task {
  struct promise_type : mock::eager {
    member_task get_return_object();
    void return_void();
  };
  member_task(member_task &&) noexcept;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
  owner_of_handle owner;
};

/// Eager; the frame ends by itself, and the library says that the outcome must be seen.
struct [[clang::annotate("coroguard::must_await")]] future {
  struct promise_type {
    future get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  future(future &&) noexcept;
  future &operator=(future &&) noexcept;
  ~future();
  bool failed() const;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
  template <class F> future then(F) { return std::move(*this); }
};

struct pool {
  [[clang::annotate("coroguard::sink")]] mock::checked_task<> submit(void (*)());
  [[clang::annotate("coroguard::offload")]] future offload(void (*)());
};

owning_task<> watch();
member_task listen();
future send();
future ready_future();
void work();
void take(future);
bool ready();
future all(std::vector<future>);

// --- The plain bug -------------------------------------------------------------------------------------------------

future handle(bool urgent) {
  auto sending = send(); // warn: dropped-task-handle "'sending' holds the work that 'send()' has started, and nobody awaits it on every path; the work goes on or stops unseen"
  if (urgent) co_return; // note: "a path that leaves here has not consumed it"
  co_await std::move(sending);
}

// --- Spellings -----------------------------------------------------------------------------------------------------

future never() {
  auto a = send();              // warn: dropped-task-handle "'a' holds the work that 'send()' has started, and nobody awaits it; the work goes on"
  [[maybe_unused]] auto b = send(); // warn: dropped-task-handle "'b'"
  auto c = send().then([] {});  // warn: dropped-task-handle "'c' holds the work that 'future::then()' has started"
  std::vector<future> d;
  d.push_back(send());          // warn: dropped-task-handle "'d' holds the work that 'send()' has started, and nobody awaits what it holds;"
  std::optional<future> e = send(); // warn: dropped-task-handle "'e'"
  future f = send();            // warn: dropped-task-handle "'f' gets another value before the work that 'send()' has started is awaited"
  f = send();
  co_await std::move(f);
}

void in_plain_functions() {
  auto sending = send(); // warn: dropped-task-handle "'sending'"
  work();
}

future container(std::vector<int> items) {
  std::vector<future> all_sends;
  for (int item : items) {
    all_sends.push_back(send()); // warn: dropped-task-handle "'all_sends' holds the work that 'send()' has started, and nobody awaits what it holds on every path"
    if (item == 0) co_return; // note: "a path that leaves here"
  }
  for (auto &each : all_sends) co_await std::move(each);
}

auto in_a_continuation = [] {
  auto sending = send().then([] { // warn: dropped-task-handle "'sending'"
    return send();
  });
};

// What is destroyed while it runs.
future destroyed() {
  watch();                // warn: dropped-task-handle "handle of the work that 'watch()' has started is dropped; the running coroutine is destroyed"
  listen();               // warn: dropped-task-handle "'listen()'"
  ready(), watch();       // warn: dropped-task-handle "'watch()'"
  auto at_once = watch(); // warn: dropped-task-handle "'at_once' holds the work that 'watch()' has started, and nobody awaits it; the running coroutine is destroyed"
  co_return;
}

void handles(pool &p) {
  p.submit(work);         // warn: dropped-task-handle "handle of the work that 'pool::submit()' has started is dropped"
  p.offload(work);        // warn: dropped-task-handle "'pool::offload()'"
  auto kept = p.offload(work); // warn: dropped-task-handle "'kept'"
}

// --- Silent --------------------------------------------------------------------------------------------------------

future awaited(bool b) {
  auto sending = send();
  co_await std::move(sending);
  auto given = send();
  take(std::move(given));
  auto chained = send();
  co_await chained.then([] {});
  std::vector<future> several;
  several.push_back(send());
  co_await all(std::move(several));
  future first = ready_future();
  if (b) first = send();
  co_await std::move(first);
  auto conditional = send();
  if (b) take(std::move(conditional));
  else co_await std::move(conditional);
}

future returned() {
  auto sending = send();
  return sending;
}

// Silent: kept in scope so that it runs as long as that.
future scoped() {
  auto background = watch();
  auto other = listen();
  co_await send();
}
int main_function() {
  auto background = watch();
  work();
  return 0;
}

// Silent: left on purpose when it is not needed, which stops it.
future cancelled(bool b) {
  auto background = watch();
  if (b) co_return;
  co_await std::move(background);
}

// Silent: eager work whose type says nothing about its drop, or whose destructor asks before it destroys.
struct careful_task {
  struct promise_type : mock::eager {
    careful_task get_return_object();
    void return_void();
  };
  careful_task(careful_task &&) noexcept;
  ~careful_task() {
    if (handle && handle.done()) handle.destroy();
  }
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
  std::coroutine_handle<promise_type> handle;
};
careful_task careful();
mock::eager_task<> eager();
void unknown() {
  careful();
  auto a = careful();
  eager();
  auto b = eager();
  (void)watch();
}

// Silent: the closure keeps it alive.
void in_a_closure(void (*run)(void *)) {
  auto background = watch();
  auto closure = [background = std::move(background)] {};
  run(&closure);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct wrapper {
  std::shared_ptr<int> alive;
};
future forgets() {
  auto background = watch(); // missed alarm: dropped-task-handle
  co_await send();
  co_return;
}
void asked() {
  auto sending = send(); // missed alarm: dropped-task-handle
  auto &alias = sending;
}
