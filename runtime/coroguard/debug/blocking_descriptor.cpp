// What blocks although the selector said that it is ready, and so is reported unless it has O_NONBLOCK:
//   sockets        a connection that was reset before accept, a datagram whose checksum is wrong, a send that does not fit
//   pipes, FIFOs   another process or thread was quicker to read; a write that does not fit
//   eventfd, timerfd, signalfd, inotify   for reading: another thread was quicker, or the timer was set again meanwhile
// What does not, or is not ours to change, is not reported:
//   terminals      what they are open with is shared with the shell: O_NONBLOCK would be set for it, too
//   epoll, pidfd   they are waited for and not read
//   an eventfd, timerfd or signalfd for writing
#include "coroguard/debug/blocking_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

constexpr std::size_t most_at_a_place = 5;  // a server that accepts thousands of connections makes one mistake

struct descriptor_kind {
  std::string_view name;  // empty: it does not block
  std::string_view why;
};

// "eventfd" of "anon_inode:[eventfd]"
std::string anonymous_name(int fd) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  char target[128];
  const ssize_t length = ::readlink(path, target, sizeof target);
  if (length <= 0) return "";
  const std::string_view text(target, static_cast<std::size_t>(length));
  const std::size_t colon = text.find(':');
  if (!text.starts_with("anon_inode") || colon == text.npos) return "";
  std::string name(text.substr(colon + 1));
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return name;
}

descriptor_kind kind_of(int fd, bool for_reading) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return {};
  if (S_ISSOCK(about.st_mode))
    return {"socket", for_reading ? "accept and recv block when what was there is gone: a reset connection, a bad checksum"
                                  : "send blocks until all of it fits"};
  if (S_ISFIFO(about.st_mode))
    return {"pipe", for_reading ? "read blocks when another reader was quicker, and in a loop that reads until nothing is left"
                                : "write blocks until all of it fits"};
  if (S_ISCHR(about.st_mode) || S_ISREG(about.st_mode) || S_ISDIR(about.st_mode) || !for_reading) return {};
  const std::string name = anonymous_name(fd);
  constexpr std::string_view quicker = "read blocks when another thread was quicker to read it";
  if (name == "eventfd") return {"eventfd", quicker};
  if (name == "timerfd") return {"timerfd", "read blocks when the timer was set again, or read by another thread, meanwhile"};
  if (name == "signalfd") return {"signalfd", "read blocks when the signal was taken by another thread meanwhile"};
  if (name == "inotify") return {"inotify", quicker};
  return {};
}

}  // namespace

void blocking_descriptors::descriptor_added(int fd, bool for_reading, std::source_location where) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_NONBLOCK) != 0) return;
  const descriptor_kind kind = kind_of(fd, for_reading);
  if (kind.name.empty()) return;
  std::set<int>& told = reported_[{where.file_name(), where.line()}];
  if (told.size() >= most_at_a_place || !told.insert(fd).second) return;
  report found{.rule = "blocking-descriptor", .loop = &loop_};
  const std::string number = std::to_string(fd);
  found.message = "the " + std::string(kind.name) + " must be non-blocking: descriptor " + number + " was given to add_" +
                  (for_reading ? "reader" : "writer") + " at " + where.file_name() + ":" + std::to_string(where.line());
  found.notes.push_back(std::string(kind.why) + ", and with it the loop");
  found.notes.push_back("fcntl(" + number + ", F_SETFL, fcntl(" + number + ", F_GETFL) | O_NONBLOCK), or the flag when it is made");
  emit(std::move(found));
}

}  // namespace coroguard
