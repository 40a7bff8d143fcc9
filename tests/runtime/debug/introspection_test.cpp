// The socket through which other processes see the tasks.
#include <coroguard/debug/introspection_socket.hpp>
#include <coroguard/runtime.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "coroguard/base/sanitizers.hpp"
#include "debug/captured_reports.hpp"
#include "debug/introspection_client.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }
std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}
std::string id_of(const event_loop& loop) {
  char text[32];
  std::snprintf(text, sizeof text, "\"loop\":\"%p\"", static_cast<const void*>(&loop));
  return text;
}
// The part of an answer that is about one loop.
std::string part_of(const std::string& answer, const event_loop& loop) {
  const std::size_t begin = answer.find(id_of(loop));
  if (begin == answer.npos) return "";
  const std::size_t end = answer.find("\"loop\":\"", begin + 1);
  return answer.substr(begin, end == answer.npos ? end : end - begin);
}

coro<void> waits_for(future<void> awaited) { co_await awaited; }
coro<void> gathers(task<void> awaited) { co_await gather(awaited); }

// A loop in debug mode that runs in a thread of its own, with two tasks, until this ends.
class running_loop_with_tasks {
public:
  running_loop_with_tasks() {
    std::unique_lock lock(mutex_);
    thread_ = std::thread([this] { run(); });
    changes_.wait(lock, [&] { return ready_; });
  }
  ~running_loop_with_tasks() {
    loop->call_soon_threadsafe([this] { ends_->set_result(); });
    thread_.join();
  }

  event_loop* loop = nullptr;

private:
  void run() {
    event_loop mine;
    mine.set_debug(true);
    mine.run_until_complete(body(mine));
  }
  coro<void> body(event_loop& mine) {
    ends_ = mine.create_future<void>();
    const task<void> waiting = create_task(waits_for(*ends_));
    waiting.set_name("waiting");
    const task<void> gathering = create_task(gathers(waiting));
    gathering.set_name("gathering \"\\\x01");
    co_await sleep(seconds(0));
    co_await sleep(seconds(0));
    {
      const std::scoped_lock lock(mutex_);
      loop = &mine;
      ready_ = true;
      changes_.notify_one();
    }
    co_await gathering;
  }

  std::mutex mutex_;
  std::condition_variable changes_;
  bool ready_ = false;
  std::optional<future<void>> ends_;
  std::thread thread_;
};

class introspection : public ::testing::Test {
protected:
  captured_reports reports_;  // stalls of the tests themselves
};

TEST_F(introspection, shows_the_tasks_of_a_running_loop) {
  const running_loop_with_tasks running;
  const std::string answer = ask_for_tasks(introspection_path());
  EXPECT_TRUE(answer.starts_with("{\"version\":1,\"pid\":" + std::to_string(::getpid()) + ",\"loops\":[{")) << answer;
  EXPECT_TRUE(answer.ends_with("}]}\n")) << answer;
  EXPECT_EQ(count(answer, "\n"), 1u);
  const std::string part = part_of(answer, *running.loop);
  EXPECT_TRUE(has(part, "\"state\":\"answered\"")) << part;
  EXPECT_TRUE(has(part, "\"name\":\"waiting\",\"state\":\"waiting\",\"waits_for\":\"future made at introspection_test.cpp:")) << part;
  EXPECT_TRUE(has(part, "\"name\":\"gathering \\\"\\\\\\u0001\",\"state\":\"waiting\","
                        "\"waits_for\":\"gather made at introspection_test.cpp:")) << part;
  EXPECT_TRUE(has(part, "\"function\":\"waits_for\"")) << part;
  EXPECT_TRUE(has(part, "\"through\":\"gather\"")) << part;
  EXPECT_TRUE(has(part, "\"age_ns\":")) << part;
  EXPECT_TRUE(has(part, "\"cycles\":[]")) << part;
}

TEST_F(introspection, asks_several_loops) {
  const running_loop_with_tasks one;
  const running_loop_with_tasks other;
  const std::string answer = ask_for_tasks(introspection_path());
  EXPECT_TRUE(has(part_of(answer, *one.loop), "\"name\":\"waiting\"")) << answer;
  EXPECT_TRUE(has(part_of(answer, *other.loop), "\"name\":\"waiting\"")) << answer;
}

TEST_F(introspection, says_that_a_loop_is_busy_and_with_what) {
  const running_loop_with_tasks other;
  event_loop loop;
  loop.set_debug(true);
  std::string answer;
  std::string again;
  std::thread asks;
  loop.call_soon([&] {
    std::thread([&] {
      answer = ask_for_tasks(introspection_path());
      again = ask_for_tasks(introspection_path());
    }).join();
    loop.stop();
  });
  loop.run_forever();
  for (const std::string& one : {answer, again}) {
    const std::string part = part_of(one, loop);
    EXPECT_TRUE(has(part, "\"state\":\"busy\",\"executing\":\"<Handle created at ")) << part;
    EXPECT_TRUE(has(part, "\"executing_ns\":")) << part;
    EXPECT_TRUE(has(part_of(one, *other.loop), "\"state\":\"answered\"")) << one;
  }
}

