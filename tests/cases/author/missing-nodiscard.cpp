// Types that must be awaited, without [[nodiscard]].
#include <coroutine>
#include <string>
#include <task.h>

template <class Task, class Start = std::suspend_always, class End = std::suspend_always> struct promise_of {
  Task get_return_object();
  Start initial_suspend() noexcept;
  End final_suspend() noexcept;
  void return_void();
  void unhandled_exception();
};
struct awaited {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct task : awaited { // warn: missing-nodiscard "'task' is not [[nodiscard]]; the compiler says nothing when a result is never awaited"
  struct promise_type : promise_of<task> {};
};
task load();

// --- Spellings -----------------------------------------------------------------------------------------------------

class of_class : public awaited { // warn: missing-nodiscard "'of_class'"
public:
  struct promise_type : promise_of<of_class> {};
};
of_class one();
template <class T> struct of_template : awaited { // warn: missing-nodiscard "'of_template'"
  struct promise_type : promise_of<of_template> {};
};
of_template<int> two();
of_template<long> three();
struct [[maybe_unused]] with_attribute : awaited { // warn: missing-nodiscard "'with_attribute'"
  struct promise_type : promise_of<with_attribute> {};
};
with_attribute four();
template <class T> struct only_promise { // warn: missing-nodiscard "'only_promise'"
  struct promise_type : promise_of<only_promise> {};
};
only_promise<int> five();
struct operation : awaited {}; // warn: missing-nodiscard "'operation'"
struct socket {
  operation read();
  operation write();
};
struct with_operator { // warn: missing-nodiscard "'with_operator'"
  awaited operator co_await();
};
with_operator six();
struct eager : awaited { // warn: missing-nodiscard "'eager'"
  struct promise_type : promise_of<eager, std::suspend_never> {};
};
eager seven();
struct by_traits : awaited {}; // warn: missing-nodiscard "'by_traits'"
template <> struct std::coroutine_traits<by_traits> {
  struct promise_type : promise_of<by_traits> {};
};
by_traits eight();
template <class T> class specialised;
template <class T> class specialised<T *> : public awaited { // warn: missing-nodiscard "'specialised'"
public:
  struct promise_type : promise_of<specialised> {};
};
specialised<int *> nine();
inline constexpr auto size_of_specialised = sizeof(specialised<int *>);

// --- Silent --------------------------------------------------------------------------------------------------------

struct [[nodiscard]] marked : awaited {
  struct promise_type : promise_of<marked> {};
};
marked ten();
struct [[nodiscard("await it")]] with_reason : awaited {
  struct promise_type : promise_of<with_reason> {};
};
with_reason eleven();
template <class T> struct [[nodiscard]] marked_template : awaited {
  struct promise_type : promise_of<marked_template> {};
};
marked_template<int> twelve();
struct __attribute__((warn_unused_result)) old_style : awaited {
  struct promise_type : promise_of<old_style> {};
};
old_style thirteen();
struct fire_and_forget {
  struct promise_type : promise_of<fire_and_forget, std::suspend_never, std::suspend_never> {};
};
fire_and_forget fourteen();
struct background { // starts at once, and nobody can await it
  struct promise_type : promise_of<background, std::suspend_never> {};
};
background fifteen();
struct [[clang::annotate("coroguard::fire_and_forget")]] by_word : awaited {
  struct promise_type : promise_of<by_word> {};
};
by_word sixteen();
struct plain_value {
  int value;
};
plain_value seventeen();
std::string eighteen();
struct never_returned : awaited {};
struct [[nodiscard]] waits {
  struct promise_type : promise_of<waits> {
    never_returned await_transform(int);
    never_returned yield_value(int);
  };
};
struct final_one : awaited {};
struct [[nodiscard]] with_final : awaited {
  struct promise_type {
    with_final get_return_object();
    std::suspend_always initial_suspend() noexcept;
    final_one final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};
with_final nineteen();
struct as_operator : awaited {};
struct [[nodiscard]] keyword {};
as_operator operator co_await(keyword);
keyword of_keyword();
mock::lazy_task<int> of_a_library();
task &by_reference();
struct only_declared;
only_declared twenty();
auto deduced() { return plain_value{}; }

// --- Imperfections -------------------------------------------------------------------------------------------------

template <class T> struct unused_template : awaited { // missed alarm: missing-nodiscard
  struct promise_type : promise_of<unused_template> {};
};
