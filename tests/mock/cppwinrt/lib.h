// Names and shapes of C++/WinRT, WIL and the Windows API as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <functional>

extern "C" {
void Sleep(unsigned long milliseconds);
unsigned long WaitForSingleObject(void *handle, unsigned long milliseconds);
int CopyFileW(const wchar_t *, const wchar_t *, int);
}

namespace winrt {

struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception() noexcept;
    void return_void();
  };
};

struct switch_awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
[[nodiscard]] switch_awaiter resume_background();
struct apartment_context {
  apartment_context();
};
switch_awaiter operator co_await(const apartment_context &);

namespace impl {
template <class D> struct consume_Windows_Foundation_IAsyncAction {
  void get() const;
};
template <class D> struct consume_Windows_System_IDispatcherQueue {
  bool TryEnqueue(std::function<void()>) const;
};
} // namespace impl

namespace Windows::Foundation {
struct IAsyncAction : impl::consume_Windows_Foundation_IAsyncAction<IAsyncAction> {
  struct promise_type {
    IAsyncAction get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception() noexcept;
    void return_void();
  };
};
switch_awaiter operator co_await(const IAsyncAction &);
} // namespace Windows::Foundation

namespace Windows::System {
struct DispatcherQueue : impl::consume_Windows_System_IDispatcherQueue<DispatcherQueue> {};
} // namespace Windows::System
[[nodiscard]] switch_awaiter resume_foreground(const Windows::System::DispatcherQueue &);

} // namespace winrt

using winrt::Windows::Foundation::IAsyncAction;
using winrt::Windows::System::DispatcherQueue;
