#include "coroguard/loop/loop_thread.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/living_loops.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/observe/origin.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

// ---- threads ---------------------------------------------------------------------------------------------------------

namespace {

constinit thread_local thread_mark* mark_of_thread = nullptr;
constinit thread_local bool thread_ends = false;

// The only thing of a thread that knows of its end.
struct mark_holder {
  ~mark_holder() {
    thread_ends = true;
    thread_mark* const mark = std::exchange(mark_of_thread, nullptr);
    if (mark == nullptr) return;
    mark->end();
    mark->release();
  }
};

// A child of fork is another thread than the one that it is a copy of. The mark of that one stays as it is: the loops are the
// parent's. What it counts for this thread is never given back, which costs a few bytes once.
const child_of_fork forgets_mark([]() noexcept { mark_of_thread = nullptr; });

thread_mark* make_mark() noexcept {
  if (thread_ends) return nullptr;
  thread_local const mark_holder holder;
  static_cast<void>(&holder);
  return mark_of_thread = new (std::nothrow) thread_mark;
}

std::string thread_text(const std::string& name, int thread) {
  return "thread " + (name.empty() ? "" : "'" + name + "' ") + "(tid " + std::to_string(thread) + ")";
}

std::string this_thread_text() {
  char name[64] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  return thread_text(name, static_cast<int>(::syscall(SYS_gettid)));
}

}  // namespace

thread_mark::thread_mark() noexcept : process_(::getpid()), thread_(static_cast<int>(::syscall(SYS_gettid))) {}

thread_mark* thread_mark::here() noexcept { return mark_of_thread != nullptr ? mark_of_thread : make_mark(); }

bool thread_mark::of_this_process() const noexcept { return process_ == ::getpid(); }

bool thread_mark::ended() const noexcept { return ended_.load(std::memory_order_acquire) && of_this_process(); }

std::string thread_mark::describe() const {
  std::string name;
  std::ifstream comm("/proc/" + std::to_string(process_) + "/task/" + std::to_string(thread_) + "/comm");
  std::getline(comm, name);
  return thread_text(name, thread_);
}

// ---- who has a loop --------------------------------------------------------------------------------------------------

namespace {

// Changes of owners, and looks at other threads' marks. One for all loops: both are rare.
fork_safe_mutex& owners_mutex() {
  const own_wait waiting;
  static auto* const only = new fork_safe_mutex;  // never destroyed, as loops may be static
  return *only;
}

}  // namespace

loop_thread::loop_thread() noexcept : owner_(thread_mark::here()) {
  if (const thread_mark* mark = owner_.load(std::memory_order_relaxed)) mark->add_ref();
}

loop_thread::~loop_thread() {
  if (const thread_mark* mark = owner_.load(std::memory_order_relaxed)) mark->release();
}

void loop_thread::replace(thread_mark* next, reason why) noexcept {
  if (next != nullptr) next->add_ref();
  why_.store(why, std::memory_order_relaxed);
  if (const thread_mark* before = owner_.exchange(next, std::memory_order_relaxed)) before->release();
}

void loop_thread::runs_here() noexcept {
  if (is_here() && why_.load(std::memory_order_relaxed) == reason::ran) return;
  const std::scoped_lock lock(owners_mutex());
  replace(thread_mark::here(), reason::ran);
}

void loop_thread::belongs_here() noexcept {
  if (is_here()) return;
  const std::scoped_lock lock(owners_mutex());
  replace(thread_mark::here(), reason::took_over);
}

void loop_thread::give_up() noexcept {
  const std::scoped_lock lock(owners_mutex());
  replace(nullptr, reason::took_over);
}

bool loop_thread::take_over() noexcept {
  const std::scoped_lock lock(owners_mutex());
  const thread_mark* const owner = owner_.load(std::memory_order_relaxed);
  if (owner != nullptr && !owner->ended()) return false;
  replace(thread_mark::here(), reason::took_over);
  return true;
}

loop_thread::owner loop_thread::now() const noexcept {
  const std::scoped_lock lock(owners_mutex());
  return {ref<thread_mark>::share(owner_.load(std::memory_order_relaxed)), why_.load(std::memory_order_relaxed)};
}

void event_loop::detach_from_thread() noexcept {
  if (is_running())
    hands_over_when_stopped_ = true;
  else
    thread_.give_up();
}

void event_loop::hand_over() noexcept {
  hands_over_when_stopped_ = false;
  thread_.give_up();
}

// ---- calls of the wrong thread ---------------------------------------------------------------------------------------

