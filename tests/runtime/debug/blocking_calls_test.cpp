// Long because every call that blocks has a row here, and every call that only looks like one.
//
// blocking-call. Runs with libcoroguard-preload.so: by LD_PRELOAD as runtime_blocking_calls, and linked to it as
// runtime_blocking_calls_linked.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <coroguard/base/own_mutex.hpp>
#include <coroguard/runtime.hpp>
#include <functional>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

namespace coroguard {
namespace {

using namespace std::chrono_literals;

std::atomic<int> reported{0};
std::vector<std::thread> others;

// Does something in another thread once the call has been reported, which it is before it blocks; or after a while, when it is not.
void when_reported(std::function<void()> action) {
  others.emplace_back([action = std::move(action)] {
    for (int i = 0; i < 5000 && reported == 0; ++i) std::this_thread::sleep_for(1ms);
    action();
  });
}

class blocking_reports {
public:
  blocking_reports() {
    reported = 0;
    before_ = set_report_sink([this](const report& one) {
      if (one.rule != "blocking-call") return;
      const std::scoped_lock lock(mutex_);
      found_.push_back(one);
      ++reported;
    });
  }
  ~blocking_reports() { set_report_sink(std::move(before_)); }

  std::vector<report> take() {
    flush_reports();
    for (std::thread& other : others) other.join();
    others.clear();
    const std::scoped_lock lock(mutex_);
    return std::exchange(found_, {});
  }

private:
  std::mutex mutex_;
  std::vector<report> found_;
  report_sink before_;
};

coro<void> does(const std::function<void()>& action) {
  co_await sleep(0s);
  action();
}

std::vector<report> reports_of(const std::function<void()>& action) {
  blocking_reports reports;
  run(does(action), {.debug = true});
  return reports.take();
}

std::string texts(const std::vector<report>& found) {
  std::string all;
  for (const report& one : found) all += report_text(one) + "\n";
  return all;
}

// ---- what the rows use -------------------------------------------------------------------------------------------------

struct pair {
  explicit pair(bool full = false, int flags = 0) {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0, ends), 0);
    const std::string block(65536, 'x');
    if (full)
      while (::send(ends[0], block.data(), block.size(), MSG_DONTWAIT) > 0) {
      }
  }
  ~pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void put() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void drain() const {
    char room[65536];
    while (::recv(ends[1], room, sizeof room, MSG_DONTWAIT) > 0) {
    }
  }
  int operator*() const { return ends[0]; }
  int ends[2] = {-1, -1};
};
using shared_pair = std::shared_ptr<pair>;

// Something to read comes when the call has been reported.
shared_pair answers_later() {
  auto sockets = std::make_shared<pair>();
  when_reported([sockets] { sockets->put(); });
  return sockets;
}
shared_pair drained_later() {
  auto sockets = std::make_shared<pair>(true);
  when_reported([sockets] { sockets->drain(); });
  return sockets;
}
shared_pair answered() {
  auto sockets = std::make_shared<pair>();
  sockets->put();
  return sockets;
}

struct scratch_file {
  scratch_file() : file(::mkostemp(path, O_CLOEXEC)) {
    EXPECT_GE(file, 0);
    EXPECT_EQ(::pwrite(file, "0123456789", 10, 0), 10);
  }
  ~scratch_file() {
    ::close(file);
    ::unlink(path);
  }
  int operator*() const { return file; }
  char path[40] = "/tmp/coroguard-blocking-XXXXXX";
  int file;
};

pid_t child_that_ends_later() {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    ::close(ends[1]);
    [[maybe_unused]] const ssize_t got = ::read(ends[0], &byte, 1);
    ::_exit(0);
  }
  ::close(ends[0]);
  when_reported([end = ends[1]] { ::close(end); });
  return child;
}

pid_t child_that_has_ended() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t information{};
  while (::waitid(P_PID, static_cast<id_t>(child), &information, WEXITED | WNOWAIT | WNOHANG) == 0 && information.si_pid == 0)
    ::sched_yield();
  return child;
}

// A child has the file locked until the call has been reported.
template <class Lock>
void locked_by_a_child(int file, Lock lock) {
  int released[2];
  int locked[2];
  ASSERT_EQ(::pipe2(released, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(locked, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    ::close(released[1]);
    if (lock(file) != 0 || ::write(locked[1], "x", 1) != 1) ::_exit(1);
    [[maybe_unused]] const ssize_t got = ::read(released[0], &byte, 1);
    ::_exit(0);
  }
  pollfd one{locked[0], POLLIN, 0};
  while (::poll(&one, 1, 0) == 0) ::sched_yield();
  when_reported([end = released[1], child] {
    ::close(end);
    ::waitpid(child, nullptr, 0);
  });
}

struct listener {
  listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket, 5), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  }
  ~listener() { ::close(socket); }
  int call(int flags = 0) const {
    const int caller = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    const int connected = ::connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    EXPECT_TRUE(connected == 0 || errno == EINPROGRESS);
    return caller;
  }
  int socket;
  sockaddr_in address{};
};