TEST_F(introspection, says_that_a_loop_does_not_run) {
  event_loop loop;
  loop.set_debug(true);
  EXPECT_TRUE(has(part_of(ask_for_tasks(introspection_path()), loop), "\"state\":\"not running\"}"));
}

TEST_F(introspection, forgets_a_loop_that_is_gone) {
  std::string id;
  {
    event_loop loop;
    loop.set_debug(true);
    id = id_of(loop);
    EXPECT_TRUE(has(ask_for_tasks(introspection_path()), id));
  }
  EXPECT_FALSE(has(ask_for_tasks(introspection_path()), id));
}

TEST_F(introspection, survives_loops_that_end_while_they_are_asked) {
  std::atomic<bool> stop = false;
  std::thread asks([&] {
    while (!stop) ask_for_tasks(introspection_path());
  });
  for (int i = 0; i < 200; ++i) run(sleep(seconds(0)), {.debug = true});
  stop = true;
  asks.join();
}

TEST_F(introspection, refuses_what_is_no_request) {
  event_loop loop;
  loop.set_debug(true);
  const auto says = [](std::string_view line, std::string_view problem) {
    const std::string answer = ask_socket(introspection_path(), line);
    EXPECT_TRUE(has(answer, "\"error\":\"" + std::string(problem))) << line << answer;
  };
  says("\n", "the request is no JSON object");
  says("{\"version\":1,\"command\":\n", "the request is no JSON object");
  says("{\"version\":1,\"command\":\"tasks\"} x\n", "the request is no JSON object");
  says("{}\n", "this process speaks version 1 of the protocol");
  says("{\"version\":2,\"command\":\"tasks\"}\n", "this process speaks version 1 of the protocol");
  says("{\"version\":1,\"command\":\"kill\"}\n", "the command is not known; there is 'tasks'");
  EXPECT_TRUE(has(ask_socket(introspection_path(), " { \"version\" : 1 , \"x\" : \"y\", \"command\":\"tasks\" }\r\n"), "\"loops\":["));
  EXPECT_EQ(ask_socket(introspection_path(), std::string(5000, ' ')), "");
}

