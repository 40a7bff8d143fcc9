#include "coroguard/debug/served_loops.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/debug/introspection_json.hpp"
#include "coroguard/debug/introspection_socket.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/loop_link.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/task/task_table.hpp"

namespace coroguard {

namespace {

using std::chrono::steady_clock;

// Posted to a loop, which makes its table of tasks in its own thread. Owned by the loop until then, and by who asks.
class question final : public ready_item, public ref_counted {
public:
  explicit question(event_loop& loop) noexcept : loop_(loop) {}

  void run() override {
    std::optional<task_table> table;
    try {
      table.emplace(loop_);
    } catch (...) {  // no memory: answered without a table
    }
    end(std::move(table));
  }
  void drop() noexcept override { end(std::nullopt); }
  item_note note() const noexcept override { return {"Handle of coroguard ps"}; }

  // False when it did not come to an end in time.
  bool wait_until(steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changes_.wait_until(lock, deadline, [&] { return ended_; });
  }
  bool ended() {
    const std::scoped_lock lock(mutex_);
    return ended_;
  }
  // Once ended. Nothing: the loop closed, or there was no memory.
  std::optional<task_table>& table() noexcept { return table_; }
  pid_t thread() const noexcept { return thread_; }

private:
  void end(std::optional<task_table> table) noexcept {
    {
      const std::scoped_lock lock(mutex_);
      table_ = std::move(table);
      thread_ = static_cast<pid_t>(::syscall(SYS_gettid));
      ended_ = true;
      changes_.notify_all();
    }
    release();  // the loop's
  }

  event_loop& loop_;
  std::mutex mutex_;
  std::condition_variable changes_;
  std::optional<task_table> table_;
  pid_t thread_ = 0;
  bool ended_ = false;
};

struct served {
  event_loop* loop;
  ref<loop_link> link;
  ref<question> asked;  // one that has not ended: a loop that is busy for long gets one, and not one per request
};

// Never destroyed: the thread of the socket runs until the process ends.
struct registry {
  fork_safe_mutex mutex{fork_rank::outer};  // that of the socket is taken under it
  std::vector<served> loops;
};
registry& all_served() {
  static auto* const only = new registry;
  return *only;
}

// The loops of the parent stay: a child may run one. What the parent's thread has asked them is not answered here.
void in_child_of_fork() noexcept {
  for (served& one : all_served().loops) one.asked.detach();
  forget_socket_of_parent();
}

void survive_forks() noexcept {
  static const child_of_fork forgets(in_child_of_fork);
}

// Calls `action` under the lock of the registry, opens the socket if there is none, and logs what went wrong without the lock.
template <class Action>
void change(Action action) noexcept {
  try {
    survive_forks();
    std::string problem;
    {
      const std::scoped_lock lock(all_served().mutex);
      action(all_served().loops);
      problem = open_introspection_socket(answer_request);
    }
    if (!problem.empty()) log(log_level::debug, "coroguard ps will not see this process: " + problem);
  } catch (...) {
    log_error("coroguard ps will not see this process", std::current_exception());
  }
}

}  // namespace

served_loop::served_loop(event_loop& loop) noexcept : loop_(loop) {
  change([&](std::vector<served>& loops) { loops.push_back({&loop, loop.link(), {}}); });
}

served_loop::~served_loop() {
  const std::scoped_lock lock(all_served().mutex);
  std::erase_if(all_served().loops, [&](const served& one) { return one.loop == &loop_; });
}

void served_loop::runs() noexcept {
  if (!has_introspection_socket()) change([](std::vector<served>&) {});
}

// ---- answering -------------------------------------------------------------------------------------------------------

namespace {

struct pending_answer {
  loop_answer answer;
  event_loop* loop;  // to be compared only
  ref<loop_link> link;
  ref<question> asked;  // null: the loop does not run
};

// Under the lock, so that no fork finds a loop in use.
bool runs(const ref<loop_link>& link) {
  const std::scoped_lock lock(all_served().mutex);
  const loop_use loop(link);
  return loop && loop->is_running();
}

// Under the lock, so that no fork finds a loop in use.
pending_answer ask(served& one) {
  pending_answer pending{{.id = reinterpret_cast<std::uintptr_t>(one.loop)}, one.loop, one.link, nullptr};
  const loop_use loop(one.link);
  if (!loop || !loop->is_running()) return pending;
  if (!one.asked || one.asked->ended()) {
    one.asked = ref<question>::adopt(new question(*loop));
    one.asked->add_ref();  // the loop's
    loop->post(*one.asked);
  }
  pending.asked = one.asked;
  return pending;
}

loop_answer finish(pending_answer pending, steady_clock::time_point deadline) {
  loop_answer& answer = pending.answer;
  if (!pending.asked) return std::move(answer);
  if (pending.asked->wait_until(deadline)) {
    answer.thread = pending.asked->thread();
    if (std::optional<task_table>& table = pending.asked->table()) {
      answer.state = loop_state::answered;
      answer.table = std::move(*table);
    }
    return std::move(answer);
  }
  if (!runs(pending.link)) return std::move(answer);
  answer.state = loop_state::busy;
  // Without our lock: a fork takes that of the watchdog first.
  answer.running = running_callback_of(*pending.loop);
  if (answer.running) answer.thread = answer.running->thread;
  return std::move(answer);
}

std::vector<loop_answer> ask_all() {
  std::vector<pending_answer> asked;
  {
    const std::scoped_lock lock(all_served().mutex);
    for (served& one : all_served().loops) asked.push_back(ask(one));
  }
  const auto deadline = steady_clock::now() + std::chrono::seconds(1);
  std::vector<loop_answer> answers;
  for (pending_answer& one : asked) answers.push_back(finish(std::move(one), deadline));
  return answers;
}

}  // namespace

std::string answer_request(std::string_view request) {
  const request_read read = read_request(request);
  if (!read.problem.empty()) return json_of_problem(read.problem);
  return json_of(ask_all());
}

}  // namespace coroguard
