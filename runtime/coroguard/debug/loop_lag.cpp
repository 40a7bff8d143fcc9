#include "coroguard/debug/loop_lag.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

namespace {

using std::chrono::nanoseconds;

std::string in_micros(nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(time.count()) / 1000);
  return text;
}

std::string line(const char* what, const lag_histogram& of) {
  return std::string(what) + ": " + std::to_string(of.count) + ", 50% within " + in_micros(of.percentile(50)) + " us, 99% within " +
         in_micros(of.percentile(99)) + " us, max " + in_micros(of.max) + " us";
}

std::string json_of(const lag_histogram& of) {
  std::string text = "{\"count\":" + std::to_string(of.count) + ",\"max_us\":" + in_micros(of.max) +
                     ",\"p50_us\":" + in_micros(of.percentile(50)) + ",\"p99_us\":" + in_micros(of.percentile(99)) + ",\"buckets\":[";
  std::size_t used = of.counts.size();
  while (used > 0 && of.counts[used - 1] == 0) --used;
  for (std::size_t i = 0; i < used; ++i) text += (i == 0 ? "" : ",") + std::to_string(of.counts[i]);
  return text + "]}";
}

}  // namespace

nanoseconds lag_histogram::percentile(double percent) const noexcept {
  if (count == 0) return nanoseconds(0);
  const double wanted = std::max(1.0, std::ceil(static_cast<double>(count) * std::clamp(percent, 0.0, 100.0) / 100));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += counts[i];
    if (static_cast<double>(seen) >= wanted) return std::min(max, nanoseconds(std::int64_t{1000} << i));
  }
  return max;
}

std::string loop_lag::text() const {
  const double all = static_cast<double>((busy + idle).count());
  char share[64];
  std::snprintf(share, sizeof share, "busy %.3f s of %.3f s (%.1f %%)", seconds(busy).count(), seconds(busy + idle).count(),
                all > 0 ? 100 * static_cast<double>(busy.count()) / all : 0.0);
  return line("timers late", timers) + "\n" + line("turns", turns) + "\n" + share;
}

std::string loop_lag::json() const {
  return "{\"timers\":" + json_of(timers) + ",\"turns\":" + json_of(turns) + ",\"busy_us\":" + in_micros(busy) +
         ",\"idle_us\":" + in_micros(idle) + "}";
}

loop_lag lag_of(const event_loop& loop) {
  const observer* const debug = loop.debug_observer();
  const lag_record* const record = debug != nullptr ? debug->lag() : nullptr;
  return record != nullptr ? record->read() : loop_lag();
}

void print_lag(const event_loop& loop) { std::fputs((lag_of(loop).text() + "\n").c_str(), stderr); }

lag_histogram lag_record::histogram::read() const noexcept {
  lag_histogram result;
  for (std::size_t i = 0; i < result.counts.size(); ++i) {
    result.counts[i] = counts[i].load(std::memory_order_relaxed);
    result.count += result.counts[i];
  }
  result.max = nanoseconds(max.load(std::memory_order_relaxed));
  return result;
}

loop_lag lag_record::read() const noexcept {
  return {timers_.read(), turns_.read(), nanoseconds(busy_.load(std::memory_order_relaxed)),
          nanoseconds(idle_.load(std::memory_order_relaxed))};
}

}  // namespace coroguard