// SIGALRM comes again and again while this lives: a call that waits for a signal ends.
struct alarms {
  explicit alarms(void (*handler)(int) = [](int) {}, suseconds_t every = 10'000) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGALRM, &action, &before);
    const itimerval timer{{0, every}, {0, every}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~alarms() {
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
  }
  struct sigaction before {};
};

sigset_t with_pending_signal() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::raise(SIGUSR1);
  return set;
}

constexpr timespec five_milliseconds{0, 5'000'000};

timespec soon(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  time.tv_nsec += 5'000'000;
  if (time.tv_nsec >= 1'000'000'000) {
    time.tv_nsec -= 1'000'000'000;
    ++time.tv_sec;
  }
  return time;
}

// Held by another thread until the call has been reported.
template <class Mutex>
std::shared_ptr<Mutex> held_elsewhere() {
  auto mutex = std::make_shared<Mutex>();
  auto held = std::make_shared<std::atomic<bool>>(false);
  others.emplace_back([mutex, held] {
    const std::unique_lock lock(*mutex);
    *held = true;
    for (int i = 0; i < 5000 && reported == 0; ++i) std::this_thread::sleep_for(1ms);
  });
  while (!*held) ::sched_yield();
  return mutex;
}

// ---- calls that block --------------------------------------------------------------------------------------------------

struct row {
  const char* name;
  const char* call;  // as it is reported; null: it is not
  std::function<void()> action;
};
void PrintTo(const row& one, std::ostream* to) { *to << one.name; }

char byte = 0;
iovec one_byte{&byte, 1};

const row sleeping[] = {
    {"nanosleep", "nanosleep", [] { ::nanosleep(&five_milliseconds, nullptr); }},
    {"clock_nanosleep", "clock_nanosleep", [] { ::clock_nanosleep(CLOCK_MONOTONIC, 0, &five_milliseconds, nullptr); }},
    {"clock_nanosleep_until", "clock_nanosleep",
     [] {
       const timespec end = soon(CLOCK_MONOTONIC);
       ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr);
     }},
    {"usleep", "usleep", [] { ::usleep(5000); }},
    {"sleep", "sleep",
     [] {
       const alarms wake_it;
       ::sleep(1);
     }},
    {"thrd_sleep", "thrd_sleep", [] { ::thrd_sleep(&five_milliseconds, nullptr); }},
    {"sleep_for", "nanosleep", [] { std::this_thread::sleep_for(5ms); }},
    {"pause", "pause",
     [] {
       const alarms wake_it;
       ::pause();
     }},
    {"sigwait", "sigwait",
     [] {
       const sigset_t set = with_pending_signal();
       int signal = 0;
       ::sigwait(&set, &signal);
     }},
    {"sigwaitinfo", "sigwaitinfo",
     [] {
       const sigset_t set = with_pending_signal();
       ::sigwaitinfo(&set, nullptr);
     }},
    {"sigtimedwait", "sigtimedwait",
     [] {
       const sigset_t set = with_pending_signal();
       ::sigtimedwait(&set, nullptr, &five_milliseconds);
     }},
};

