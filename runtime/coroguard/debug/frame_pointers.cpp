#include <link.h>
#include <pthread.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

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

// Where the program and its libraries have code.
struct code_ranges {
  unsigned long long changes = 0;  // of the set of libraries, when this was read
  std::vector<range> ranges;       // sorted
};

int read_changes(dl_phdr_info* module, std::size_t, void* to) {
  *static_cast<unsigned long long*>(to) = module->dlpi_adds + module->dlpi_subs;
  return 1;
}

int add_code(dl_phdr_info* module, std::size_t, void* to) {
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = module->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    const std::uintptr_t begin = module->dlpi_addr + header.p_vaddr;
    static_cast<code_ranges*>(to)->ranges.push_back({begin, begin + header.p_memsz});
  }
  return 0;
}

bool is_code(std::uintptr_t address) {
  thread_local code_ranges known;
  unsigned long long changes = 0;
  ::dl_iterate_phdr(read_changes, &changes);
  if (changes != known.changes) {
    known = {changes, {}};
    ::dl_iterate_phdr(add_code, &known);
    std::ranges::sort(known.ranges, {}, &range::begin);
  }
  const auto after = std::ranges::upper_bound(known.ranges, address, {}, &range::begin);
  // With room for the longest call before it.
  return after != known.ranges.begin() && (after - 1)->has(address) && (after - 1)->has(address - 8);
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
