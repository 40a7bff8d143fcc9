// Reading from sockets, pipes and terminals, and writing to them, when they are blocking and not ready. A regular file is always
// ready.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "preload/interpose.hpp"
#include "preload/readiness.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(read, ssize_t(int, void*, std::size_t));
COROGUARD_NEXT_AS(__read_chk, ssize_t(int, void*, std::size_t, std::size_t), nullptr, "read");
COROGUARD_NEXT(readv, ssize_t(int, const iovec*, int));
COROGUARD_NEXT(write, ssize_t(int, const void*, std::size_t));
COROGUARD_NEXT(writev, ssize_t(int, const iovec*, int));
COROGUARD_NEXT(recv, ssize_t(int, void*, std::size_t, int));
COROGUARD_NEXT_AS(__recv_chk, ssize_t(int, void*, std::size_t, std::size_t, int), nullptr, "recv");
COROGUARD_NEXT(recvfrom, ssize_t(int, void*, std::size_t, int, sockaddr*, socklen_t*));
COROGUARD_NEXT_AS(__recvfrom_chk, ssize_t(int, void*, std::size_t, std::size_t, int, sockaddr*, socklen_t*), nullptr, "recvfrom");
COROGUARD_NEXT(recvmsg, ssize_t(int, msghdr*, int));
COROGUARD_NEXT(recvmmsg, int(int, mmsghdr*, unsigned, int, timespec*));
COROGUARD_NEXT(send, ssize_t(int, const void*, std::size_t, int));
COROGUARD_NEXT(sendto, ssize_t(int, const void*, std::size_t, int, const sockaddr*, socklen_t));
COROGUARD_NEXT(sendmsg, ssize_t(int, const msghdr*, int));
COROGUARD_NEXT(sendmmsg, int(int, mmsghdr*, unsigned, int));
COROGUARD_NEXT(sendfile, ssize_t(int, int, off_t*, std::size_t));
COROGUARD_NEXT_AS(sendfile64, ssize_t(int, int, off64_t*, std::size_t), nullptr, "sendfile");
COROGUARD_NEXT(accept, int(int, sockaddr*, socklen_t*));
COROGUARD_NEXT(accept4, int(int, sockaddr*, socklen_t*, int));
COROGUARD_NEXT(connect, int(int, const sockaddr*, socklen_t));

namespace {

bool waits_to_receive(int socket, int flags) { return (flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) == 0 && waits(socket, POLLIN); }
bool waits_to_send(int socket, int flags) { return (flags & MSG_DONTWAIT) == 0 && waits(socket, POLLOUT); }

// A stream to another host waits for its answer.
bool waits_to_connect(int socket, const sockaddr* to) {
  if (to == nullptr || (to->sa_family != AF_INET && to->sa_family != AF_INET6) || !is_blocking(socket)) return false;
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type != SOCK_DGRAM && type != SOCK_RAW;
}

}  // namespace