const row files_and_names[] = {
    {"getaddrinfo", "getaddrinfo",
     [] {
       addrinfo* found = nullptr;
       if (::getaddrinfo("localhost", nullptr, nullptr, &found) == 0) ::freeaddrinfo(found);
     }},
    {"getnameinfo", "getnameinfo",
     [] {
       const sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
       char host[200];
       ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address, host, sizeof host, nullptr, 0, 0);
     }},
    {"gethostbyname", "gethostbyname", [] { ::gethostbyname("localhost"); }},
    {"fsync", "fsync", [] { EXPECT_EQ(::fsync(*scratch_file()), 0); }},
    {"fdatasync", "fdatasync", [] { EXPECT_EQ(::fdatasync(*scratch_file()), 0); }},
    {"msync", "msync",
     [] {
       const scratch_file file;
       void* const memory = ::mmap(nullptr, 10, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
       EXPECT_EQ(::msync(memory, 10, MS_SYNC), 0);
       ::munmap(memory, 10);
     }},
    {"flock", "flock",
     [] {
       const scratch_file file;
       const int other = ::open(file.path, O_RDWR | O_CLOEXEC);
       EXPECT_EQ(::flock(other, LOCK_EX), 0);
       when_reported([other] { ::close(other); });
       EXPECT_EQ(::flock(*file, LOCK_EX), 0);
     }},
    {"lockf", "lockf",
     [] {
       const scratch_file file;
       EXPECT_EQ(::lseek(*file, 0, SEEK_SET), 0);
       locked_by_a_child(*file, [](int locked) { return ::lockf(locked, F_LOCK, 10); });
       EXPECT_EQ(::lockf(*file, F_LOCK, 10), 0);
     }},
    {"fcntl", "fcntl",
     [] {
       const scratch_file file;
       static struct flock all {};
       all.l_type = F_WRLCK;
       locked_by_a_child(*file, [](int locked) { return ::fcntl(locked, F_SETLKW, &all); });
       EXPECT_EQ(::fcntl(*file, F_SETLKW, &all), 0);
     }},
};

const row processes[] = {
    {"system", "system", [] { EXPECT_EQ(::system("true"), 0); }},
    {"pclose", "pclose", [] { ::pclose(::popen("true", "r")); }},
    {"waitpid", "waitpid", [] { ::waitpid(child_that_ends_later(), nullptr, 0); }},
    {"wait", "wait", [] { child_that_ends_later(), ::wait(nullptr); }},
    {"wait3", "wait3", [] { child_that_ends_later(), ::wait3(nullptr, 0, nullptr); }},
    {"wait4", "wait4", [] { ::wait4(child_that_ends_later(), nullptr, 0, nullptr); }},
    {"waitid", "waitid",
     [] {
       siginfo_t information{};
       ::waitid(P_PID, static_cast<id_t>(child_that_ends_later()), &information, WEXITED);
     }},
};

const row polling[] = {
    {"poll", "poll",
     [] {
       const pair sockets;
       pollfd one{*sockets, POLLIN, 0};
       EXPECT_EQ(::poll(&one, 1, 5), 0);
     }},
    {"poll_as_sleep", "poll", [] { ::poll(nullptr, 0, 5); }},
    {"ppoll", "ppoll", [] { ::ppoll(nullptr, 0, &five_milliseconds, nullptr); }},
    {"select", "select",
     [] {
       const pair sockets;
       fd_set set;
       FD_ZERO(&set);
       FD_SET(*sockets, &set);
       timeval time{0, 5000};
       EXPECT_EQ(::select(*sockets + 1, &set, nullptr, nullptr, &time), 0);
     }},
    {"pselect", "pselect", [] { ::pselect(0, nullptr, nullptr, nullptr, &five_milliseconds, nullptr); }},
    {"epoll_wait", "epoll_wait",
     [] {
       const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
       epoll_event event{};
       EXPECT_EQ(::epoll_wait(epoll, &event, 1, 5), 0);
       ::close(epoll);
     }},
    {"epoll_pwait", "epoll_pwait",
     [] {
       const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
       epoll_event event{};
       EXPECT_EQ(::epoll_pwait(epoll, &event, 1, 5, nullptr), 0);
       ::close(epoll);
     }},
};