TEST_F(introspection, is_for_its_user_only) {
  event_loop loop;
  loop.set_debug(true);
  struct stat about {};
  ASSERT_EQ(::lstat(introspection_path().c_str(), &about), 0);
  EXPECT_TRUE(S_ISSOCK(about.st_mode));
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
  const std::string folder = introspection_path().substr(0, introspection_path().rfind('/'));
  ASSERT_EQ(::lstat(folder.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0700u);
  EXPECT_EQ(about.st_uid, ::geteuid());
}

// ---- other processes ---------------------------------------------------------------------------------------------------

// introspected_program, in a folder of its own, until this ends.
class other_process {
public:
  explicit other_process(const char* what, std::vector<std::string> variables = {}) {
    int input[2];
    int output[2];
    if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<char*> environment;
    for (std::string& one : variables) environment.push_back(one.data());
    environment.push_back(nullptr);
    pid = ::vfork();
    if (pid == 0) {
      ::dup2(input[0], 0);
      ::dup2(output[1], 1);
      ::execle(INTROSPECTED_PROGRAM, INTROSPECTED_PROGRAM, what, nullptr, environment.data());
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    char said[6] = {};
    for (std::size_t i = 0; i < sizeof said; ++i)
      if (::read(output[0], said + i, 1) != 1) break;
    EXPECT_EQ(std::string_view(said, 5), "ready");
    ::close(output[0]);
  }
  ~other_process() { end(); }

  int end() {
    if (input_ < 0) return -1;
    ::close(std::exchange(input_, -1));
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void kill() {
    ::kill(pid, SIGKILL);
    end();
  }

  pid_t pid = 0;

private:
  int input_ = -1;
};

class introspection_of_others : public introspection {
protected:
  introspection_of_others() {
    char made[] = "/tmp/coroguard-test-XXXXXX";
    folder = ::mkdtemp(made);
  }
  ~introspection_of_others() override { std::filesystem::remove_all(folder); }

  std::string in_runtime_folder() const { return "XDG_RUNTIME_DIR=" + folder; }
  std::string path_of(const other_process& one) const { return folder + "/coroguard/" + std::to_string(one.pid) + ".sock"; }

  std::string folder;
};

TEST_F(introspection_of_others, finds_the_socket_in_the_runtime_folder_until_they_end) {
  other_process other("plain", {in_runtime_folder()});
  EXPECT_TRUE(has(ask_for_tasks(path_of(other)), "\"name\":\"fetch-a\""));
  EXPECT_EQ(other.end(), 0);
  EXPECT_FALSE(std::filesystem::exists(path_of(other)));
}

TEST_F(introspection_of_others, finds_the_socket_in_tmp_without_a_runtime_folder) {
  other_process other("plain", {"XDG_RUNTIME_DIR=" + folder + "/missing"});
  const std::string path = "/tmp/coroguard-" + std::to_string(::geteuid()) + "/" + std::to_string(other.pid) + ".sock";
  EXPECT_TRUE(has(ask_for_tasks(path), "\"pid\":" + std::to_string(other.pid)));
}

TEST_F(introspection_of_others, finds_the_socket_where_they_were_told) {
  const std::string path = folder + "/chosen";
  {
    other_process other("plain", {"COROGUARD_SOCKET=" + path});
    EXPECT_TRUE(has(ask_for_tasks(path), "\"name\":\"fetch-a\""));
    // A second process with the same path gets none, and goes on without.
    other_process second("plain", {"COROGUARD_SOCKET=" + path});
    EXPECT_TRUE(has(ask_for_tasks(path), "\"pid\":" + std::to_string(other.pid)));
    EXPECT_EQ(second.end(), 0);
    EXPECT_TRUE(has(ask_for_tasks(path), "\"pid\":" + std::to_string(other.pid)));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(introspection_of_others, finds_none_when_they_were_told_so) {
  other_process other("plain", {"COROGUARD_SOCKET=off", in_runtime_folder()});
  EXPECT_FALSE(std::filesystem::exists(folder + "/coroguard"));
  EXPECT_EQ(other.end(), 0);
}

TEST_F(introspection_of_others, does_not_disturb_where_no_socket_can_be) {
  std::filesystem::create_symlink("/nowhere", folder + "/link");
  for (const std::string& path : {folder + "/missing/socket", folder + "/link", folder + "/" + std::string(200, 'x')}) {
    other_process other("plain", {"COROGUARD_SOCKET=" + path});
    EXPECT_EQ(other.end(), 0);
  }
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "/link"));
}

TEST_F(introspection_of_others, takes_the_place_of_processes_that_were_killed) {
  const std::string path = folder + "/chosen";
  other_process killed("plain", {"COROGUARD_SOCKET=" + path});
  killed.kill();
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(ask_for_tasks(path), "");
  other_process other("plain", {"COROGUARD_SOCKET=" + path});
  EXPECT_TRUE(has(ask_for_tasks(path), "\"pid\":" + std::to_string(other.pid)));
}

TEST_F(introspection_of_others, removes_what_killed_processes_left) {
  other_process killed("plain", {in_runtime_folder()});
  killed.kill();
  EXPECT_TRUE(std::filesystem::exists(path_of(killed)));
  other_process other("plain", {in_runtime_folder()});
  EXPECT_TRUE(has(ask_for_tasks(path_of(other)), "\"pid\":" + std::to_string(other.pid)));
  EXPECT_FALSE(std::filesystem::exists(path_of(killed)));
}

TEST_F(introspection_of_others, leaves_folders_of_other_users_alone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make one";
  std::filesystem::create_directory(folder + "/coroguard");
  ASSERT_EQ(::chown((folder + "/coroguard").c_str(), 65534, 65534), 0);
  other_process other("plain", {in_runtime_folder()});
  EXPECT_FALSE(std::filesystem::exists(path_of(other)));
  EXPECT_EQ(other.end(), 0);
}

TEST_F(introspection_of_others, closes_its_folder_to_others) {
  std::filesystem::create_directory(folder + "/coroguard");
  ASSERT_EQ(::chmod((folder + "/coroguard").c_str(), 0777), 0);
  other_process other("plain", {in_runtime_folder()});
  struct stat about {};
  ASSERT_EQ(::lstat((folder + "/coroguard").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0700u);
}

TEST_F(introspection_of_others, shows_circles) {
  other_process other("cycle", {in_runtime_folder()});
  EXPECT_TRUE(has(ask_for_tasks(path_of(other)), "\"cycles\":[[")) << ask_for_tasks(path_of(other));
}

// ---- fork --------------------------------------------------------------------------------------------------------------

#if !COROGUARD_THREAD_SANITIZER  // which forbids threads in a forked child
TEST_F(introspection, of_a_child_of_fork_is_its_own) {
  event_loop parents;
  parents.set_debug(true);
  const std::string path = introspection_path();
  ASSERT_FALSE(path.empty());
  int said[2];
  ASSERT_EQ(::pipe(said), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    int failed = introspection_path().empty() ? 0 : 1;
    std::string answer;
    {
      event_loop loop;
      loop.set_debug(true);
      std::thread asks;
      loop.call_soon([&] {
        asks = std::thread([&] {
          answer = ask_for_tasks(introspection_path());
          loop.call_soon_threadsafe([&] { loop.stop(); });
        });
      });
      loop.run_forever();
      asks.join();
    }
    if (introspection_path() == path || !has(answer, "\"pid\":" + std::to_string(::getpid()))) failed |= 2;
    if (!has(answer, "\"state\":\"answered\"")) failed |= 4;
    ::unlink(introspection_path().c_str());
    ::_exit(failed);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
  EXPECT_EQ(introspection_path(), path);
  EXPECT_TRUE(has(ask_for_tasks(path), "\"pid\":" + std::to_string(::getpid())));
}
#endif

}  // namespace
}  // namespace coroguard