COROGUARD_EXPORT ssize_t read(int file, void* to, std::size_t size) {
  return call_if([&] { return size > 0 && waits(file, POLLIN); }, next_read, COROGUARD_CALLER, file, to, size);
}
COROGUARD_EXPORT ssize_t readv(int file, const iovec* to, int count) {
  return call_if([&] { return waits(file, POLLIN); }, next_readv, COROGUARD_CALLER, file, to, count);
}
COROGUARD_EXPORT ssize_t write(int file, const void* from, std::size_t size) {
  return call_if([&] { return size > 0 && waits(file, POLLOUT); }, next_write, COROGUARD_CALLER, file, from, size);
}
COROGUARD_EXPORT ssize_t writev(int file, const iovec* from, int count) {
  return call_if([&] { return waits(file, POLLOUT); }, next_writev, COROGUARD_CALLER, file, from, count);
}
COROGUARD_EXPORT ssize_t recv(int socket, void* to, std::size_t size, int flags) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next_recv, COROGUARD_CALLER, socket, to, size, flags);
}
COROGUARD_EXPORT ssize_t recvfrom(int socket, void* to, std::size_t size, int flags, sockaddr* from, socklen_t* from_size) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next_recvfrom, COROGUARD_CALLER, socket, to, size, flags, from,
                 from_size);
}
COROGUARD_EXPORT ssize_t recvmsg(int socket, msghdr* message, int flags) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next_recvmsg, COROGUARD_CALLER, socket, message, flags);
}
COROGUARD_EXPORT int recvmmsg(int socket, mmsghdr* messages, unsigned count, int flags, timespec* time) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next_recvmmsg, COROGUARD_CALLER, socket, messages, count, flags,
                 time);
}
COROGUARD_EXPORT ssize_t send(int socket, const void* from, std::size_t size, int flags) {
  return call_if([&] { return waits_to_send(socket, flags); }, next_send, COROGUARD_CALLER, socket, from, size, flags);
}
COROGUARD_EXPORT ssize_t sendto(int socket, const void* from, std::size_t size, int flags, const sockaddr* to, socklen_t to_size) {
  return call_if([&] { return waits_to_send(socket, flags); }, next_sendto, COROGUARD_CALLER, socket, from, size, flags, to, to_size);
}
COROGUARD_EXPORT ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  return call_if([&] { return waits_to_send(socket, flags); }, next_sendmsg, COROGUARD_CALLER, socket, message, flags);
}
COROGUARD_EXPORT int sendmmsg(int socket, mmsghdr* messages, unsigned count, int flags) {
  return call_if([&] { return waits_to_send(socket, flags); }, next_sendmmsg, COROGUARD_CALLER, socket, messages, count, flags);
}
COROGUARD_EXPORT ssize_t sendfile(int to, int from, off_t* at, std::size_t size) noexcept {
  return call_if([&] { return waits(to, POLLOUT); }, next_sendfile, COROGUARD_CALLER, to, from, at, size);
}
COROGUARD_EXPORT ssize_t sendfile64(int to, int from, off64_t* at, std::size_t size) noexcept {
  return call_if([&] { return waits(to, POLLOUT); }, next_sendfile64, COROGUARD_CALLER, to, from, at, size);
}
COROGUARD_EXPORT int accept(int socket, sockaddr* from, socklen_t* from_size) {
  return call_if([&] { return waits(socket, POLLIN); }, next_accept, COROGUARD_CALLER, socket, from, from_size);
}
COROGUARD_EXPORT int accept4(int socket, sockaddr* from, socklen_t* from_size, int flags) {
  return call_if([&] { return waits(socket, POLLIN); }, next_accept4, COROGUARD_CALLER, socket, from, from_size, flags);
}
COROGUARD_EXPORT int connect(int socket, const sockaddr* to, socklen_t size) {
  return call_if([&] { return waits_to_connect(socket, to); }, next_connect, COROGUARD_CALLER, socket, to, size);
}

// What _FORTIFY_SOURCE makes of the same calls.
COROGUARD_EXPORT ssize_t __read_chk(int file, void* to, std::size_t size, std::size_t room) {
  return call_if([&] { return size > 0 && waits(file, POLLIN); }, next___read_chk, COROGUARD_CALLER, file, to, size, room);
}
COROGUARD_EXPORT ssize_t __recv_chk(int socket, void* to, std::size_t size, std::size_t room, int flags) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next___recv_chk, COROGUARD_CALLER, socket, to, size, room, flags);
}
COROGUARD_EXPORT ssize_t __recvfrom_chk(int socket, void* to, std::size_t size, std::size_t room, int flags, sockaddr* from,
                                        socklen_t* from_size) {
  return call_if([&] { return waits_to_receive(socket, flags); }, next___recvfrom_chk, COROGUARD_CALLER, socket, to, size, room, flags,
                 from, from_size);
}
