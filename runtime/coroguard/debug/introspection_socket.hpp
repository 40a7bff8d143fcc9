// The unix socket through which `coroguard ps` and `coroguard pstree` look into a process in debug mode.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// Where it is: $XDG_RUNTIME_DIR/coroguard/PID.sock, else /tmp/coroguard-UID/PID.sock; COROGUARD_SOCKET=PATH says another place,
// COROGUARD_SOCKET=off none. For the user of the process and for root only: the folder, the socket and the kernel's word about
// who connects all say so.
#pragma once

#include <string>
#include <string_view>

namespace coroguard {

// Opens it and answers each line with `answer` in a thread of its own, unless that was tried before in this process. Returns what
// went wrong, or nothing. The socket is removed when the process exits. Not by two threads at once.
std::string open_introspection_socket(std::string (*answer)(std::string_view line));
// True when it was tried in this process. Any thread.
bool has_introspection_socket() noexcept;
// In a child of fork: the socket is the parent's.
void forget_socket_of_parent() noexcept;
// Where this process listens; empty: it does not.
std::string introspection_path();

}  // namespace coroguard
