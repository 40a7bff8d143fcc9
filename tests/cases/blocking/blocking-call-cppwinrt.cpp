// for: cppwinrt
// From the thread of the user interface to the pool and back.
#include <lib.h>

IAsyncAction save();

// --- Warn -----------------------------------------------------------------------------------------------------------

winrt::fire_and_forget there_and_back(DispatcherQueue queue, void *event) {
  winrt::apartment_context ui;
  Sleep(10);                          // warn: blocking-call "'Sleep' blocks"
  co_await winrt::resume_background();
  Sleep(10);
  CopyFileW(L"a", L"b", 0);
  co_await winrt::resume_foreground(queue);
  Sleep(10);                          // warn: blocking-call "'Sleep' blocks"
  co_await winrt::resume_background();
  WaitForSingleObject(event, 1000);
  co_await ui;
  WaitForSingleObject(event, 1000);   // warn: blocking-call "'WaitForSingleObject' blocks"
  save().get();                       // warn: blocking-wait "get'"
}
void enqueued(DispatcherQueue queue) {
  queue.TryEnqueue([] { Sleep(10); }); // warn: blocking-call "'Sleep' blocks"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

winrt::fire_and_forget polls(void *event) {
  WaitForSingleObject(event, 0);
  Sleep(0);
  co_await save();
}
void plain() { save().get(); }
