// Looking up the names of hosts. An address in figures needs no looking up.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(getaddrinfo, int(const char*, const char*, const addrinfo*, addrinfo**));
COROGUARD_NEXT(getnameinfo, int(const sockaddr*, socklen_t, char*, socklen_t, char*, socklen_t, int));
COROGUARD_NEXT(gethostbyname, hostent*(const char*));
COROGUARD_NEXT(gethostbyname2, hostent*(const char*, int));
COROGUARD_NEXT(gethostbyaddr, hostent*(const void*, socklen_t, int));
COROGUARD_NEXT(gethostbyname_r, int(const char*, hostent*, char*, std::size_t, hostent**, int*));
COROGUARD_NEXT(gethostbyname2_r, int(const char*, int, hostent*, char*, std::size_t, hostent**, int*));
COROGUARD_NEXT(gethostbyaddr_r, int(const void*, socklen_t, int, hostent*, char*, std::size_t, hostent**, int*));

namespace {

bool is_a_name(const char* host) {
  in6_addr address;
  return host != nullptr && ::inet_pton(AF_INET, host, &address) != 1 && ::inet_pton(AF_INET6, host, &address) != 1;
}

}  // namespace

COROGUARD_EXPORT int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  return call_if([&] { return is_a_name(host) && (hints == nullptr || (hints->ai_flags & AI_NUMERICHOST) == 0); }, next_getaddrinfo,
                 COROGUARD_CALLER, host, service, hints, found);
}
COROGUARD_EXPORT int getnameinfo(const sockaddr* address, socklen_t size, char* host, socklen_t host_size, char* service,
                                 socklen_t service_size, int flags) {
  return call_if([&] { return host != nullptr && host_size > 0 && (flags & NI_NUMERICHOST) == 0; }, next_getnameinfo,
                 COROGUARD_CALLER, address, size, host, host_size, service, service_size, flags);
}
COROGUARD_EXPORT hostent* gethostbyname(const char* host) {
  return call_if([&] { return is_a_name(host); }, next_gethostbyname, COROGUARD_CALLER, host);
}
COROGUARD_EXPORT hostent* gethostbyname2(const char* host, int family) {
  return call_if([&] { return is_a_name(host); }, next_gethostbyname2, COROGUARD_CALLER, host, family);
}
COROGUARD_EXPORT hostent* gethostbyaddr(const void* address, socklen_t size, int family) {
  return call(next_gethostbyaddr, COROGUARD_CALLER, address, size, family);
}
COROGUARD_EXPORT int gethostbyname_r(const char* host, hostent* entry, char* room, std::size_t size, hostent** found, int* error) {
  return call_if([&] { return is_a_name(host); }, next_gethostbyname_r, COROGUARD_CALLER, host, entry, room, size, found, error);
}
COROGUARD_EXPORT int gethostbyname2_r(const char* host, int family, hostent* entry, char* room, std::size_t size, hostent** found,
                                      int* error) {
  return call_if([&] { return is_a_name(host); }, next_gethostbyname2_r, COROGUARD_CALLER, host, family, entry, room, size, found,
                 error);
}
COROGUARD_EXPORT int gethostbyaddr_r(const void* address, socklen_t size, int family, hostent* entry, char* room, std::size_t room_size,
                                     hostent** found, int* error) {
  return call(next_gethostbyaddr_r, COROGUARD_CALLER, address, size, family, entry, room, room_size, found, error);
}
