// Finds the socket of a process in debug mode and asks it. The places are those of
// runtime/coroguard/debug/introspection_socket.hpp.
#include "tool/inspect/process_tasks.h"
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace coroguard {
namespace {

using std::chrono::steady_clock;

const std::string startWithDebug = "start it with COROGUARD_DEBUG=1, or ask for debug mode in run() or set_debug()";

class Descriptor {
public:
  explicit Descriptor(int fd) : fd(fd) {}
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
  Descriptor(const Descriptor &) = delete;
  int get() const { return fd; }

private:
  int fd;
};

/// What the process was started with; empty when that cannot be read.
std::map<std::string, std::string> environmentOf(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  std::map<std::string, std::string> variables;
  for (std::string line; std::getline(file, line, '\0');)
    if (std::size_t equals = line.find('='); equals != line.npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  return variables;
}

std::vector<std::string> placesOf(int pid, uid_t user, const std::map<std::string, std::string> &environment) {
  std::string name = "/coroguard/" + std::to_string(pid) + ".sock";
  std::vector<std::string> places;
  if (auto chosen = environment.find("COROGUARD_SOCKET"); chosen != environment.end() && !chosen->second.empty()) {
    std::error_code error;
    places.push_back(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd", error) / chosen->second);
    return places;
  }
  if (auto theirs = environment.find("XDG_RUNTIME_DIR"); theirs != environment.end()) places.push_back(theirs->second + name);
  if (const char *ours = std::getenv("XDG_RUNTIME_DIR")) places.push_back(ours + name);
  places.push_back("/run/user/" + std::to_string(user) + name);
  places.push_back("/tmp/coroguard-" + std::to_string(user) + "/" + std::to_string(pid) + ".sock");
  return places;
}

/// -1, or a connection. With a pid: only to that process, whatever name the socket has.
int connectTo(const std::string &path, std::optional<int> pid) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  path.copy(address.sun_path, path.size());
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  timeval limit{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); // connecting, too, can wait: for a stopped process
  ucred peer{};
  socklen_t size = sizeof peer;
  if (connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 &&
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (!pid || peer.pid == *pid))
    return fd;
  close(fd);
  return -1;
}

/// The answer without its end of line; empty when there is none in time.
std::string ask(int fd) {
  const std::string_view request = "{\"version\":1,\"command\":\"tasks\"}\n";
  std::string answer;
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return answer;
  const auto deadline = steady_clock::now() + std::chrono::seconds(10);
  while (answer.empty() || answer.back() != '\n') {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    pollfd wanted{fd, POLLIN, 0};
    char bytes[1 << 16];
    if (left <= 0 || poll(&wanted, 1, static_cast<int>(left)) <= 0) return "";
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) return "";
    answer.append(bytes, static_cast<std::size_t>(got));
  }
  answer.pop_back();
  return answer;
}

bool isStopped(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::size_t end = text.rfind(')'); // of the program's name, which may have any
  return end != text.npos && end + 2 < text.size() && (text[end + 2] == 'T' || text[end + 2] == 't');
}

/// Why the process cannot be asked at all; nothing when it may be.
std::optional<Problem> refusal(int pid, struct stat &about, const std::map<std::string, std::string> &environment) {
  const std::string process = "process " + std::to_string(pid);
  if (pid <= 0 || stat(("/proc/" + std::to_string(pid)).c_str(), &about) != 0)
    return Problem{{}, "there is no " + process, "give the id of a running process"};
  if (about.st_uid != geteuid() && geteuid() != 0)
    return Problem{{}, process + " belongs to another user", "run this as that user or as root"};
  if (isStopped(pid)) return Problem{{}, process + " is stopped", "'kill -CONT " + std::to_string(pid) + "' lets it go on"};
  if (auto chosen = environment.find("COROGUARD_SOCKET"); chosen != environment.end() && chosen->second == "off")
    return Problem{{}, process + " was started with COROGUARD_SOCKET=off", "start it without that"};
  return std::nullopt;
}

} // namespace

std::optional<ProcessTasks> askProcess(int pid, const std::string &socket, std::vector<Problem> &problems) {
  const std::string process = "process " + std::to_string(pid);
  const std::map<std::string, std::string> environment = environmentOf(pid);
  struct stat about {};
  if (std::optional<Problem> refused = refusal(pid, about, environment); refused && socket.empty()) {
    problems.push_back(*refused);
    return std::nullopt;
  }
  const std::vector<std::string> places = socket.empty() ? placesOf(pid, about.st_uid, environment) : std::vector{socket};
  int connected = -1;
  for (const std::string &place : places)
    if (connected < 0) connected = connectTo(place, socket.empty() ? std::optional(pid) : std::nullopt);
  const Descriptor connection(connected);
  if (connected < 0) {
    problems.push_back(socket.empty() ? Problem{{}, process + " has no loop in debug mode", startWithDebug}
                                      : Problem{{socket}, "nobody listens here", startWithDebug + " and COROGUARD_SOCKET=" + socket});
    return std::nullopt;
  }
  const std::string answer = ask(connected);
  if (answer.empty()) {
    problems.push_back({{}, process + " does not answer", "it may be ending, or the machine is very busy: try again"});
    return std::nullopt;
  }
  std::string problem;
  std::optional<ProcessTasks> tasks = readTasks(answer, problem);
  if (!tasks) problems.push_back({{}, process + ": " + problem, "use the coroguard that its runtime came with"});
  return tasks;
}

} // namespace coroguard
