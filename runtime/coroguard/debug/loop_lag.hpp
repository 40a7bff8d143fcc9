// How late a loop is: what its timers and sockets wait for. Kept in debug mode, without a clock read of its own.
//
//   std::puts(lag_of(loop).text().c_str());
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace coroguard {

class event_loop;

// Times by powers of two of a microsecond: bucket 0 has those below 1 us, bucket n those from 2^(n-1) to below 2^n us.
struct lag_histogram {
  static constexpr std::size_t buckets = 40;
  static constexpr std::size_t bucket_of(std::chrono::nanoseconds time) noexcept {
    const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)) / 1000;
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(micros)), buckets - 1);
  }

  std::array<std::uint64_t, buckets> counts{};
  std::uint64_t count = 0;
  std::chrono::nanoseconds max{};

  // A time that `percent` (0 to 100) of all are not above: the upper end of their bucket, and never more than max. Zero when
  // there are none.
  std::chrono::nanoseconds percentile(double percent) const noexcept;
};

struct loop_lag {
  lag_histogram timers;  // from when a timer was due to the call of its callback
  lag_histogram turns;   // all callbacks of a turn: what an event that arrives meanwhile waits for at most
  std::chrono::nanoseconds busy{};  // in callbacks
  std::chrono::nanoseconds idle{};  // waiting for events

  // Three lines for people.
  std::string text() const;
  // {"timers":{"count":..,"max_us":..,"p50_us":..,"p99_us":..,"buckets":[..]},"turns":{..},"busy_us":..,"idle_us":..}
  std::string json() const;
};

// Since debug mode was switched on; all zero when it never was. Any thread, as long as the loop exists and its debug mode is
// not being switched on for the first time.
loop_lag lag_of(const event_loop& loop);
// Writes the text to standard error.
void print_lag(const event_loop& loop);

// The counters behind it: written by the loop's thread, read by all. For the library.
class lag_record {
public:
  void timer_called(std::chrono::nanoseconds late) noexcept { timers_.add(late); }
  void turn_took(std::chrono::nanoseconds time) noexcept {
    turns_.add(time);
    increase(busy_, time.count());
  }
  void waited(std::chrono::nanoseconds time) noexcept { increase(idle_, time.count()); }
  loop_lag read() const noexcept;

private:
  template <class Number, class By>
  static void increase(std::atomic<Number>& number, By by) noexcept {  // one writer: no locked instruction
    number.store(number.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  struct histogram {
    void add(std::chrono::nanoseconds time) noexcept {
      increase(counts[lag_histogram::bucket_of(time)], std::uint64_t{1});
      if (time.count() > max.load(std::memory_order_relaxed)) max.store(time.count(), std::memory_order_relaxed);
    }
    lag_histogram read() const noexcept;

    std::array<std::atomic<std::uint64_t>, lag_histogram::buckets> counts{};
    std::atomic<std::int64_t> max{0};
  };

  histogram timers_;
  histogram turns_;
  std::atomic<std::int64_t> busy_{0};
  std::atomic<std::int64_t> idle_{0};
};

}  // namespace coroguard
