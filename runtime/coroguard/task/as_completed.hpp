// Taking futures in the order in which they end (asyncio.as_completed).
//
//   auto done = as_completed(tasks);
//   while (auto earliest = co_await done.next()) use(earliest->result());
//
//   for (coro<int> earliest : as_completed(tasks)) use(co_await earliest);
#pragma once

#include <cstddef>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

#include "coroguard/base/errors.hpp"
#include "coroguard/task/completion_watch.hpp"
#include "coroguard/task/ensure_future.hpp"

namespace coroguard {

// What ended and was not taken yet, and who waits for the next. In the order of asyncio.Queue: first come, first served.
class completion_queue final : public completion_watch {
public:
  explicit completion_queue(event_loop& loop) noexcept : loop_(loop) {}
  ~completion_queue() override { timer_.cancel(); }

  void begin(std::vector<ref<future_state_base>> futures, std::optional<seconds> limit);
  // What ends next, as its place. Throws timeout_error when the time was over before.
  static coro<std::size_t> next(ref<completion_queue> queue);

  // How many were not asked for yet.
  std::size_t left() const noexcept { return left_; }
  void count_one() noexcept { --left_; }
  // Whoever asks next gets it: nobody waits for one of them more than for another.
  future_state_base* waiting() const noexcept override { return nullptr; }

private:
  // In done_: the time was over.
  static constexpr std::size_t timed_out = static_cast<std::size_t>(-1);

  void completed(std::size_t place) override;
  void time_is_over();
  void put(std::size_t place);
  void wake_next();

  event_loop& loop_;
  std::deque<std::size_t> done_;
  std::deque<future<void>> waiters_;
  timer_handle timer_;
  std::size_t left_ = 0;
  std::size_t pending_ = 0;
};

// The futures of one call of as_completed. Futures are of the type `Future`: future<T>, task<T>, or future_base or task_base.
// Move-only. Dropping it leaves the futures alone.
template <class Future>
class completions {
public:
  explicit completions(std::vector<Future> futures, std::optional<seconds> limit, event_loop& loop)
      : queue_(ref<completion_queue>::adopt(new completion_queue(loop))),
        futures_(std::make_shared<const std::vector<Future>>(without_duplicates(std::move(futures)))) {
    queue_->begin(states_of(*futures_, loop), limit);
  }
  completions(completions&&) noexcept = default;
  completions& operator=(completions&&) noexcept = default;

  // Waits for the next one to end and gives it: one of those that were given to as_completed, or the task that was made of a
  // coroutine. Nothing when all were given. Throws timeout_error when the time was over before all were done. This must
  // outlive the wait.
  coro<std::optional<Future>> next() {
    if (queue_->left() == 0) co_return std::nullopt;
    queue_->count_one();
    const std::size_t place = co_await completion_queue::next(queue_);
    co_return (*futures_)[place];
  }

  // Plain iteration gives coroutines, one for each future. Each gives the result, or throws the error, of what ends next when
  // it is awaited; or timeout_error. They may outlive this. A loop that was left goes on where it was with a second one.
  class iterator {
  public:
    using value_type = await_result_t<Future>;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(completions& owner) noexcept : owner_(&owner) {}
    coro<value_type> operator*() const {
      owner_->queue_->count_one();
      return result_of_next(owner_->queue_, owner_->futures_);
    }
    iterator& operator++() noexcept { return *this; }
    void operator++(int) noexcept {}
    friend bool operator==(const iterator& at, std::default_sentinel_t) noexcept { return at.owner_->size() == 0; }

  private:
    completions* owner_ = nullptr;
  };

  iterator begin()
    requires awaitable<Future>
  {
    return iterator(*this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }
  // How many are left to be given.
  std::size_t size() const noexcept { return queue_->left(); }

private:
  using result_type = typename std::conditional_t<awaitable<Future>, Future, future<void>>::value_type;

  using list = std::shared_ptr<const std::vector<Future>>;

  static coro<result_type> result_of_next(ref<completion_queue> queue, list futures) {
    const std::size_t place = co_await completion_queue::next(std::move(queue));
    co_return (*futures)[place].result();
  }

  ref<completion_queue> queue_;
  list futures_;  // shared by all coroutines that plain iteration gives
};

// Runs `awaitables` (a range of futures, tasks or coroutines, of one type; coroutines become tasks) at the same time and gives
// them in the order in which they end, each once. Without `limit` it waits as long as that takes. All must belong to the
// running loop: std::invalid_argument otherwise. Throws runtime_error("no running event loop"); coroutines are then closed.
template <awaitable_range Range>
completions<ensured_t<std::ranges::range_reference_t<Range>>> as_completed(
    Range&& awaitables, std::optional<seconds> limit = std::nullopt,
    std::source_location where = std::source_location::current()) {
  using future_type = ensured_t<std::ranges::range_reference_t<Range>>;
  event_loop* loop = running_loop();
  if (loop == nullptr) {
    for (auto&& refused : awaitables) close_refused(refused);
    get_running_loop();  // throws
  }
  std::vector<future_type> futures;
  for (auto&& one : awaitables) futures.push_back(ensure_future(std::forward<decltype(one)>(one), *loop, where));
  return completions<future_type>(std::move(futures), limit, *loop);
}

}  // namespace coroguard
