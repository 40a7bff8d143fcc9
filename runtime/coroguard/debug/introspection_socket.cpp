#include "coroguard/debug/introspection_socket.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "coroguard/base/fork_safe_mutex.hpp"

namespace coroguard {

namespace {

using answer_function = std::string (*)(std::string_view line);
using std::chrono::steady_clock;

// A descriptor, closed with this.
class descriptor {
public:
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }

private:
  int fd_;
};

// What this process has. Never destroyed.
struct state {
  fork_safe_mutex mutex;  // of `path`
  std::string path;
  int listener = -1;
  std::atomic<pid_t> tried_by{0};
};
state& the_state() {
  static auto* const only = new state;
  return *only;
}

std::string error_text(const std::string& what) { return what + ": " + std::strerror(errno); }

// ---- where -----------------------------------------------------------------------------------------------------------

// Makes the folder if need be. Empty when it is this user's and nobody else can write there.
std::string claim_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return error_text(path);
  const descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat about {};
  if (!folder || ::fstat(folder.get(), &about) != 0) return error_text(path);
  if (about.st_uid != ::geteuid()) return path + " belongs to another user";
  if ((about.st_mode & 077) != 0 && ::fchmod(folder.get(), 0700) != 0) return error_text(path);
  return "";
}

bool fill(sockaddr_un& address, const std::string& path) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  return true;
}

bool is_socket(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode);
}

// A socket that nobody listens at: its process has ended without removing it.
bool is_stale(const std::string& path) {
  sockaddr_un address;
  if (!is_socket(path) || !fill(address, path)) return false;
  const descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
}

// What processes left that were killed. Those that live may be about to listen.
void remove_stale_sockets(const std::string& folder) {
  DIR* const entries = ::opendir(folder.c_str());
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries)) {
    char* end = nullptr;
    const long pid = std::strtol(entry->d_name, &end, 10);
    if (pid <= 0 || std::strcmp(end, ".sock") != 0 || ::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH) continue;
    if (const std::string path = folder + "/" + entry->d_name; is_stale(path)) ::unlink(path.c_str());
  }
  ::closedir(entries);
}

// ---- opening ---------------------------------------------------------------------------------------------------------

// The listening descriptor, or -1 and a problem.
int listen_at(const std::string& path, std::string& problem) {
  sockaddr_un address;
  if (!fill(address, path)) {
    problem = path + ": the path is too long for a socket";
    return -1;
  }
  descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (is_stale(path)) ::unlink(path.c_str());
  // The mode of the descriptor becomes that of the file: there is no moment in which others could connect.
  if (!listener || ::fchmod(listener.get(), 0600) != 0 ||
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener.get(), 8) != 0) {
    problem = error_text(path);
    return -1;
  }
  return listener.release();
}

struct place {
  std::string path;    // empty: none
  std::string folder;  // of sockets of all processes; empty when the user chose the path
};

place find_place(std::string& problem) {
  if (const char* chosen = ::secure_getenv("COROGUARD_SOCKET"); chosen != nullptr && *chosen != '\0') {
    if (std::strcmp(chosen, "off") == 0) return {};
    return {chosen, ""};
  }
  const std::string name = "/" + std::to_string(::getpid()) + ".sock";
  if (const char* runtime = ::secure_getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime == '/') {
    const std::string folder = std::string(runtime) + "/coroguard";
    if (claim_folder(folder).empty()) return {folder + name, folder};
  }
  const std::string folder = "/tmp/coroguard-" + std::to_string(::geteuid());
  problem = claim_folder(folder);
  return problem.empty() ? place{folder + name, folder} : place{};
}

// Not in a child of fork, which leaves through exit as well.
void remove_own_socket() noexcept {
  if (the_state().tried_by != ::getpid()) return;
  const std::scoped_lock lock(the_state().mutex);
  if (!the_state().path.empty()) ::unlink(the_state().path.c_str());
  the_state().path.clear();
}

// ---- answering -------------------------------------------------------------------------------------------------------

bool is_ready(int fd, short event, steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
  pollfd wanted{fd, event, 0};
  return left > 0 && ::poll(&wanted, 1, static_cast<int>(left)) > 0;
}

bool may_ask(int client) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == ::geteuid() || peer.uid == 0);
}

std::optional<std::string> read_line(int client) {
  constexpr std::size_t longest = 4096;
  const auto deadline = steady_clock::now() + std::chrono::seconds(1);
  std::string line;
  while (line.size() < longest && is_ready(client, POLLIN, deadline)) {
    char bytes[512];
    const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
    if (got <= 0) return std::nullopt;
    line.append(bytes, static_cast<std::size_t>(got));
    if (const std::size_t end = line.find('\n'); end != line.npos) return line.substr(0, end);
  }
  return std::nullopt;
}

void send_all(int client, std::string_view text) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  while (!text.empty() && is_ready(client, POLLOUT, deadline)) {
    const ssize_t sent = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return;
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void serve(int listener, answer_function answer) {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "coroguard-ps");
  for (;;) {
    const descriptor client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) {
      if (errno == EBADF || errno == EINVAL) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // no descriptors are left: others may close some
      continue;
    }
    if (!may_ask(client.get())) continue;
    try {
      if (const std::optional<std::string> line = read_line(client.get())) send_all(client.get(), answer(*line) + "\n");
    } catch (...) {  // no memory: no answer
    }
  }
}

// Signals are blocked from its beginning: one that the program waits for must not come here.
void start_thread(int listener, const std::string& folder, answer_function answer) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  struct scope {
    const sigset_t& before;
    ~scope() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  } const ends{before};
  std::thread([=] {
    if (!folder.empty()) remove_stale_sockets(folder);
    serve(listener, answer);
  }).detach();
}

}  // namespace

std::string open_introspection_socket(answer_function answer) {
  state& mine = the_state();
  if (mine.tried_by.exchange(::getpid()) == ::getpid()) return "";
  std::string problem;
  const place where = find_place(problem);
  if (where.path.empty()) return problem;
  const int listener = listen_at(where.path, problem);
  if (listener < 0) return problem;
  {
    const std::scoped_lock lock(mine.mutex);
    mine.path = where.path;
    mine.listener = listener;
  }
  static const int removed_at_exit = std::atexit(remove_own_socket);
  (void)removed_at_exit;
  try {
    start_thread(listener, where.folder, answer);
  } catch (const std::exception& error) {
    remove_own_socket();
    ::close(listener);
    return error.what();
  }
  return "";
}

bool has_introspection_socket() noexcept { return the_state().tried_by.load(std::memory_order_relaxed) == ::getpid(); }

void forget_socket_of_parent() noexcept {
  state& parents = the_state();
  if (parents.listener >= 0) ::close(std::exchange(parents.listener, -1));
  parents.path.clear();
}

std::string introspection_path() {
  const std::scoped_lock lock(the_state().mutex);
  return the_state().path;
}

}  // namespace coroguard
