// Eager coroutines: what they use only where they have not suspended is used in time, and by whatever name.
#include <string>
#include <string_view>
#include <task.h>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

lazy_task<> step();
void log(const std::string &text);
void count(std::size_t number);
bool asked();
std::string text();

std::vector<eager_task<>> running;

struct named {
  std::string name;
  eager_task<> other_branch() {
    if (asked()) {
      co_await step();
      co_return;
    }
    log(name);
  }
  eager_task<> by_reference() {
    auto &same = name;
    co_await step();
    log(same);
  }
};
eager_task<> by_reference(const std::string &text) {
  const auto &same = text;
  co_await step();
  log(same);
}
eager_task<> by_view(const std::string &text) {
  std::string_view same = text;
  co_await step();
  count(same.size());
}
eager_task<> by_pointer(const std::string &text) {
  const std::string *same = &text;
  co_await step();
  log(*same);
}
eager_task<> by_member(const named &object) {
  const auto &name = object.name;
  co_await step();
  log(name);
}
eager_task<> by_iterator(const std::vector<int> &numbers) {
  auto first = numbers.begin();
  co_await step();
  count(*first);
}
eager_task<> by_closure(const std::string &text) {
  auto print = [&text] { log(text); };
  co_await step();
  print();
}
eager_task<> walks(const std::vector<std::string> &texts) {
  for (const auto &each : texts) {
    log(each);
    co_await step();
  }
}
eager_task<> second_round(const std::string &text) {
  while (asked()) {
    log(text);
    co_await step();
  }
}
void bad() {
  running.push_back(by_reference(text()));    // warn: dangling-reference-argument "a temporary dies"
  running.push_back(by_view(text()));         // warn: dangling-reference-argument "a temporary dies"
  running.push_back(by_pointer(text()));      // warn: dangling-reference-argument "a temporary dies"
  running.push_back(by_member({text()}));     // warn: dangling-reference-argument "a temporary dies"
  running.push_back(by_iterator({1, 2}));     // warn: dangling-reference-argument "a temporary dies"
  running.push_back(by_closure(text()));      // warn: dangling-reference-argument "a temporary dies"
  running.push_back(walks({text(), text()})); // warn: dangling-reference-argument "a temporary dies"
  running.push_back(second_round(text()));    // warn: dangling-reference-argument "a temporary dies"
  named object;
  running.push_back(object.by_reference()); // warn: dangling-this "'object'"
}
eager_task<> bad_capture(std::string text) {
  return [text]() -> eager_task<> { // warn: task-outlives-scope "dies at the return"
    auto &same = text;
    co_await step();
    log(same);
  }();
}

// --- Silent ----------------------------------------------------------------------------------------------------------

eager_task<> other_branch(const std::string &text) {
  if (asked()) {
    co_await step();
    co_return;
  }
  log(text);
}
eager_task<> either(const std::string &text) {
  if (asked()) co_await step();
  else log(text);
}
eager_task<> one_case(const std::string &text) {
  switch (asked()) {
  case 0: co_await step(); break;
  default: log(text);
  }
}
eager_task<> used_before(const std::string &text) {
  const auto &same = text;
  log(same);
  co_await step();
}
eager_task<> copies(const std::string &text) {
  std::string own = text;
  std::size_t size = text.size();
  co_await step();
  log(own);
  count(size);
}
eager_task<> never_suspends(const std::string &text) {
  co_await std::suspend_never();
  log(text);
}
void good() {
  running.push_back(other_branch(text()));
  running.push_back(either(text()));
  running.push_back(one_case(text()));
  running.push_back(used_before(text()));
  running.push_back(copies(text()));
  running.push_back(never_suspends(text()));
  named object;
  running.push_back(object.other_branch());
}
eager_task<> good_capture(std::string text) {
  return [text]() -> eager_task<> {
    if (asked()) {
      co_await step();
      co_return;
    }
    log(text);
  }();
}
