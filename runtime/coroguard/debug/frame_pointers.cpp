#include <dlfcn.h>
#include <link.h>
#include <pthread.h>

#include <cstring>
#include <mutex>
#include <span>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/debug/call_stack.hpp"

namespace coroguard {

namespace {

struct range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool has(std::uintptr_t address) const noexcept { return address >= begin && address < end; }
};

range find_stack() noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return {};
  void* begin = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &begin, &size);
  ::pthread_attr_destroy(&attributes);
  const auto lowest = reinterpret_cast<std::uintptr_t>(begin);
  return {lowest, lowest + size};
}

constexpr std::uintptr_t longest_call = 8;  // in bytes, rounded up

// Whether it lies in code, with room for a call before it. `bias` is what the addresses of the headers are relative to.
bool is_in_code(std::uintptr_t address, std::uintptr_t bias, std::span<const ElfW(Phdr)> headers) noexcept {
  for (const ElfW(Phdr)& header : headers) {
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    const range code{bias + header.p_vaddr, bias + header.p_vaddr + header.p_memsz};
    if (code.has(address) && code.has(address - longest_call)) return true;
  }
  return false;
}

// Asks the loader under its lock, which a child of fork would inherit.
bool is_code_by_list(std::uintptr_t address) noexcept {
  struct search {
    std::uintptr_t address;
    bool found = false;
  } now{address};
  const own_wait waiting;
  static auto* const loader = new fork_safe_mutex;
  const std::scoped_lock lock(*loader);
  const auto look = [](dl_phdr_info* module, std::size_t, void* data) {
    search& to = *static_cast<search*>(data);
    to.found = is_in_code(to.address, module->dlpi_addr, {module->dlpi_phdr, module->dlpi_phnum});
    return to.found ? 1 : 0;
  };
  ::dl_iterate_phdr(look, &now);
  return now.found;
}

// Without a lock, where the loader can be asked so: glibc 2.35 and later.
bool is_code(std::uintptr_t address) noexcept {
#if defined(DLFO_STRUCT_HAS_EH_DBASE)
  dl_find_object module;
  if (::_dl_find_object(reinterpret_cast<void*>(address), &module) != 0) return false;
  const auto* const begin = static_cast<const char*>(module.dlfo_map_start);
  const auto* const header = reinterpret_cast<const ElfW(Ehdr)*>(begin);
  // What the linker puts there, unless it was told not to.
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) == 0)
    return is_in_code(address, module.dlfo_link_map->l_addr,
                      {reinterpret_cast<const ElfW(Phdr)*>(begin + header->e_phoff), header->e_phnum});
#endif
  return is_code_by_list(address);
}

// A function pointer or a vtable that lies on the stack is an address in code as well; but no call stands before it.
bool follows_a_call(std::uintptr_t address) noexcept {
#if defined(__x86_64__)
  const auto* const at = reinterpret_cast<const unsigned char*>(address);
  if (at[-5] == 0xe8) return true;  // call rel32
  for (int length = 2; length <= 7; ++length)  // call through a register or memory
    if (at[-length] == 0xff && (at[-length + 1] & 0x38) == 0x10) return true;
  return false;
#else
  (void)address;
  return true;
#endif
}

}  // namespace

[[gnu::noinline]] std::size_t walk_frame_pointers(std::uintptr_t* to, std::size_t most, void* first) noexcept {
  thread_local const range stack = find_stack();
  std::size_t count = 0;
  if (first != nullptr && count < most) to[count++] = reinterpret_cast<std::uintptr_t>(first) - 1;
  const auto* frame = static_cast<const std::uintptr_t*>(__builtin_frame_address(0));
  bool seen_first = first == nullptr;
  const std::size_t alone = count;
  while (count < most && stack.has(reinterpret_cast<std::uintptr_t>(frame)) && stack.has(reinterpret_cast<std::uintptr_t>(frame + 2) - 1)) {
    const auto* const next = reinterpret_cast<const std::uintptr_t*>(frame[0]);
    const std::uintptr_t address = frame[1];
    if (!is_code(address) || !follows_a_call(address)) break;
    // What lies between here and the first call is ours.
    if (seen_first) to[count++] = address - 1;
    if (address == reinterpret_cast<std::uintptr_t>(first)) seen_first = true;
    if (next <= frame || reinterpret_cast<std::uintptr_t>(next) % alignof(std::uintptr_t) != 0) break;
    frame = next;
  }
  return seen_first ? count : alone;
}

}  // namespace coroguard
