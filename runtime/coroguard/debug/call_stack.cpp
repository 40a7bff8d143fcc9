#include "coroguard/debug/call_stack.hpp"

#include <ucontext.h>
#include <unwind.h>

namespace coroguard {

namespace {

struct walk {
  call_stack& to;
  std::uintptr_t from;  // frames before this address are the handler's; 0: none are
};

_Unwind_Reason_Code visit(_Unwind_Context* frame, void* data) {
  walk& now = *static_cast<walk*>(data);
  int before_instruction = 0;
  const std::uintptr_t address = _Unwind_GetIPInfo(frame, &before_instruction);
  if (address == 0) return _URC_END_OF_STACK;
  if (now.from != 0) {
    if (address != now.from) return _URC_NO_REASON;
    now.from = 0;
  }
  if (now.to.depth == now.to.addresses.size()) return _URC_END_OF_STACK;
  // A return address may be that of the next function: what is meant is the call before it.
  now.to.addresses[now.to.depth++] = before_instruction != 0 ? address : address - 1;
  return _URC_NO_REASON;
}

std::uintptr_t interrupted_at(void* context) noexcept {
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return machine.pc;
#else
  (void)machine;
  return 0;
#endif
}

}  // namespace

call_stack current_call_stack() {
  call_stack stack;
  walk all{stack, 0};
  _Unwind_Backtrace(visit, &all);
  return stack;
}

void take_call_stack(call_stack& to, void* context) noexcept {
  to.depth = 0;
  walk now{to, interrupted_at(context)};
  _Unwind_Backtrace(visit, &now);
}

void take_call_stack_from(call_stack& to, void* caller) noexcept {
  to.depth = 0;
  walk now{to, reinterpret_cast<std::uintptr_t>(caller)};
  _Unwind_Backtrace(visit, &now);
  if (to.depth > 0) return;
  walk all{to, 0};
  _Unwind_Backtrace(visit, &all);
}

}  // namespace coroguard