const row descriptors[] = {
    {"read", "read", [] { EXPECT_EQ(::read(**answers_later(), &byte, 1), 1); }},
    {"readv", "readv", [] { EXPECT_EQ(::readv(**answers_later(), &one_byte, 1), 1); }},
    {"recv", "recv", [] { EXPECT_EQ(::recv(**answers_later(), &byte, 1, 0), 1); }},
    {"recvfrom", "recvfrom",
     [] {
       sockaddr_storage from{};
       socklen_t size = sizeof from;
       EXPECT_EQ(::recvfrom(**answers_later(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size), 1);
     }},
    {"recvmsg", "recvmsg",
     [] {
       msghdr message{};
       message.msg_iov = &one_byte;
       message.msg_iovlen = 1;
       EXPECT_EQ(::recvmsg(**answers_later(), &message, 0), 1);
     }},
    {"recvmmsg", "recvmmsg",
     [] {
       mmsghdr message{};
       message.msg_hdr.msg_iov = &one_byte;
       message.msg_hdr.msg_iovlen = 1;
       EXPECT_EQ(::recvmmsg(**answers_later(), &message, 1, 0, nullptr), 1);
     }},
    {"write", "write", [] { EXPECT_EQ(::write(**drained_later(), &byte, 1), 1); }},
    {"writev", "writev", [] { EXPECT_EQ(::writev(**drained_later(), &one_byte, 1), 1); }},
    {"send", "send", [] { EXPECT_EQ(::send(**drained_later(), &byte, 1, MSG_NOSIGNAL), 1); }},
    {"sendto", "sendto", [] { EXPECT_EQ(::sendto(**drained_later(), &byte, 1, 0, nullptr, 0), 1); }},
    {"sendmsg", "sendmsg",
     [] {
       msghdr message{};
       message.msg_iov = &one_byte;
       message.msg_iovlen = 1;
       EXPECT_EQ(::sendmsg(**drained_later(), &message, 0), 1);
     }},
    {"accept", "accept",
     [] {
       auto listens = std::make_shared<listener>();
       when_reported([listens] { ::close(listens->call()); });
       ::close(::accept(listens->socket, nullptr, nullptr));
     }},
    {"accept4", "accept4",
     [] {
       auto listens = std::make_shared<listener>();
       when_reported([listens] { ::close(listens->call()); });
       ::close(::accept4(listens->socket, nullptr, nullptr, SOCK_CLOEXEC));
     }},
    {"connect", "connect", [] { ::close(listener().call()); }},
};

const row threads[] = {
    {"mutex", "pthread_mutex_lock",
     [] {
       const auto mutex = held_elsewhere<std::mutex>();
       const std::scoped_lock lock(*mutex);
     }},
    {"timed_mutex", "pthread_mutex_clocklock",
     [] {
       const auto mutex = held_elsewhere<std::timed_mutex>();
       if (mutex->try_lock_for(5s)) mutex->unlock();
     }},
    {"shared_mutex", "pthread_rwlock_wrlock",
     [] {
       const auto mutex = held_elsewhere<std::shared_mutex>();
       const std::scoped_lock lock(*mutex);
     }},
    {"shared_lock", "pthread_rwlock_rdlock",
     [] {
       const auto mutex = held_elsewhere<std::shared_mutex>();
       const std::shared_lock lock(*mutex);
     }},
    {"condition_wait_for", "pthread_cond_clockwait",
     [] {
       std::mutex mutex;
       std::condition_variable condition;
       std::unique_lock lock(mutex);
       condition.wait_for(lock, 5ms);
     }},
    {"pthread_cond_wait", "pthread_cond_wait",
     [] {
       static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
       static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
       static bool done;
       done = false;
       ::pthread_mutex_lock(&mutex);
       when_reported([] {
         ::pthread_mutex_lock(&mutex);
         done = true;
         ::pthread_cond_signal(&condition);
         ::pthread_mutex_unlock(&mutex);
       });
       while (!done) ::pthread_cond_wait(&condition, &mutex);
       ::pthread_mutex_unlock(&mutex);
     }},
    {"thread_join", "pthread_join", [] { std::thread([] { std::this_thread::sleep_for(5ms); }).join(); }},
    {"async_get", "futex",
     [] {
       std::promise<int> promise;
       std::future<int> result = promise.get_future();
       when_reported([promise = std::make_shared<std::promise<int>>(std::move(promise))] { promise->set_value(1); });
       EXPECT_EQ(result.get(), 1);
     }},
    {"atomic_wait", "futex",
     [] {
       auto value = std::make_shared<std::atomic<int>>(0);
       when_reported([value] {
         *value = 1;
         value->notify_all();
       });
       value->wait(0);
     }},
    {"sem_wait", "sem_wait",
     [] {
       static sem_t semaphore;
       ::sem_init(&semaphore, 0, 0);
       when_reported([] { ::sem_post(&semaphore); });
       while (::sem_wait(&semaphore) != 0) {
       }
     }},
    {"sem_timedwait", "sem_timedwait",
     [] {
       sem_t semaphore;
       ::sem_init(&semaphore, 0, 0);
       const timespec end = soon(CLOCK_REALTIME);
       ::sem_timedwait(&semaphore, &end);
     }},
};

// ---- calls that do not -------------------------------------------------------------------------------------------------

const row silent[] = {
    {"no_time_at_all", nullptr,
     [] {
       const timespec none{};
       ::nanosleep(&none, nullptr);
       ::usleep(0);
       ::sleep(0);
       timespec past = soon(CLOCK_MONOTONIC);
       past.tv_sec -= 1;
       ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, nullptr);
       std::this_thread::yield();
     }},
    {"polls_that_do_not_wait", nullptr,
     [] {
       const pair sockets;
       pollfd one{*sockets, POLLIN, 0};
       ::poll(&one, 1, 0);
       timespec none{};
       ::ppoll(&one, 1, &none, nullptr);
       timeval zero{};
       ::select(0, nullptr, nullptr, nullptr, &zero);
       ::pselect(0, nullptr, nullptr, nullptr, &none, nullptr);
     }},
    {"polls_of_what_is_ready", nullptr,
     [] {
       const shared_pair sockets = answered();
       pollfd one{**sockets, POLLIN, 0};
       EXPECT_EQ(::poll(&one, 1, -1), 1);
       fd_set set;
       FD_ZERO(&set);
       FD_SET(**sockets, &set);
       EXPECT_EQ(::select(**sockets + 1, &set, nullptr, nullptr, nullptr), 1);
       EXPECT_TRUE(FD_ISSET(**sockets, &set));
       const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
       epoll_event event{};
       event.events = EPOLLIN | EPOLLET;
       ::epoll_ctl(epoll, EPOLL_CTL_ADD, **sockets, &event);
       EXPECT_EQ(::epoll_wait(epoll, &event, 1, -1), 1);
       ::close(epoll);
     }},
    {"reading_what_is_there", nullptr,
     [] {
       EXPECT_EQ(::read(**answered(), &byte, 1), 1);
       EXPECT_EQ(::recv(**answered(), &byte, 1, 0), 1);
       const pair sockets;
       EXPECT_EQ(::write(*sockets, &byte, 1), 1);
       EXPECT_EQ(::send(*sockets, &byte, 1, 0), 1);
     }},
    {"non_blocking_descriptors", nullptr,
     [] {
       const pair empty(false, SOCK_NONBLOCK);
       EXPECT_EQ(::read(*empty, &byte, 1), -1);
       EXPECT_EQ(errno, EAGAIN);
       const pair full(true, SOCK_NONBLOCK);
       EXPECT_EQ(::write(*full, &byte, 1), -1);
       const pair blocking;
       EXPECT_EQ(::recv(*blocking, &byte, 1, MSG_DONTWAIT), -1);
       const listener listens;
       ::close(listens.call(SOCK_NONBLOCK));
       ::fcntl(listens.socket, F_SETFL, O_NONBLOCK);
       ::close(::accept(listens.socket, nullptr, nullptr));
     }},
    {"ends_of_streams", nullptr,
     [] {
       pair sockets;
       ::close(std::exchange(sockets.ends[1], -1));
       EXPECT_EQ(::read(*sockets, &byte, 1), 0);
     }},
    {"descriptors_that_are_none", nullptr,
     [] {
       EXPECT_EQ(::read(-1, &byte, 1), -1);
       EXPECT_EQ(errno, EBADF);
     }},
    {"regular_files", nullptr,
     [] {
       const scratch_file file;
       EXPECT_EQ(::write(*file, "x", 1), 1);
       EXPECT_EQ(::read(*file, &byte, 1), 1);
     }},
    {"datagrams_to_an_address", nullptr,
     [] {
       const listener listens;
       const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
       EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&listens.address), sizeof listens.address), 0);
       ::close(socket);
     }},
    {"addresses_in_figures", nullptr,
     [] {
       addrinfo* found = nullptr;
       EXPECT_EQ(::getaddrinfo("127.0.0.1", "80", nullptr, &found), 0);
       ::freeaddrinfo(found);
       EXPECT_EQ(::getaddrinfo(nullptr, "80", nullptr, &found), 0);
       ::freeaddrinfo(found);
     }},
    {"mutexes_that_are_free", nullptr,
     [] {
       std::mutex mutex;
       { const std::scoped_lock lock(mutex); }
       std::recursive_mutex again;
       const std::scoped_lock outer(again);
       const std::scoped_lock inner(again);
       std::shared_mutex shared;
       { const std::scoped_lock lock(shared); }
       const std::shared_lock lock(shared);
     }},
    {"results_that_are_there", nullptr,
     [] {
       std::promise<int> promise;
       promise.set_value(1);
       EXPECT_EQ(promise.get_future().get(), 1);
       std::atomic<int> value = 1;
       value.wait(0);
       sem_t semaphore;
       ::sem_init(&semaphore, 0, 1);
       EXPECT_EQ(::sem_wait(&semaphore), 0);
     }},
    {"children_that_have_ended", nullptr,
     [] {
       const pid_t first = child_that_has_ended();
       EXPECT_EQ(::waitpid(first, nullptr, 0), first);
       const pid_t second = child_that_has_ended();
       EXPECT_EQ(::waitpid(second, nullptr, WNOHANG), second);
       EXPECT_EQ(::waitpid(second, nullptr, 0), -1);
       EXPECT_EQ(errno, ECHILD);
     }},
    {"locks_on_files_that_are_free", nullptr,
     [] {
       const scratch_file file;
       EXPECT_EQ(::flock(*file, LOCK_EX), 0);
       EXPECT_EQ(::flock(*file, LOCK_UN), 0);
       EXPECT_EQ(::lockf(*file, F_LOCK, 0), 0);
       struct flock all {};
       all.l_type = F_WRLCK;
       EXPECT_EQ(::fcntl(*file, F_SETLKW, &all), 0);
       const int other = ::open(file.path, O_RDWR | O_CLOEXEC);
       EXPECT_EQ(::flock(*file, LOCK_EX), 0);
       EXPECT_EQ(::flock(other, LOCK_EX | LOCK_NB), -1);
       EXPECT_EQ(errno, EWOULDBLOCK);
       ::close(other);
     }},
    {"system_without_a_command", nullptr, [] { EXPECT_NE(::system(nullptr), 0); }},
    {"other_system_calls", nullptr, [] { EXPECT_EQ(::syscall(SYS_getpid), ::getpid()); }},
    {"other_threads", nullptr,
     [] { others.emplace_back([] { std::this_thread::sleep_for(5ms); }); }},
};

