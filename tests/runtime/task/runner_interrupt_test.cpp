// Ctrl+C, with real processes.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace {

// A running interrupted_program.
class child {
public:
  explicit child(const char* what) {
    int from[2];
    int to[2];
    EXPECT_EQ(::pipe(from), 0);
    EXPECT_EQ(::pipe(to), 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::signal(SIGINT, SIG_DFL);  // a test in the background may have inherited SIG_IGN
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      for (const int end : {from[0], from[1], to[0], to[1]}) ::close(end);
      ::execl(INTERRUPTED_PROGRAM, "interrupted_program", what, nullptr);
      ::_exit(127);
    }
    ::close(from[1]);
    ::close(to[0]);
    output_ = from[0];
    input_ = to[1];
  }
  ~child() {
    ::close(output_);
    ::close(input_);
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  child(const child&) = delete;

  // Its next line; empty when it has ended.
  std::string line() {
    std::string text;
    char letter = 0;
    while (::read(output_, &letter, 1) == 1 && letter != '\n') text += letter;
    return text;
  }
  void interrupt() const { ::kill(process_, SIGINT); }
  void type(char letter) const { EXPECT_EQ(::write(input_, &letter, 1), 1); }

  // Waits until it has ended: "exit 0", "signal 2".
  std::string end() {
    int status = 0;
    EXPECT_EQ(::waitpid(process_, &status, 0), process_);
    process_ = -1;
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "exit " + std::to_string(WEXITSTATUS(status));
  }

private:
  pid_t process_ = -1;
  int output_ = -1;
  int input_ = -1;
};

TEST(runner_interrupt, cancels_the_coroutine_and_is_thrown) {
  child program("waits");
  EXPECT_EQ(program.line(), "ready");
  program.interrupt();
  EXPECT_EQ(program.line(), "cleaned up");
  EXPECT_EQ(program.line(), "keyboard_interrupt");
  EXPECT_EQ(program.end(), "exit 130");
}

TEST(runner_interrupt, goes_through_timeouts_and_task_groups) {
  child program("scopes");
  EXPECT_EQ(program.line(), "ready");
  program.interrupt();
  EXPECT_EQ(program.line(), "cleaned up");
  EXPECT_EQ(program.line(), "keyboard_interrupt");
  EXPECT_EQ(program.end(), "exit 130");
}

TEST(runner_interrupt, can_be_swallowed) {
  child program("swallows");
  EXPECT_EQ(program.line(), "ready");
  program.interrupt();
  EXPECT_EQ(program.end(), "exit 7");
}

TEST(runner_interrupt, ends_the_process_the_second_time) {
  child program("refuses");
  EXPECT_EQ(program.line(), "ready");
  program.interrupt();
  EXPECT_EQ(program.line(), "cancelled");
  program.interrupt();
  EXPECT_EQ(program.line(), "");
  EXPECT_EQ(program.end(), "signal " + std::to_string(SIGINT));
}

TEST(runner_interrupt, ends_a_process_that_gives_its_loop_no_turn) {
  child program("blocks");
  EXPECT_EQ(program.line(), "first");
  EXPECT_EQ(program.line(), "");
  EXPECT_EQ(program.end(), "signal " + std::to_string(SIGINT));
}

TEST(runner_interrupt, does_not_end_a_blocking_call) {
  child program("reads");
  EXPECT_EQ(program.line(), "ready");
  program.interrupt();
  program.type('x');
  EXPECT_EQ(program.line(), "read");
  EXPECT_EQ(program.line(), "keyboard_interrupt");
  EXPECT_EQ(program.end(), "exit 130");
}

TEST(runner_interrupt, leaves_the_default_action_behind) {
  child program("ends");
  EXPECT_EQ(program.line(), "");
  EXPECT_EQ(program.end(), "signal " + std::to_string(SIGINT));
}

}  // namespace
