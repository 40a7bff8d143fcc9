// The seventeen spellings by which lock checkers are measured: thirteen bad ones and four good ones.
// also: -std=c++23
#include <memory>
#include <mutex>
#include <task.h>

template <class T = void> using Task = mock::lazy_task<T>;
Task<> work();
Task<int> get();
extern std::mutex mu;
struct Loop { void spawn(Task<>); };
extern Loop loop;

// --- Bad -----------------------------------------------------------------------------------------------------------

Task<> l1() { std::lock_guard g(mu); co_await work(); }                                // warn: lock-across-suspension "'g' holds 'mu'"
Task<> l1b() { std::lock_guard<std::mutex> g(mu); co_await work(); }                   // warn: lock-across-suspension "'g' holds 'mu'"
Task<> l3() { std::lock_guard<std::mutex> g(mu); int x = co_await get(); (void)x; }    // warn: lock-across-suspension "'g' holds 'mu'"
Task<> l4() { mu.lock(); co_await work(); mu.unlock(); }                               // warn: lock-across-suspension "'mu' is locked"
Task<> l5() { if (std::lock_guard<std::mutex> g(mu); true) { co_await work(); } }      // warn: lock-across-suspension "'g' holds 'mu'"
struct Guard { std::lock_guard<std::mutex> g{mu}; };
Task<> l7() { Guard g; co_await work(); }                                              // warn: lock-across-suspension "'g'"
Task<> l8() { auto g = std::make_unique<std::lock_guard<std::mutex>>(mu); co_await work(); } // warn: lock-across-suspension "'g'"
Task<> l11(bool b) { std::unique_lock<std::mutex> g(mu, std::defer_lock); if (b) g.lock(); co_await work(); } // warn: lock-across-suspension "'g'"
Task<> l12() { std::unique_lock<std::mutex> g(mu); co_await work(); }                  // warn: lock-across-suspension "'g' holds 'mu'"
Task<> l13() { for (std::unique_lock<std::mutex> g(mu);;) { co_await work(); break; } } // warn: lock-across-suspension "'g' holds 'mu'"
auto locked() { return std::unique_lock<std::mutex>(mu); }
Task<> l14() { auto g = locked(); co_await work(); }                                   // warn: lock-across-suspension "'g'"
Task<> l15() { co_await (std::lock_guard<std::mutex>(mu), work()); }                   // warn: lock-across-suspension "a temporary 'std::lock_guard'"
Task<int> l16() { std::lock_guard<std::mutex> g(mu); co_return co_await get(); }       // warn: lock-across-suspension "'g' holds 'mu'"

// --- Good ----------------------------------------------------------------------------------------------------------

Task<> l2() { std::unique_lock<std::mutex> g(mu); g.unlock(); co_await work(); }
Task<> l6() { std::unique_lock<std::mutex> g(mu, std::defer_lock); co_await work(); }
Task<> l9() { std::lock_guard<std::mutex> g(mu); auto f = []() -> Task<> { co_await work(); }; (void)f; co_return; }
Task<> l17() { std::lock_guard<std::mutex> g(mu); loop.spawn(work()); co_return; }