class call_that_blocks : public ::testing::TestWithParam<row> {};
class call_that_does_not : public ::testing::TestWithParam<row> {};

TEST_P(call_that_blocks, is_reported_once) {
  const std::vector<report> found = reports_of(GetParam().action);
  ASSERT_EQ(found.size(), 1u) << texts(found);
  const std::string expected = std::string("'") + GetParam().call + "' blocks the event loop's thread in <Task pending name='Task-";
  EXPECT_TRUE(found[0].message.starts_with(expected)) << found[0].message;
  EXPECT_EQ(found[0].await_chain.size(), 1u);
  EXPECT_GE(found[0].native_stack.size(), 4u);
}

TEST_P(call_that_does_not, is_silent) {
  const std::vector<report> found = reports_of(GetParam().action);
  EXPECT_TRUE(found.empty()) << texts(found);
}

const auto name_of_row = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(sleeping, call_that_blocks, ::testing::ValuesIn(sleeping), name_of_row);
INSTANTIATE_TEST_SUITE_P(files_and_names, call_that_blocks, ::testing::ValuesIn(files_and_names), name_of_row);
INSTANTIATE_TEST_SUITE_P(processes, call_that_blocks, ::testing::ValuesIn(processes), name_of_row);
INSTANTIATE_TEST_SUITE_P(polling, call_that_blocks, ::testing::ValuesIn(polling), name_of_row);
INSTANTIATE_TEST_SUITE_P(descriptors, call_that_blocks, ::testing::ValuesIn(descriptors), name_of_row);
INSTANTIATE_TEST_SUITE_P(threads, call_that_blocks, ::testing::ValuesIn(threads), name_of_row);
INSTANTIATE_TEST_SUITE_P(silent, call_that_does_not, ::testing::ValuesIn(silent), name_of_row);

