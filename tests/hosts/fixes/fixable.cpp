#include "value_task.h"
#include <tuple>

task save(int);
value_task<bool> may_write();
value_task<int> load();
task operator+(const async_mutex &, int);
void change();

task statements(bool urgent, async_mutex &mutex) {
  save(1);
  (void)save(2);
  std::ignore = save(3);
  (void)load();
  save(4), save(5);
  (save(6));
  urgent ? save(7) : save(8);
  mutex + 9;
  if (urgent) save(10);
  for (int i = 0; i < 2; save(++i)) change();
  co_return;
}

task variables(async_mutex &mutex) {
  auto guard = mutex.lock();
  change();
  auto saving = save(1);
  [[maybe_unused]] auto loading = load();
  co_return;
}

task conditions(bool urgent) {
  if (may_write()) change();
  while (urgent && !may_write()) change();
  co_return;
}

task lambdas() {
  auto inner = [](int i) -> task {
    save(i);
    co_return;
  };
  co_await inner(1);
}

value_task<int> behind_statements(int i) {
  switch (i) {
  case 1: save(1); break;
  default: save(2);
  }
  try {
    save(3);
  } catch (...) {
  }
  co_return i;
}
