// What ends with a continuation, or with its lambda, while the task that it returns goes on.
// for: seastar
#include <array>
#include <functional>
#include <lib.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using seastar::future;

future<> step();
future<std::string> load();

struct request {
  std::vector<int> parts;
};

// --- Virtual calls: who overrides it goes on using what it was given ---------------------------------------------------

struct handler {
  virtual ~handler();
  virtual future<int> handle(request &&) = 0;
  virtual future<int> look(const request &) = 0;
  virtual future<int> take(request &&) = 0;
  future<int> parsed(request r) {
    return handle(std::move(r)); // warn: task-outlives-scope "'r' dies at the return; the returned task of 'handler::handle()' still refers to it"
  }
  future<int> looks(request r) {
    return look(r); // warn: task-outlives-scope "'r' dies at the return"
  }
  future<int> taken(request r) { return take(std::move(r)); }
  future<int> awaited(request r) { co_return co_await handle(std::move(r)); }
};

struct counting final : handler {
  future<int> handle(request &&r) override {
    co_await step();
    co_return r.parts.size();
  }
  future<int> look(const request &r) override {
    for (int part : r.parts) co_await step(), (void)part;
    co_return 0;
  }
  future<int> take(request &&r) override {
    auto mine = std::move(r);
    co_await step();
    co_return mine.parts.size();
  }
};

// --- Captures by value end with the lambda, as soon as it has been called ---------------------------------------------

struct service {
  future<int> check(request &&r) {
    int sum = 0;
    for (int part : r.parts) {
      sum += part;
      co_await step();
    }
    co_return sum;
  }
  future<int> reads(const request &r) {
    co_await step();
    co_return r.parts.size();
  }
  future<int> takes(request &&r) {
    auto mine = std::move(r);
    co_await step();
    co_return mine.parts.size();
  }
  future<int> owns(request r) {
    co_await step();
    co_return r.parts.size();
  }

  future<int> moved(request r) {
    return step().then([this, r = std::move(r)]() mutable { return check(std::move(r)); }); // warn: dangling-lambda-capture "the task refers to the closure's own 'r'"
  }
  future<int> lent(request r) {
    return step().then([this, r] { return reads(r); }); // warn: dangling-lambda-capture "'r'"
  }
  future<int> chained(request r) {
    return step().then([this, r = std::move(r)]() mutable {
      return check(std::move(r)).then([](int n) { return n; }); // warn: dangling-lambda-capture "'r'"
    });
  }
  future<int> given(request r) {
    return step().then([this, r = std::move(r)]() mutable { return owns(std::move(r)); });
  }
  future<int> takenAtOnce(request r) {
    return step().then([this, r = std::move(r)]() mutable { return takes(std::move(r)); });
  }
  future<int> shared(std::shared_ptr<request> r) {
    return step().then([this, r] { return reads(*r).finally([r] {}); });
  }
  future<int> keptOutside(request r) {
    return seastar::do_with(std::move(r), [this](request &r) {
      return step().then([this, &r] { return reads(r); });
    });
  }
  future<int> coroutine(request r) {
    co_return co_await check(std::move(r));
  }
};

// --- A local range: of what it holds itself, and of numbers ------------------------------------------------------------

struct numbers {
  struct iterator {
    int at;
    int operator*() const;
    iterator &operator++();
    bool operator!=(iterator) const;
  };
  iterator begin() const;
  iterator end() const;
  iterator first, last;
};
struct few {
  int *begin();
  int *end();
  int places[3];
};
future<> over_own_elements() {
  few all{};
  return seastar::do_for_each(all, [](int &) { return step(); }); // warn: task-outlives-scope "'all' dies at the return"
}
future<> over_an_array() {
  std::array<int, 3> all{};
  return seastar::do_for_each(all, [](int &) { return step(); }); // warn: task-outlives-scope "'all' dies at the return"
}
future<> over_numbers() {
  numbers all{{0}, {3}};
  return seastar::do_for_each(all, [](int) { return step(); });
}

// --- A snapshot that was got, and that its class replaces: who walks over it must keep it -----------------------------

using snapshot = seastar::lw_shared_ptr<const std::vector<int>>;

class table {
public:
  snapshot current() const;
  snapshot shown() const { return rows; }
  snapshot first() const { return initial; }
  seastar::lw_shared_ptr<std::vector<int>> registered() const;
  static const snapshot &borrowed();

  future<> walk() {
    auto all = current();
    return seastar::do_for_each(*all, [this](const int &) { return step(); }); // warn: task-outlives-scope "'all' dies at the return; the returned task of 'seastar::do_for_each()'"
  }
  future<> walkAndGoOn() {
    auto all = current();
    if (!all) return step();
    return seastar::do_for_each(*all, [](const int &) { return step(); }).then([this] { return step(); }); // warn: task-outlives-scope "'all' dies"
  }
  future<> walkShown() {
    snapshot all = shown();
    return seastar::do_for_each(all->begin(), all->end(), [](const int &) { return step(); }); // warn: task-outlives-scope "'all' dies"
  }
  future<> walkSome() {
    auto all = current();
    return seastar::max_concurrent_for_each(*all, 3, [](const int &) { return step(); }); // warn: task-outlives-scope "'all' dies"
  }
  future<> walkLocal(std::vector<int> all) {
    return seastar::max_concurrent_for_each(all, 3, [](const int &) { return step(); }); // warn: task-outlives-scope "'all' dies"
  }
  future<> kept() {
    auto all = current();
    return seastar::do_for_each(*all, [](const int &) { return step(); }).finally([all] {});
  }
  future<> keptByTheCallable() {
    auto all = current();
    return seastar::do_for_each(*all, [all](const int &) { return step(); });
  }
  future<> keptOutside() {
    return seastar::do_with(current(), [](snapshot &all) {
      return seastar::do_for_each(*all, [](const int &) { return step(); });
    });
  }
  future<> awaited() {
    auto all = current();
    co_await seastar::do_for_each(*all, [](const int &) { return step(); });
  }
  future<> inThread() {
    return seastar::async([this] {
      auto all = current();
      seastar::do_for_each(*all, [](const int &) { return step(); }).get();
    });
  }
  future<> stays() { // nobody replaces what is const
    auto all = first();
    return seastar::do_for_each(*all, [](const int &) { return step(); });
  }
  future<> changedInPlace() { // the table has it, too, and goes on with it
    auto all = registered();
    return seastar::do_for_each(*all, [](int &) { return step(); });
  }
  future<> ofSomebody() {
    auto all = borrowed();
    return seastar::do_for_each(*all, [](const int &) { return step(); });
  }
  future<> atOnce() { // all its calls have been made when it returns
    auto all = current();
    return seastar::parallel_for_each(*all, [](int) { return step(); });
  }
  future<> ofThis() {
    return seastar::do_for_each(*rows, [](const int &) { return step(); });
  }

private:
  snapshot rows;
  const snapshot initial;
};
