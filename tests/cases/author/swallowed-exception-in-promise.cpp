// Promises that do nothing with an exception.
#include <cassert>
#include <coroutine>
#include <cstdlib>
#include <exception>
#include <utility>

void log_error(std::exception_ptr);

template <class Task> struct rest {
  Task get_return_object();
  std::suspend_never initial_suspend() noexcept;
  std::suspend_never final_suspend() noexcept;
  void return_void();
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct plain {
  struct promise_type : rest<plain> {
    void unhandled_exception() {} // warn: swallowed-exception-in-promise "'unhandled_exception' of 'plain::promise_type' does nothing; an exception ends the coroutine and nobody hears of it"
  };
};

// --- Spellings -----------------------------------------------------------------------------------------------------

struct with_noexcept {
  struct promise_type : rest<with_noexcept> {
    void unhandled_exception() noexcept { } // warn: swallowed-exception-in-promise "'with_noexcept::promise_type'"
  };
};
struct commented {
  struct promise_type : rest<commented> {
    void unhandled_exception() { // warn: swallowed-exception-in-promise "does nothing"
      // std::terminate();
    }
  };
};
struct returns {
  struct promise_type : rest<returns> {
    void unhandled_exception() { return; } // warn: swallowed-exception-in-promise "does nothing"
  };
};
struct semicolon {
  struct promise_type : rest<semicolon> {
    void unhandled_exception() { ; } // warn: swallowed-exception-in-promise "does nothing"
  };
};
struct outside {
  struct promise_type : rest<outside> {
    void unhandled_exception();
  };
};
void outside::promise_type::unhandled_exception() {} // warn: swallowed-exception-in-promise "'outside::promise_type'"
template <class T> struct of_template {
  struct promise_type : rest<of_template> {
    void unhandled_exception() {} // warn: swallowed-exception-in-promise "does nothing"
  };
};
template struct of_template<int>;
template struct of_template<long>;
template <class T> struct never_used {
  struct promise_type : rest<never_used> {
    void unhandled_exception() {} // warn: swallowed-exception-in-promise "does nothing"
  };
};
struct common_base {
  void unhandled_exception() const noexcept {} // warn: swallowed-exception-in-promise "'common_base'"
};
struct derived {
  struct promise_type : rest<derived>, common_base {};
};
struct static_one {
  struct promise_type : rest<static_one> {
    static void unhandled_exception() {} // warn: swallowed-exception-in-promise "does nothing"
  };
};

struct fetches {
  struct promise_type : rest<fetches> {
    void unhandled_exception() { (void)std::current_exception(); } // warn: swallowed-exception-in-promise "does nothing"
  };
};
struct checks_types {
  struct promise_type : rest<checks_types> {
    void unhandled_exception() { static_assert(sizeof(int) >= 2); } // warn: swallowed-exception-in-promise "does nothing"
  };
};

// --- Silent --------------------------------------------------------------------------------------------------------

struct stores {
  struct promise_type : rest<stores> {
    std::exception_ptr error;
    void unhandled_exception() { error = std::current_exception(); }
  };
};
struct rethrows {
  struct promise_type : rest<rethrows> {
    void unhandled_exception() { throw; }
  };
};
struct terminates {
  struct promise_type : rest<terminates> {
    void unhandled_exception() noexcept { std::terminate(); }
  };
};
struct aborts {
  struct promise_type : rest<aborts> {
    [[noreturn]] void unhandled_exception() { std::abort(); }
  };
};
struct traps {
  struct promise_type : rest<traps> {
    void unhandled_exception() { __builtin_trap(); }
  };
};
struct logs {
  struct promise_type : rest<logs> {
    void unhandled_exception() { log_error(std::current_exception()); }
  };
};
struct remembers {
  struct promise_type : rest<remembers> {
    bool failed = false;
    void unhandled_exception() { failed = true; }
  };
};
struct asserts {
  struct promise_type : rest<asserts> {
    void unhandled_exception() { assert(false && "no coroutine of this kind throws"); }
  };
};
#undef NDEBUG
#define NOTHING_IN_RELEASE(x) (void)0
struct macro {
  struct promise_type : rest<macro> {
    void unhandled_exception() { NOTHING_IN_RELEASE(std::terminate()); }
  };
};
struct loops {
  struct promise_type : rest<loops> {
    void unhandled_exception() { while (true) log_error(nullptr); }
  };
};
struct catches {
  struct promise_type : rest<catches> {
    void unhandled_exception() {
      try {
        throw;
      } catch (...) {
        std::exit(1);
      }
    }
  };
};
struct declared_only {
  struct promise_type : rest<declared_only> {
    void unhandled_exception();
  };
};
struct other_function {
  void unhandled_error() {}
  void unhandled_exception(int) {}
  void unhandled_stopped() {}
};
struct deleted {
  void unhandled_exception() = delete;
};
struct receiver { // no promise
  void set_value() {}
  void unhandled_exception() {}
};
void unhandled_exception() {}

// --- Imperfections -------------------------------------------------------------------------------------------------

void local() {
  struct task {
    struct promise_type : rest<task> {
      void unhandled_exception() {} // missed alarm: swallowed-exception-in-promise
    };
  };
}
