// Running several awaitables at the same time and waiting for all of them (asyncio.gather).
//
//   auto [name, size] = co_await gather(read_name(), read_size());
//   std::vector<int> sizes = co_await gather(paths | std::views::transform(size_of));
#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <source_location>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "coroguard/future/future.hpp"
#include "coroguard/task/ensure_future.hpp"
#include "coroguard/task/gather_core.hpp"
#include "coroguard/task/outcome.hpp"

namespace coroguard {

// First argument of gather: exceptions, cancellations included, are results like others.
struct return_exceptions_t {};
inline constexpr return_exceptions_t return_exceptions{};

// The state of the future that gather returns.
template <class Result>
class gather_state : public future_state<Result>, public gather_core {
public:
  bool cancel(std::optional<std::string> message) override { return !this->done() && this->cancel_children(message); }

protected:
  gather_state(event_loop& loop, std::source_location where, bool returns_exceptions)
      : future_state<Result>(loop, where, future_kind::gathering), gather_core(*this, returns_exceptions) {}

  // The part of the result that is the one's at `place`: an outcome, or a value.
  template <class T, class Part>
  Part part(std::size_t place) const {
    auto& ended = static_cast<future_state<T>&>(this->child(place));
    if constexpr (!std::is_same_v<Part, storable_t<T>>) {
      if (std::exception_ptr error = this->error_of(ended)) return Part(std::move(error));
    }
    if constexpr (std::is_void_v<T>)
      return std::monostate();
    else
      return ended.unique() ? ended.take_result() : ended.result();
  }
};

template <bool Exceptions, class T>
using gathered_t = std::conditional_t<Exceptions, outcome<storable_t<T>>, storable_t<T>>;

// Children of different types; `T` are the types of their results.
template <bool Exceptions, class... T>
class gather_tuple_state final : public gather_state<std::tuple<gathered_t<Exceptions, T>...>> {
public:
  gather_tuple_state(event_loop& loop, std::source_location where)
      : gather_state<std::tuple<gathered_t<Exceptions, T>...>>(loop, where, Exceptions) {
    this->set_places(children_);
  }

protected:
  ~gather_tuple_state() override { this->give_up_children(); }
  void collect() override { collect(std::index_sequence_for<T...>()); }

private:
  template <std::size_t... Place>
  void collect(std::index_sequence<Place...>) {
    // In braces: parts are taken from left to right.
    this->set_result(std::tuple<gathered_t<Exceptions, T>...>{this->template part<T, gathered_t<Exceptions, T>>(Place)...});
  }

