// flags: -std=c++23
// C++23 lets all temporaries of a range live as long as the loop, but not those of a variable initialised before it.
#include <string>
#include <string_view>
#include <task.h>
#include <utility>
#include <vector>

using mock::generator;
using mock::lazy_task;

struct page {
  std::vector<int> rows;
  const std::vector<int> &items() const { return rows; }
};
page load();
lazy_task<page> fetch();
std::vector<int> make();
void use(int);

generator<int> all(const std::vector<int> &values) {
  for (int value : values) co_yield value;
}

void variable() {
  auto values = all(make()); // warn: dangling-range-temporary "a temporary dies before the loop begins; the generator of 'all()' in 'values'"
  for (int value : values) use(value);
}

lazy_task<> extended() {
  for (int row : load().items()) use(row);
  for (int row : (co_await fetch()).items()) use(row);
  for (int value : all(make())) use(value);
}
