#include "coroguard/exec/thread_pool.hpp"

#include "coroguard/exec/broken_executor.hpp"
#include "coroguard/exec/pool_registry.hpp"
#include "coroguard/observe/log.hpp"

#include <pthread.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace coroguard {

namespace {

constinit thread_local const thread_pool* pool_of_this_thread = nullptr;

constexpr const char* broken_text = "A thread initializer failed, the thread pool is not usable anymore";

}  // namespace

thread_pool::thread_pool(std::size_t max_workers, std::string name_prefix, callback<void()> initializer)
    : max_workers_(max_workers), name_prefix_(std::move(name_prefix)), initializer_(std::move(initializer)),
      fork_generation_(pool_registry::fork_generation()) {}

void thread_pool::submit(std::unique_ptr<work_item> item) {
  if (inherited()) throw broken_thread_pool("the threads of this pool stayed in the parent process");
  {
    const std::lock_guard lock(mutex_);
    refuse_work();
    if (keeps_origins()) [[unlikely]]
      note_place(*item);
    queue_.push_back(std::move(item));
    try {
      staff();
    } catch (const std::system_error&) {
      // The threads that there are will come to it; without any, nobody would.
      if (started_ == 0) {
        item = std::move(queue_.back());
        queue_.pop_back();
        places_.erase(item.get());
        throw;
      }
    }
  }
  work_available_.notify_one();
}

void thread_pool::refuse_work() const {
  if (broken_) throw broken_thread_pool(broken_text);
  if (process_exits_) throw runtime_error("cannot schedule new futures after the process began to exit");
  if (closed_) throw runtime_error("cannot schedule new futures after shutdown");
}

void thread_pool::close(bool cancel_queued) {
  std::deque<std::unique_ptr<work_item>> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (cancel_queued) dropped.swap(queue_);
    taken_ += dropped.size();
    forget_places(dropped);
  }
  work_available_.notify_all();
  // Without the lock: done-callbacks may call the pool.
  for (const std::unique_ptr<work_item>& item : dropped) item->cancel();
}

void thread_pool::close_for_exit() {
  {
    const std::lock_guard lock(mutex_);
    process_exits_ = !closed_;
    closed_ = true;
  }
  work_available_.notify_all();
}

void thread_pool::join() {
  std::unique_lock joining(join_mutex_, std::defer_lock);
  // A worker that ends the process must not wait for a thread that waits for this worker.
  if (!runs_this_thread()) joining.lock();
  else if (!joining.try_lock()) return;
  for (;;) {
    std::vector<std::thread> threads;
    {
      const std::lock_guard lock(mutex_);
      threads.swap(threads_);
    }
    if (threads.empty()) return;  // a thread starts others before it ends: now there are none
    for (std::thread& thread : threads) {
      if (thread.get_id() == std::this_thread::get_id()) thread.detach();
      else thread.join();
    }
  }
}

bool thread_pool::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && running_ == 0;
}

bool thread_pool::runs_this_thread() const noexcept { return pool_of_this_thread == this; }

bool thread_pool::inherited() const noexcept { return fork_generation_ != pool_registry::fork_generation(); }

std::size_t thread_pool::started() const {
  const std::lock_guard lock(mutex_);
  return started_;
}

std::size_t thread_pool::unfinished() const {
  if (inherited()) return 0;  // by a child of fork, in which the lock may be held for ever
  const std::lock_guard lock(mutex_);
  return queue_.size() + running_ - std::min(running_, idle_);
}

bool thread_pool::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

pool_load thread_pool::load() const {
  const std::lock_guard lock(mutex_);
  return {name_prefix_, started_, idle_, queue_.size(), taken_};
}

std::vector<work_place> thread_pool::running_work() const {
  std::vector<work_place> running;
  const std::lock_guard lock(mutex_);
  for (const auto& [item, note] : places_)
    if (note.runs) running.push_back(note.place);
  return running;
}

// The three with the lock.
void thread_pool::note_place(const work_item& item) {
  work_place place{posting_from != nullptr ? *posting_from : std::source_location(), origin_here(nullptr)};
  places_.insert_or_assign(&item, noted{std::move(place)});
}

void thread_pool::forget_place(const work_item* item) noexcept { places_.erase(item); }

void thread_pool::forget_places(const std::deque<std::unique_ptr<work_item>>& items) noexcept {
  if (places_.empty()) return;
  for (const std::unique_ptr<work_item>& item : items) places_.erase(item.get());
}

// With the lock. One idle thread per queued item, as long as there may be more.
void thread_pool::staff() {
  while (queue_.size() > idle_ && started_ < max_workers_) start_worker();
}

void thread_pool::start_worker() {
  threads_.reserve(threads_.size() + 1);
  threads_.emplace_back([self = ref<thread_pool>::share(this), index = started_] { self->run_worker(index); });
  ++started_;
  ++running_;
  ++idle_;
}

void thread_pool::run_worker(std::size_t index) noexcept {
  pool_of_this_thread = this;
  set_thread_name(index);
  if (initialize()) serve();
  const std::lock_guard lock(mutex_);
  --idle_;
  --running_;
}

// The kernel keeps 15 characters. The number tells threads apart, so the prefix gives way.
void thread_pool::set_thread_name(std::size_t index) const {
  constexpr std::size_t longest = 15;
  const std::string number = std::to_string(index);
  std::string name = name_prefix_.substr(0, longest - std::min(longest, number.size() + 1));
  name.append(1, '_').append(number);
  pthread_setname_np(pthread_self(), name.c_str());
}

bool thread_pool::initialize() noexcept {
  if (!initializer_) return true;
  try {
    initializer_();
    return true;
  } catch (...) {
    log_error("Exception in initializer:", std::current_exception());
  }
  break_down();
  return false;
}

void thread_pool::break_down() noexcept {
  std::deque<std::unique_ptr<work_item>> dropped;
  {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    dropped.swap(queue_);
    taken_ += dropped.size();
    forget_places(dropped);
  }
  for (const std::unique_ptr<work_item>& item : dropped)
    item->fail(std::make_exception_ptr(broken_thread_pool(broken_text)));
}

void thread_pool::serve() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    work_available_.wait(lock, [this] { return !queue_.empty() || closed_; });
    if (queue_.empty()) return;
    std::unique_ptr<work_item> item = std::move(queue_.front());
    queue_.pop_front();
    ++taken_;
    --idle_;
    if (!places_.empty()) [[unlikely]]
      if (const auto noted = places_.find(item.get()); noted != places_.end()) noted->second.runs = true;
    lock.unlock();
    handle(*item);
    const work_item* const done = item.get();
    item.reset();
    lock.lock();
    if (!places_.empty()) [[unlikely]]
      forget_place(done);
  }
}

// The thread is idle again before anybody can see the outcome: the next submit of whoever waited for it finds this
// thread. Callbacks take time and may submit and wait themselves, so during them it is not.
void thread_pool::handle(work_item& item) noexcept {
  item.run();
  {
    const std::lock_guard lock(mutex_);
    ++idle_;
  }
  if (!item.publish()) return;
  {
    const std::lock_guard lock(mutex_);
    --idle_;
    try {
      staff();
    } catch (const std::system_error&) {
      // No more threads to be had; this one will come to the queue when it is done here.
    }
  }
  item.call_back();
  const std::lock_guard lock(mutex_);
  ++idle_;
}

}  // namespace coroguard