// ---- the reports -------------------------------------------------------------------------------------------------------

std::atomic<int> naps_taken{0};

[[gnu::noinline]] void naps() {
  ::nanosleep(&five_milliseconds, nullptr);
  ++naps_taken;  // or the call would be a jump
}

coro<void> inner() {
  co_await sleep(0s);
  naps();
}
coro<void> outer() { co_await inner(); }

TEST(blocking_call, the_library_is_there) { ASSERT_NE(::dlsym(RTLD_DEFAULT, "coroguard_preload_set_hook"), nullptr); }

TEST(blocking_call, has_both_stacks_from_the_caller_on) {
  blocking_reports reports;
  run(outer(), {.debug = true});
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_TRUE(found[0].message.ends_with("blocking_calls_test.cpp:" + std::to_string(found[0].await_chain.back().at.line()) +
                                         ">>; no other task of the loop runs meanwhile"))
      << found[0].message;
  EXPECT_NE(found[0].message.find("coro=<outer() at "), std::string::npos) << found[0].message;
  EXPECT_NE(found[0].native_stack.front().module.find("runtime_blocking_calls"), std::string::npos) << texts(found);
  const bool under_sanitizer = found[0].native_stack.front().function.find("nanosleep") != std::string::npos;
  EXPECT_NE(found[0].native_stack[under_sanitizer ? 1 : 0].function.find("naps()"), std::string::npos) << texts(found);
  ASSERT_EQ(found[0].await_chain.size(), 2u);
  EXPECT_EQ(function_name(found[0].await_chain[0].function), "inner");
  EXPECT_NE(found[0].task, 0u);
  EXPECT_NE(found[0].loop, nullptr);
  EXPECT_EQ(found[0].level, log_level::warning);
}