namespace {

struct wrong_call {
  const event_loop* loop;
  loop_thread::owner owner;
  bool runs;
};

std::string owner_text(const wrong_call& found) {
  if (!found.owner.mark) return "it runs in another thread";
  std::string text = "the loop belongs to " + found.owner.mark->describe();
  if (!found.owner.mark->of_this_process()) return text + " of the process that forked this one";
  if (found.runs) return text + ", which runs it now";
  switch (found.owner.why) {
    case loop_thread::reason::made:
      return text + ", which made it";
    case loop_thread::reason::ran:
      return text + ", which ran it last";
    case loop_thread::reason::took_over:
      return text + ", which took it over";
  }
  return text;
}

// The thread-safe call to use instead.
std::string remedy(const wrong_call& found, std::string_view operation) {
  if (found.owner.mark && !found.owner.mark->of_this_process())
    return "make a loop of the child's own, and leave the child by exec or _exit";
  const std::string_view name = operation.substr(operation.rfind(':') + 1);
  std::string text;
  if (name.ends_with("create_task"))
    text = "use run_coroutine_threadsafe";
  else if (name == "call_soon")
    text = "use call_soon_threadsafe";
  else if (name == "stop")
    text = "use call_soon_threadsafe([&] { loop.stop(); })";
  else if (name == "close" || name.starts_with("~"))
    text = "do it in that thread, or when that has ended";
  else
    text = "use call_soon_threadsafe with a callback that calls " + std::string(name);
  return found.runs ? text : text + ", or hand the loop over with detach_from_thread";
}

std::string wrong_thread_text(const wrong_call& found, const char* operation) {
  return "Non-thread-safe operation invoked on an event loop other than the current one: " + this_thread_text() + " called " +
         operation + "; " + owner_text(found) + "; " + remedy(found, operation);
}

// Reports it; the text of the report. `caller` is where the check returns to.
std::string report_wrong_thread(const wrong_call& found, const char* operation, std::source_location where, void* caller) {
  report made{.rule = "wrong-thread-call", .level = log_level::error, .loop = found.loop};
  made.message = wrong_thread_text(found, operation);
  if (where.line() != 0) made.notes.push_back(std::string("called at ") + where.file_name() + ":" + std::to_string(where.line()));
  const origin here = origin_here(caller);
  for (std::size_t i = 0; i < here.calls_count; ++i) made.native_stack.push_back({.address = here.calls[i]});
  made.await_chain.assign(here.awaits.begin(), here.awaits.begin() + static_cast<std::ptrdiff_t>(here.awaits_count));
  std::string text = made.message;
  emit(std::move(made));
  return text;
}

// What is wrong with using `loop`, which is alive, in this thread. A closed loop is nobody's, and nothing of it can be harmed.
std::optional<wrong_call> find_wrong_call(const event_loop& loop, loop_thread& thread) noexcept {
  if (thread.is_here() || running_loop() == &loop || loop.is_closed()) return std::nullopt;
  const bool runs = loop.is_running();
  if (!runs && thread.take_over()) return std::nullopt;
  return wrong_call{&loop, thread.now(), runs};
}

}  // namespace

void event_loop::check_thread_now(const char* operation, std::source_location where) const {
  if (const std::optional<wrong_call> found = find_wrong_call(*this, thread_))
    throw runtime_error(report_wrong_thread(*found, operation, where, __builtin_return_address(0)));
}

void event_loop::note_thread(const char* operation) const noexcept {
  if (!get_debug()) return;
  try {
    if (const std::optional<wrong_call> found = find_wrong_call(*this, thread_)) report_wrong_thread(*found, operation, {}, __builtin_return_address(0));
  } catch (...) {
    log_error("a call of the wrong thread cannot be reported", std::current_exception());
  }
}

// Friend of event_loop.
struct thread_of_loop {
  static std::optional<wrong_call> find(const event_loop* loop, bool in_debug_mode_only = true) {
    if (running_loop() == loop) return std::nullopt;
    const living_loop alive(loop);
    if (!alive || (in_debug_mode_only && !loop->get_debug())) return std::nullopt;
    return find_wrong_call(*loop, loop->thread_);
  }
};

bool belongs_to_another_thread(const event_loop* loop) noexcept {
  return thread_of_loop::find(loop, false).has_value();
}

void check_thread_of_now(const event_loop* loop, const char* operation, std::source_location where) {
  if (const std::optional<wrong_call> found = thread_of_loop::find(loop))
    throw runtime_error(report_wrong_thread(*found, operation, where, __builtin_return_address(0)));
}

void note_thread_of_now(const event_loop* loop, const char* operation) noexcept {
  try {
    if (const std::optional<wrong_call> found = thread_of_loop::find(loop)) report_wrong_thread(*found, operation, {}, __builtin_return_address(0));
  } catch (...) {
    log_error("a call of the wrong thread cannot be reported", std::current_exception());
  }
}

}  // namespace coroguard
