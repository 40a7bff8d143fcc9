// for: cppwinrt
// Operations run by themselves; thread switches do not.
#include <lib.h>

IAsyncAction save();
winrt::fire_and_forget update();

// --- Warn -----------------------------------------------------------------------------------------------------------

winrt::fire_and_forget drops(DispatcherQueue queue) {
  winrt::resume_background();       // warn: unawaited-coroutine "'winrt::resume_background()' is never awaited"
  winrt::resume_foreground(queue);  // warn: unawaited-coroutine "'winrt::resume_foreground()' is never awaited"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

IAsyncAction runs_by_itself(DispatcherQueue queue) {
  save();
  update();
  (void)save();
  co_await save();
  co_await winrt::resume_background();
  co_await winrt::resume_foreground(queue);
}