TEST(blocking_call, of_a_callback_names_it) {
  blocking_reports reports;
  event_loop loop;
  loop.set_debug(true);
  loop.call_soon([] { naps(); });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].message.starts_with("'nanosleep' blocks the event loop's thread in <Handle created at ")) << found[0].message;
}

TEST(blocking_call, at_two_places_is_reported_twice) {
  const std::vector<report> found = reports_of([] {
    std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(1ms);
  });
  EXPECT_EQ(found.size(), 2u) << texts(found);
}

TEST(blocking_call, at_one_place_is_counted) {
  const std::vector<report> found = reports_of([] {
    for (int i = 0; i < 99; ++i) ::usleep(10);
  });
  ASSERT_EQ(found.size(), 2u) << texts(found);
  EXPECT_TRUE(found[0].notes.empty());
  ASSERT_EQ(found[1].notes.size(), 1u);
  EXPECT_EQ(found[1].notes[0], "suppressed 8 reports of calls from here");
}

TEST(blocking_call, of_more_places_than_the_hook_has_room_for) {
  const std::vector<report> found = reports_of([] {
    ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10);
    ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10), ::usleep(10);
  });
  EXPECT_GE(found.size(), 8u);
  EXPECT_LE(found.size(), 16u);
}

TEST(blocking_call, keeps_errno) {
  reports_of([] {
    const pair sockets;
    errno = 42;
    ::nanosleep(&five_milliseconds, nullptr);
    EXPECT_EQ(errno, 42);
    ::poll(nullptr, 0, 1);
    EXPECT_EQ(errno, 42);
    ::write(*sockets, "x", 1);
    EXPECT_EQ(errno, 42);
  });
}

// ---- where nobody cares ------------------------------------------------------------------------------------------------

TEST(blocking_call, outside_of_debug_mode_is_silent) {
  blocking_reports reports;
  run(outer(), {.debug = false});
  EXPECT_TRUE(reports.take().empty());
}

TEST(blocking_call, between_and_after_loops_is_silent) {
  blocking_reports reports;
  event_loop loop;
  loop.set_debug(true);
  loop.run_until_complete(sleep(0s));
  naps();
  loop.run_until_complete(sleep(0.01s));  // waits itself
  EXPECT_TRUE(reports.take().empty());
}

coro<void> offloads() { co_await get_running_loop().run_in_executor(nullptr, [] { naps(); }); }

TEST(blocking_call, in_an_executor_is_silent) {
  blocking_reports reports;
  run(offloads(), {.debug = true});
  const std::vector<report> found = reports.take();
  EXPECT_TRUE(found.empty()) << texts(found);
}

TEST(blocking_call, when_debug_mode_goes_off_and_on_again) {
  blocking_reports reports;
  event_loop loop;
  loop.call_soon([] { naps(); });
  loop.call_soon([&] { loop.set_debug(true); });
  loop.call_soon([&] {
    loop.set_debug(false);
    naps();
  });
  loop.call_soon([&] { loop.set_debug(true); });
  loop.call_later(0.01s, [&] {
    naps();
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(reports.take().size(), 1u);
}

TEST(blocking_call, in_a_child_of_fork_is_silent) {
  const std::vector<report> found = reports_of([] {
    const pid_t child = ::fork();
    if (child == 0) {
      set_report_sink([](const report&) { ::_exit(1); });
      naps();
      ::_exit(0);
    }
    const allow_blocking allowed("the child is what this test is about");
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  });
  EXPECT_TRUE(found.empty()) << texts(found);
}

TEST(blocking_call, in_two_loops_is_reported_by_both) {
  blocking_reports reports;
  std::thread other([] { run(outer(), {.debug = true}); });
  run(outer(), {.debug = true});
  other.join();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0].loop, found[1].loop);
}

// ---- allowances --------------------------------------------------------------------------------------------------------

TEST(allowed_blocking, is_silent_and_nests) {
  const std::vector<report> found = reports_of([] {
    const allow_blocking allowed("a test");
    naps();
    {
      const allow_blocking again("a test");
      naps();
    }
    naps();
  });
  EXPECT_TRUE(found.empty()) << texts(found);
}

TEST(allowed_blocking, ends_with_its_scope) {
  const std::vector<report> found = reports_of([] {
    { const allow_blocking allowed("a test"); }
    naps();
  });
  EXPECT_EQ(found.size(), 1u);
}

