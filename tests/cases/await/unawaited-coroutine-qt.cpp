// for: qt
// QCoro: eager tasks are let go in slots; lazy ones and operations are not.
#include <lib.h>

QCoro::Task<> refresh();
QCoro::LazyTask<int> prepare();

// --- Warn -----------------------------------------------------------------------------------------------------------

QCoro::Task<> drops(QTimer *timer, QThread *worker) {
  prepare();                       // warn: unawaited-coroutine "'prepare()' is never awaited; the coroutine body does not run"
  (void)prepare();                 // warn: unawaited-coroutine "'prepare()' is cast to void"
  qCoro(timer).waitForTimeout();   // warn: unawaited-coroutine "waitForTimeout()'"
  QCoro::moveToThread(worker);     // warn: unawaited-coroutine "'QCoro::moveToThread()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

QCoro::Task<> awaits(QTimer *timer, QThread *worker) {
  co_await refresh();
  co_await prepare();
  co_await qCoro(timer).waitForTimeout();
  co_await QCoro::moveToThread(worker);
}
class window : public QWidget {
  void reload() { refresh(); }
  void connects(QTimer *timer) {
    connect(timer, &QTimer::timeout, this, [] { refresh(); });
    connect(timer, &QTimer::timeout, this, []() -> QCoro::Task<> { co_await refresh(); });
    QTimer::singleShot(1, [] { refresh(); });
  }
};
