// Calling a coroutine function runs nothing: it gives a coroutine, which begins when it is awaited or made a task.
//
// The runtime also writes to stderr, when the forgotten one is destroyed:
//   never_awaited.cpp:<line>: RuntimeWarning: coroutine 'nested' was never awaited
#include <coroguard/runtime.hpp>

#include <iostream>

using coroguard::coro;

coro<int> nested() {
  std::cout << "nested runs\n";
  co_return 42;
}

coro<void> forget_and_await() {
  {
    std::cout << "called, and forgotten:\n";
    // `nested();` alone would be a warning of the compiler.
    const coro<int> forgotten = nested();  // coroguard: allow(unawaited-variable) this is what the example shows
  }
  std::cout << "called, and awaited:\n";
  const int result = co_await nested();
  std::cout << "result: " << result << "\n";
}

int main() { coroguard::run(forget_and_await()); }