coro<void> allows_and_leaves(bool naps_after) {
  const allow_blocking allowed("until the co_await");
  naps();
  co_await sleep(0.005s);
  if (naps_after) naps();
}
coro<void> naps_meanwhile() {
  naps();
  co_return;
}
coro<void> both() {
  const task<void> first = get_running_loop().create_task(allows_and_leaves(false));
  const task<void> second = get_running_loop().create_task(naps_meanwhile());
  co_await first;
  co_await second;
}

TEST(allowed_blocking, does_not_reach_other_tasks) {
  blocking_reports reports;
  run(both(), {.debug = true});
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("naps_meanwhile"), std::string::npos);
}

TEST(allowed_blocking, does_not_reach_beyond_a_suspension) {
  blocking_reports reports;
  run(allows_and_leaves(true), {.debug = true});
  EXPECT_EQ(reports.take().size(), 1u);
}

TEST(allowed_blocking, outside_of_loops_does_nothing) {
  const allow_blocking outside("a test");
  EXPECT_EQ(reports_of([] { naps(); }).size(), 1u);
}

// ---- awkward places ----------------------------------------------------------------------------------------------------

TEST(blocking_call, in_signal_handlers_that_interrupt_malloc) {
  static std::atomic<int> handled;
  handled = 0;
  const std::vector<report> found = reports_of([] {
    const alarms often([](int) { ++handled, ::poll(nullptr, 0, 1); }, 3000);
    const auto end = std::chrono::steady_clock::now() + 200ms;
    while (std::chrono::steady_clock::now() < end || handled < 10) std::vector<std::string>(20, std::string(100, 'x'));
  });
  EXPECT_GE(found.size(), 1u);
  for (const report& one : found) EXPECT_TRUE(one.message.starts_with("'poll' ")) << one.message;
}

// A worker of a pool that is preempted with the pool's lock is nothing that the callback can help.
TEST(blocking_call, at_locks_of_the_library_itself_is_silent) {
  own_mutex lock;
  const auto take_it_while_it_is_held = [&](std::chrono::milliseconds limit, auto take) {
    return reports_of([&] {
      std::atomic<bool> held{false};
      others.emplace_back([&] {
        const std::scoped_lock holds(lock);
        held = true;
        for (auto waited = 0ms; waited < limit && reported == 0; ++waited) std::this_thread::sleep_for(1ms);
      });
      while (!held) std::this_thread::yield();
      take();
    });
  };
  EXPECT_EQ(texts(take_it_while_it_is_held(20ms, [&] { const std::scoped_lock mine(lock); })), "");
  EXPECT_EQ(take_it_while_it_is_held(5s, [&] { const std::unique_lock<std::mutex> a_users(lock); }).size(), 1u);
}
TEST(blocking_call, while_the_library_waits_for_itself_is_silent) {
  const auto wait_for_another_thread = [](std::chrono::milliseconds limit) {
    std::atomic<int> made{0};
    std::jthread maker([&] {
      for (auto waited = 0ms; waited < limit && reported == 0; ++waited) std::this_thread::sleep_for(1ms);
      made = 1;
      made.notify_one();
    });
    made.wait(0);
    const allow_blocking allowed("the end of the test");
    maker.join();
  };
  EXPECT_EQ(texts(reports_of([&] {
              const own_wait waiting;
              wait_for_another_thread(20ms);
            })),
            "");
  const std::vector<report> afterwards = reports_of([&] {
    { const own_wait waiting; }
    wait_for_another_thread(5s);
  });
  ASSERT_EQ(afterwards.size(), 1u) << texts(afterwards);
  EXPECT_TRUE(afterwards[0].message.starts_with("'futex' ")) << afterwards[0].message;
}

// The hook's way to a mutex is another than libc's: it must be as good.
TEST(blocking_call, keeps_mutexes_exclusive) {
  long count = 0;
  const std::vector<report> found = reports_of([&] {
    std::vector<std::thread> busy;
    std::mutex mutex;
    const auto add = [&] {
      for (int i = 0; i < 20'000; ++i) {
        const std::scoped_lock lock(mutex);
        ++count;
      }
    };
    for (int i = 0; i < 3; ++i) busy.emplace_back(add);
    add();
    const allow_blocking allowed("the end of the test");
    for (std::thread& one : busy) one.join();
  });
  EXPECT_EQ(count, 80'000);
  for (const report& one : found) EXPECT_TRUE(one.message.starts_with("'pthread_mutex_lock' ")) << one.message;
}

}  // namespace
}  // namespace coroguard
