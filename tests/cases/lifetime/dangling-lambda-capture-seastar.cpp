// What Seastar's functions do with the coroutine lambdas that they are given.
// for: seastar
#include <lib.h>
#include <functional>
#include <map>
#include <memory>
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

// --- A plain lambda whose task refers to its captures ------------------------------------------------------------------

seastar::future<> use(const std::string &text, int element);
struct table {
  seastar::future<> each(std::function<seastar::future<>(int)> action);
  template <class F> seastar::future<> at_once(F &&action) { return action(1); }
};
struct reader {
  int sum = 0;
  seastar::future<> flush() { return step().then([this] { ++sum; }); } // note: "used here, later"
  seastar::future<> flush_kept(std::shared_ptr<reader> self) { return step().then([this, self] { ++sum; }); }
  seastar::future<> pass() { return step(); }
  seastar::future<> run() {
    co_await step();
    ++sum;
  }
};

struct reader_of {
  std::string text;
  seastar::future<> run() {
    co_await step();
    log(text);
  }
  seastar::future<> pass() { return step(); }
};

struct plain {
  std::vector<int> numbers;
  seastar::future<> nested(std::string text) {
    return step().then([text] { // note: "the closure is made here"
      return step().then([&text] { log(text); }); // warn: dangling-lambda-capture "closure of 'lambda in plain::nested' is not kept by 'seastar::future::then' until the task that it returns is done; the task refers to the closure's own 'text'"
    });
  }
  seastar::future<> with_value(std::string text) {
    return seastar::do_with(std::string(), [text](std::string &other) {
      return step().then([&] { log(other + text); }); // warn: dangling-lambda-capture "'seastar::do_with'"
    });
  }
  seastar::future<> init_capture(std::string text) {
    return step().finally([mine = std::move(text)] {
      return step().then([&mine] { log(mine); }); // warn: dangling-lambda-capture "'mine'"
    });
  }
  seastar::future<> renamed(std::string text) {
    return step().finally([mine = std::move(text)] {
      return step().then([&same = mine] { log(same); }); // warn: dangling-lambda-capture "'mine'"
    });
  }
  seastar::future<> two_deep(std::string text) {
    return seastar::parallel_for_each(numbers, [text](int) {
      return seastar::do_with(1, [&text](int &) {
        return step().then([&text] { log(text); }); // warn: dangling-lambda-capture "'seastar::parallel_for_each'"
      });
    });
  }
  seastar::future<> only_declared(std::string text) {
    return seastar::parallel_for_each(numbers, [text](int) {
      return table().each([&](int n) { return use(text, n); }); // warn: dangling-lambda-capture "'text'"
    });
  }
  seastar::future<> awaited_too_late(std::string text) {
    co_await step().then([text] {
      return seastar::repeat([&text] { log(text); return seastar::make_ready_future<int>(); }); // warn: dangling-lambda-capture "'text'"
    });
  }
  seastar::future<> to_coroutine(std::string text) {
    return step().then([text] { return keeps(text); }); // warn: dangling-lambda-capture "'text'"
  }
  seastar::future<> gated(seastar::gate &gate, std::string text) {
    return seastar::with_gate(gate, [text] { return keeps(text); }); // warn: dangling-lambda-capture "'seastar::with_gate'"
  }
  seastar::future<> own_object(std::unique_ptr<reader> r) {
    return step().then([r = std::move(r)] { return r->run(); }); // warn: dangling-lambda-capture "'r'"
  }
  seastar::future<> own_continuation(std::shared_ptr<reader> r) {
    return step().then([r = std::move(r)] { return r->flush(); }); // warn: dangling-lambda-capture "'r'"
  }
  void spawned(seastar::gate &gate, std::string text) {
    ssx::spawn_with_gate(gate, [text = std::move(text)] { return keeps(text); }); // warn: dangling-lambda-capture "closure of 'lambda in plain::spawned' is not kept by 'ssx::spawn_with_gate' until the task that it returns is done"
  }
  void spawned_continuation(seastar::gate &gate, std::string text) {
    ssx::spawn_with_gate(gate, [text] {
      return step().then([&text] { log(text); }); // warn: dangling-lambda-capture "'text'"
    });
  }
  seastar::future<> elements_of_capture(std::map<int, std::shared_ptr<reader>> &all) {
    auto readers = seastar::make_lw_shared<std::vector<std::shared_ptr<reader>>>();
    readers->push_back(all.begin()->second);
    all.erase(all.begin());
    return seastar::parallel_for_each(*readers, [readers](std::shared_ptr<reader> &r) { // note: "the closure is made here"
      return r->flush(); // warn: dangling-lambda-capture "closure of 'lambda in plain::elements_of_capture' is not kept by 'seastar::parallel_for_each' until the task that it returns is done; the task refers to the closure's own 'readers'"
    });
  }
  seastar::future<> values_of_capture() {
    auto readers = seastar::make_lw_shared<std::vector<reader_of>>();
    readers->emplace_back();
    return seastar::parallel_for_each(*readers, [keep = readers](reader_of &r) { return r.run(); }); // warn: dangling-lambda-capture "'keep'"
  }

