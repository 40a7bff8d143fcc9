// What Seastar's functions do with the coroutine lambdas that they are given.
// for: seastar
#include <lib.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

seastar::future<> step();
seastar::future<> store(const std::string &text);
void log(const std::string &);
namespace coroutine_like {
/// Points to the lambda, as seastar::coroutine::lambda does.
template <class F> class lambda {
  F *function;

public:
  lambda(F &&f) : function(&f) {}
  template <class... A> std::invoke_result_t<F, A...> operator()(A &&...a) const { return (*function)(static_cast<A &&>(a)...); }
};
} // namespace coroutine_like
using coroutine_like::lambda;

struct service {
  seastar::gate gate;
  int count = 0;
  seastar::future<> run();
  seastar::future<> chained() {
    return step().then([this]() -> seastar::future<> { // warn: dangling-lambda-capture "closure of 'lambda in service::chained' is not kept by 'seastar::future::then' until its coroutine is done; 'this' is then read from what is gone"
      co_await step();
      ++count; // note: "used here, when the coroutine has been suspended"
    });
  }
  seastar::future<> awaited_chain() {
    co_await step().then([this]() -> seastar::future<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'seastar::future::then'"
  }
  seastar::future<> last(std::string text) {
    return step().finally([text]() -> seastar::future<> { co_await step(), log(text); }); // warn: dangling-lambda-capture "'seastar::future::finally'"
  }
  void background() {
    (void)seastar::with_gate(gate, [this]() -> seastar::future<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'this'"
  }
  seastar::future<> gated_and_kept() {
    auto done = seastar::with_gate(gate, [this]() -> seastar::future<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'this'"
    co_await std::move(done);
  }
  seastar::future<> wrapped_and_kept() {
    auto done = seastar::with_gate(gate, lambda([this]() -> seastar::future<> { co_await step(), ++count; })); // warn: dangling-lambda-capture "'this'"
    co_await std::move(done);
  }
  seastar::future<> wrapper_in_variable() {
    auto work = lambda([this]() -> seastar::future<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'this'"
    co_await work();
  }

  // Silent.
  seastar::future<> wrapped() {
    co_await step().then(lambda([this]() -> seastar::future<> { co_await step(), ++count; }));
  }
  seastar::future<> gated() {
    co_await seastar::with_gate(gate, [this]() -> seastar::future<> { co_await step(), ++count; });
  }
  seastar::future<> repeated() {
    return seastar::repeat([this]() -> seastar::future<int> {
      co_await step();
      co_return ++count;
    });
  }
  seastar::future<> elsewhere(seastar::sharded<service> &all) {
    co_await all.invoke_on_all([text = std::string()](service &) -> seastar::future<> { co_await step(), log(text); });
    co_await seastar::smp::submit_to(1, [text = std::string()]() -> seastar::future<> { co_await step(), log(text); });
  }
  seastar::future<> each(std::vector<int> all) {
    co_await seastar::parallel_for_each(all, [this](int) -> seastar::future<> { co_await step(), ++count; });
  }
  seastar::future<> plain_continuation() {
    return step().then([this] { return run(); });
  }
  seastar::future<> before_the_suspension() {
    return step().then([this]() -> seastar::future<> { co_await run(); });
  }
  seastar::future<> copied() {
    return step().then([this]() -> seastar::future<> {
      auto &self = *this;
      co_await step();
      ++self.count;
    });
  }
};

seastar::future<> keeps(const std::string &text) {
  co_await step();
  log(text);
}
seastar::future<> by_reference(std::string text) {
  return step().then([text]() -> seastar::future<> { co_await keeps(text); }); // warn: dangling-lambda-capture "'text'"
}
seastar::future<> perhaps_by_reference(std::string text) {
  return step().then([text]() -> seastar::future<> { co_await store(text); });
}

// Silent: do_with keeps what it is given before the function.
seastar::future<> kept_by_do_with(std::string text) {
  auto job = [text]() -> seastar::future<> { co_await step(), log(text); };
  return seastar::do_with(std::move(job), [](auto &job) { return job(); });
}
seastar::future<> given_to_do_with(std::string text) {
  return seastar::do_with(std::move(text), [name = std::string()](std::string &text) -> seastar::future<> { // warn: dangling-lambda-capture "'name'"
    co_await step();
    log(name);
  });
}
