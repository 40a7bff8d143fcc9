// for: qt
// Coroutines of QCoro, timers, and work that has threads of its own.
#include <lib.h>

QFuture<int> compute();
QCoro::Task<> refresh();

// --- Warn -----------------------------------------------------------------------------------------------------------

QCoro::Task<> in_coroutine(QProcess &process, QSqlQuery &query, QThread *worker) {
  QThread::msleep(100);             // warn: blocking-call "'QThread::msleep'"
  process.waitForFinished();        // warn: blocking-call "'QProcess::waitForFinished'"
  query.exec("");                   // warn: blocking-call "'QSqlQuery::exec'"
  worker->wait();                   // warn: blocking-call "'QThread::wait'"
  compute().waitForFinished();      // warn: blocking-wait "'QFuture::waitForFinished'"
  QCoro::waitFor(refresh());        // warn: blocking-wait "'QCoro::waitFor'"
  co_return;
}
void in_timer() {
  QTimer::singleShot(1, [] { QThread::msleep(100); }); // warn: blocking-call "'QThread::msleep'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

QCoro::Task<> short_and_elsewhere(QProcess &process, QThread *worker) {
  QThread::msleep(0);
  QtConcurrent::run([] {
    QThread::msleep(100);
    return 1;
  });
  process.start("");
  co_await QCoro::moveToThread(worker);
  QThread::msleep(100);
}
// A slot runs on the thread of its receiver, which may be a worker's.
class worker : public QObject {
  void connects(QTimer *timer) {
    connect(timer, &QTimer::timeout, this, [] { QThread::msleep(100); });
  }
};