  // Silent.
  seastar::future<> elements_kept_behind() {
    auto readers = seastar::make_lw_shared<std::vector<reader_of>>();
    return seastar::parallel_for_each(*readers, [readers](reader_of &r) { return r.run(); }).finally([readers] {});
  }
  seastar::future<> elements_kept_by_others(std::map<int, std::shared_ptr<reader>> &all) {
    auto readers = seastar::make_lw_shared<std::vector<std::shared_ptr<reader>>>();
    for (auto &[id, r] : all) readers->push_back(r);
    return seastar::parallel_for_each(*readers, [readers](std::shared_ptr<reader> &r) { return r->flush(); });
  }
  seastar::future<> elements_awaited() {
    auto readers = seastar::make_lw_shared<std::vector<reader_of>>();
    co_await seastar::parallel_for_each(*readers, [readers](reader_of &r) { return r.run(); });
  }
  seastar::future<> elements_in_loop() {
    auto readers = seastar::make_lw_shared<std::vector<reader_of>>();
    return seastar::do_for_each(*readers, [readers](reader_of &r) { return r.run(); });
  }
  seastar::future<> elements_used_at_once() {
    auto readers = seastar::make_lw_shared<std::vector<reader_of>>();
    return seastar::parallel_for_each(*readers, [readers](reader_of &r) { return r.pass(); });
  }
  seastar::future<> elements_of_somebody(seastar::lw_shared_ptr<std::vector<reader_of>> readers) {
    return seastar::parallel_for_each(*readers, [readers](reader_of &r) { return r.run(); });
  }
  void spawned_with_copy(seastar::gate &gate, std::string text) {
    ssx::spawn_with_gate(gate, [text] { return step().then([text] { log(text); }); });
    ssx::spawn_with_gate(gate, [text] { return store(text); });
  }
  void on_timer(std::string text) {
    seastar::timer<> timer([text] { return (void)step().then([text] { log(text); }); });
  }
  seastar::future<> by_copy(std::string text) {
    return step().then([text] { return step().then([text] { log(text); }); });
  }
  seastar::future<> of_the_frame(std::string text) {
    co_await step().then([&text] { return step().then([&text] { log(text); }); });
  }
  seastar::future<> awaited(std::string text) {
    co_await seastar::with_gate(*gate_of(), [text] { return step().then([&text] { log(text); }); });
  }
  seastar::future<> on_other_shard(std::string text) {
    return seastar::smp::submit_to(1, [text] { return step().then([&text] { log(text); }); });
  }
  seastar::future<> in_loop(std::string text) {
    return seastar::repeat([text] { return step().then([&text] { log(text); return 1; }); });
  }
  seastar::future<> copied_by_callee(std::string text) {
    return step().then([text] { return store(text); });
  }
  seastar::future<> used_at_once(std::string text) {
    return step().then([text] { return table().at_once([&](int) { return log(text), step(); }); });
  }
  seastar::future<> kept_by_finally(std::unique_ptr<reader> r) {
    return step().then([r = std::move(r)]() mutable {
      auto &same = *r;
      return same.run().finally([r = std::move(r)] {});
    });
  }
  seastar::future<> shared_elsewhere(std::shared_ptr<reader> r) {
    return step().then([r] { return r->flush(); });
  }
  seastar::future<> keeps_itself(std::shared_ptr<reader> r) {
    return step().then([r = std::move(r)] { return r->flush_kept(r); });
  }
  seastar::future<> does_not_use(std::unique_ptr<reader> r) {
    return step().then([r = std::move(r)] { return r->pass(); });
  }
  seastar::gate *gate_of();
};

// --- Captured by reference in a closure that another one holds ---------------------------------------------------------

template <class F> auto logged(F &&inner) {
  return [inner = std::forward<F>(inner)] { return log("now"), inner(); };
}
template <class F> auto called(F &&inner) { return inner(), [] { log("then"); }; }
seastar::future<> wrapped_by_reference(std::string text) {
  return step().then(logged([&] { log(text); })); // warn: dangling-spawn-capture "'text' is captured by reference in work given to 'seastar::future::then'; it ends with 'wrapped_by_reference'"
}
seastar::future<> takes(std::string text);
seastar::future<> wrapped_behind_a_call(std::string text, std::string other) {
  return takes(std::move(other)).then(logged([&] { log(text); })); // warn: dangling-spawn-capture "'text'"
}
seastar::future<> wrapped_by_copy(std::string text) {
  return step().then(logged([text] { log(text); }));
}
seastar::future<> wrapped_and_awaited(std::string text) {
  co_await step().then(logged([&] { log(text); }));
}
seastar::future<> called_before(std::string text) {
  return step().then(called([&] { log(text); }));
}
