// The threads of a thread_pool_executor and their queue.
#pragma once

#include "coroguard/base/callback.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/base/ref.hpp"
#include "coroguard/exec/posting_place.hpp"
#include "coroguard/exec/work_item.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace coroguard {

// What debug mode looks at.
struct pool_load {
  std::string name;
  std::size_t threads = 0;
  std::size_t idle = 0;
  std::size_t queued = 0;
  std::uint64_t taken = 0;  // out of the queue, since the pool was made
};

// Lives as long as its executor and its threads; the pool registry owns it until the threads were joined.
class thread_pool final : public ref_counted {
public:
  thread_pool(std::size_t max_workers, std::string name_prefix, callback<void()> initializer);

  // Queues the item and starts a thread when no idle one is left for it. Throws as thread_pool_executor::submit says.
  void submit(std::unique_ptr<work_item> item);

  // Refuses work from now on, and drops what is queued when told so.
  void close(bool cancel_queued);
  // The same for all pools, when the process ends.
  void close_for_exit();

  // Blocks until the threads have ended, except for this one if it is among them. The pool has been closed.
  void join();
  // Closed, and no thread is left that does anything: `join` does not block.
  bool finished() const;

  // This thread is one of the pool's.
  bool runs_this_thread() const noexcept;
  // The process is a fork of the one that the pool was made in: its threads do not exist and its locks may be held.
  bool inherited() const noexcept;

  std::size_t max_workers() const noexcept { return max_workers_; }
  std::size_t started() const;
  // Queued, or done by a thread now.
  std::size_t unfinished() const;
  bool closed() const;
  const std::string& name() const noexcept { return name_prefix_; }
  pool_load load() const;
  // Where the work that runs was posted, as far as debug mode was on.
  std::vector<work_place> running_work() const;

private:
  void refuse_work() const;
  void staff();
  void start_worker();
  void run_worker(std::size_t index) noexcept;
  void set_thread_name(std::size_t index) const;
  bool initialize() noexcept;
  void break_down() noexcept;
  void serve();
  void handle(work_item& item) noexcept;
  void note_place(const work_item& item);
  void forget_place(const work_item* item) noexcept;
  void forget_places(const std::deque<std::unique_ptr<work_item>>& items) noexcept;

  const std::size_t max_workers_;
  const std::string name_prefix_;
  callback<void()> initializer_;
  const unsigned fork_generation_;

  mutable own_mutex mutex_;
  std::condition_variable work_available_;
  std::deque<std::unique_ptr<work_item>> queue_;
  std::vector<std::thread> threads_;
  std::size_t started_ = 0;
  std::size_t running_ = 0;  // threads that have not come to their end
  std::uint64_t taken_ = 0;  // items that left the queue
  struct noted {
    work_place place;
    bool runs = false;
  };
  std::unordered_map<const work_item*, noted> places_;  // in debug mode
  std::size_t idle_ = 0;     // threads that take the next item at once, those that are just starting included
  bool closed_ = false;
  bool process_exits_ = false;
  bool broken_ = false;

  std::mutex join_mutex_;
};

}  // namespace coroguard