  std::array<gather_child, sizeof...(T)> children_;
};

// Children of one type.
template <bool Exceptions, class T>
class gather_vector_state final : public gather_state<std::vector<gathered_t<Exceptions, T>>> {
public:
  gather_vector_state(event_loop& loop, std::source_location where, std::size_t count)
      : gather_state<std::vector<gathered_t<Exceptions, T>>>(loop, where, Exceptions),
        count_(count),
        children_(std::make_unique<gather_child[]>(count)) {
    this->set_places({children_.get(), count});
  }

protected:
  ~gather_vector_state() override { this->give_up_children(); }
  void collect() override {
    std::vector<gathered_t<Exceptions, T>> results;
    results.reserve(count_);
    for (std::size_t place = 0; place < count_; ++place)
      results.push_back(this->template part<T, gathered_t<Exceptions, T>>(place));
    this->set_result(std::move(results));
  }

private:
  std::size_t count_;
  std::unique_ptr<gather_child[]> children_;
};

// The loop that `first` belongs to or will run on. Null when there is none.
template <class A>
event_loop* loop_for(const A& first) {
  if constexpr (future_like<A>) {
    require_valid(first);
    return &first.get_loop();
  } else {
    return running_loop();
  }
}

template <class A>
void add_to(gather_core& gathering, std::size_t place, A&& awaited, event_loop& loop, std::source_location where) {
  const auto child = ensure_future(std::forward<A>(awaited), loop, where);
  gathering.add(place, child.state(), !future_like<A>);
}

template <bool Exceptions, class First, class... Rest>
auto gather_tuple(std::source_location where, First&& first, Rest&&... rest) {
  using state_type =
      gather_tuple_state<Exceptions, typename ensured_t<First>::value_type, typename ensured_t<Rest>::value_type...>;
  using result_type = std::tuple<gathered_t<Exceptions, typename ensured_t<First>::value_type>,
                                 gathered_t<Exceptions, typename ensured_t<Rest>::value_type>...>;
  event_loop* loop = loop_for(first);
  if (loop == nullptr) {
    close_refused(first);
    (close_refused(rest), ...);
    get_running_loop();  // throws
  }
  check_thread_of(loop, "gather", where);
  const auto state = ref<state_type>::adopt(new state_type(*loop, where));
  std::size_t place = 0;
  add_to(*state, place, std::forward<First>(first), *loop, where);
  (add_to(*state, ++place, std::forward<Rest>(rest), *loop, where), ...);
  state->begin();
  return future<result_type>(ref<future_state<result_type>>(state));
}

template <bool Exceptions, class Range>
auto gather_range(std::source_location where, Range&& awaitables) {
  using value_type = typename ensured_t<std::ranges::range_reference_t<Range>>::value_type;
  using state_type = gather_vector_state<Exceptions, value_type>;
  using result_type = std::vector<gathered_t<Exceptions, value_type>>;
  const auto count = static_cast<std::size_t>(std::ranges::distance(awaitables));
  ref<state_type> state;
  event_loop* loop = nullptr;
  std::size_t place = 0;
  for (auto&& awaited : awaitables) {
    using element = decltype(awaited);
    if (loop == nullptr) {
      loop = loop_for(awaited);
      if (loop == nullptr) {
        close_refused(awaited);  // a view makes others the second time
        for (auto&& refused : awaitables) close_refused(refused);
        get_running_loop();  // throws
      }
      check_thread_of(loop, "gather", where);
      state = ref<state_type>::adopt(new state_type(*loop, where, count));
    }
    add_to(*state, place++, std::forward<element>(awaited), *loop, where);
  }
  if (!state) {
    future<result_type> empty = get_running_loop().template create_future<result_type>(where);
    empty.set_result(result_type());
    return empty;
  }
  state->begin();
  return future<result_type>(ref<future_state<result_type>>(std::move(state)));
}

// What gather takes by the piece, and what it takes as a whole.
template <class A>
concept gatherable = requires(A&& awaited) { ensure_future(std::forward<A>(awaited)); };
template <class Range>
concept gatherable_range = !gatherable<Range> && std::ranges::forward_range<Range> && awaitable_range<Range>;

// Runs `awaitables` at the same time: coroutines become tasks. Returns a future<std::tuple<...>> of their results, in the order
// of the arguments, with std::monostate for void and std::reference_wrapper for references.
//
// The first error is the future's at once, and the others run on; what they throw later counts as retrieved. A child that was
// cancelled counts as one that failed with a cancelled_error: the future is then not itself cancelled. Cancelling the future
// (the task that awaits it, too) cancels all children that are not done; once all are, it ends with a cancelled_error. It
// returns false when there is none to cancel.
//
// The same future may be given twice. All must belong to one loop, that of the first: std::invalid_argument otherwise; what is
// a task by then runs on. Throws runtime_error("no running event loop") when a coroutine comes first and no loop runs here;
// coroutines are then closed. Loop's thread only.
//
// One after the other up to six, and only then a pack: no default argument can stand behind a pack, and what the
// arguments became is best told by the line of this call.
template <gatherable A>
auto gather(A&& a, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a));
}
template <gatherable A, gatherable B>
auto gather(A&& a, B&& b, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a), std::forward<B>(b));
}
template <gatherable A, gatherable B, gatherable C>
auto gather(A&& a, B&& b, C&& c, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c));
}
template <gatherable A, gatherable B, gatherable C, gatherable D>
auto gather(A&& a, B&& b, C&& c, D&& d, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d));
}
template <gatherable A, gatherable B, gatherable C, gatherable D, gatherable E>
auto gather(A&& a, B&& b, C&& c, D&& d, E&& e, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                             std::forward<E>(e));
}
template <gatherable A, gatherable B, gatherable C, gatherable D, gatherable E, gatherable F>
auto gather(A&& a, B&& b, C&& c, D&& d, E&& e, F&& f, std::source_location where = std::source_location::current()) {
  return gather_tuple<false>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                             std::forward<E>(e), std::forward<F>(f));
}
template <gatherable... All>
  requires(sizeof...(All) > 6)
auto gather(All&&... awaitables) {
  return gather_tuple<false>(std::source_location::current(), std::forward<All>(awaitables)...);
}

// The same for a range of one type, such as std::vector<task<T>> or a view that makes coroutines: a future<std::vector<T>>. An
// empty range gives a future of the running loop that is done.
template <gatherable_range Range>
auto gather(Range&& awaitables, std::source_location where = std::source_location::current()) {
  return gather_range<false>(where, std::forward<Range>(awaitables));
}

// The same, but errors and cancellations of children are results: outcome<T> instead of T. Only cancelling the future itself
// still ends it with a cancelled_error.
template <gatherable A>
auto gather(return_exceptions_t, A&& a, std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a));
}
template <gatherable A, gatherable B>
auto gather(return_exceptions_t, A&& a, B&& b, std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a), std::forward<B>(b));
}
template <gatherable A, gatherable B, gatherable C>
auto gather(return_exceptions_t, A&& a, B&& b, C&& c, std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c));
}
template <gatherable A, gatherable B, gatherable C, gatherable D>
auto gather(return_exceptions_t, A&& a, B&& b, C&& c, D&& d,
            std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d));
}
template <gatherable A, gatherable B, gatherable C, gatherable D, gatherable E>
auto gather(return_exceptions_t, A&& a, B&& b, C&& c, D&& d, E&& e,
            std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                             std::forward<E>(e));
}
template <gatherable A, gatherable B, gatherable C, gatherable D, gatherable E, gatherable F>
auto gather(return_exceptions_t, A&& a, B&& b, C&& c, D&& d, E&& e, F&& f,
            std::source_location where = std::source_location::current()) {
  return gather_tuple<true>(where, std::forward<A>(a), std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                             std::forward<E>(e), std::forward<F>(f));
}
template <gatherable... All>
  requires(sizeof...(All) > 6)
auto gather(return_exceptions_t, All&&... awaitables) {
  return gather_tuple<true>(std::source_location::current(), std::forward<All>(awaitables)...);
}
template <gatherable_range Range>
auto gather(return_exceptions_t, Range&& awaitables, std::source_location where = std::source_location::current()) {
  return gather_range<true>(where, std::forward<Range>(awaitables));
}

// A future of the running loop that is done.
inline future<std::tuple<>> gather(std::source_location where = std::source_location::current()) {
  future<std::tuple<>> empty = get_running_loop().create_future<std::tuple<>>(where);
  empty.set_result(std::tuple<>());
  return empty;
}

}  // namespace coroguard
