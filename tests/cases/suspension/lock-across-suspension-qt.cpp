// Guards and mutexes with names of their own: Qt's, Abseil's, and of Windows.
#include <coroutine>
#include <task.h>

using mock::lazy_task;
lazy_task<> work();
bool ready();

class QMutex {
public:
  void lock();
  bool tryLock();
  void unlock();
};
class QReadWriteLock {
public:
  void lockForRead();
  void lockForWrite();
  bool tryLockForRead();
  void unlock();
};
template <class Mutex = QMutex> class QMutexLocker {
public:
  explicit QMutexLocker(Mutex *);
  ~QMutexLocker();
  bool isLocked() const noexcept;
  void unlock() noexcept;
  void relock() noexcept;
};
class QReadLocker {
public:
  explicit QReadLocker(QReadWriteLock *);
  ~QReadLocker();
  void unlock();
  void relock();
};
class QSemaphoreReleaser {
public:
  explicit QSemaphoreReleaser(QMutex *);
  ~QSemaphoreReleaser();
};

QMutex mutex;
QReadWriteLock rw;

lazy_task<> locker() { QMutexLocker g(&mutex); co_await work(); }                // warn: lock-across-suspension "'g' holds 'mutex'"
lazy_task<> reader() { QReadLocker g(&rw); co_await work(); }                    // warn: lock-across-suspension "'g' holds 'rw'"
lazy_task<> by_hand() { mutex.lock(); co_await work(); mutex.unlock(); }         // warn: lock-across-suspension "'mutex' is locked"
lazy_task<> read() { rw.lockForRead(); co_await work(); rw.unlock(); }           // warn: lock-across-suspension "'rw' is locked"
lazy_task<> again() { QMutexLocker g(&mutex); g.unlock(); g.relock(); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> tried() { if (mutex.tryLock()) { co_await work(); mutex.unlock(); } } // warn: lock-across-suspension "'mutex'"
lazy_task<> unlocked() { QMutexLocker g(&mutex); g.unlock(); co_await work(); }
lazy_task<> not_tried() { if (!mutex.tryLock()) co_await work(); else mutex.unlock(); }
lazy_task<> read_before() { rw.lockForRead(); rw.unlock(); co_await work(); }
lazy_task<> nothing() { QMutexLocker<QMutex> g(nullptr); co_await work(); }
lazy_task<> no_lock() { QSemaphoreReleaser g(&mutex); co_await work(); }
lazy_task<> asks() {
  QMutexLocker g(&mutex);
  if (g.isLocked()) g.unlock();
  co_await work();
}

namespace absl {
class __attribute__((lockable)) Mutex {
public:
  void Lock() __attribute__((exclusive_lock_function()));
  void Unlock() __attribute__((unlock_function()));
  void ReaderLock();
  void ReaderUnlock();
  bool TryLock();
};
class __attribute__((scoped_lockable)) MutexLock {
public:
  explicit MutexLock(Mutex *);
  ~MutexLock();
};
class ReleasableMutexLock {
public:
  explicit ReleasableMutexLock(Mutex *);
  ~ReleasableMutexLock();
  void Release();
};
} // namespace absl
absl::Mutex am;
lazy_task<> absl_guard() { absl::MutexLock g(&am); co_await work(); }             // warn: lock-across-suspension "'g' holds 'am'"
lazy_task<> absl_by_hand() { am.Lock(); co_await work(); am.Unlock(); }           // warn: lock-across-suspension "'am' is locked"
lazy_task<> absl_reader() { am.ReaderLock(); co_await work(); am.ReaderUnlock(); } // warn: lock-across-suspension "'am' is locked"
lazy_task<> releasable() { absl::ReleasableMutexLock g(&am); co_await work(); }   // warn: lock-across-suspension "'g' holds 'am'"
lazy_task<> absl_released() { absl::ReleasableMutexLock g(&am); g.Release(); co_await work(); }
lazy_task<> absl_unlocked() { am.Lock(); am.Unlock(); co_await work(); }

struct CRITICAL_SECTION {};
extern "C++" void EnterCriticalSection(CRITICAL_SECTION *);
extern "C++" void LeaveCriticalSection(CRITICAL_SECTION *);
CRITICAL_SECTION cs;
lazy_task<> windows() { EnterCriticalSection(&cs); co_await work(); LeaveCriticalSection(&cs); } // warn: lock-across-suspension "'cs' is locked"
lazy_task<> windows_left() { EnterCriticalSection(&cs); LeaveCriticalSection(&cs); co_await work(); }
namespace winrt {
struct slim_mutex {
  void lock() noexcept;
  void unlock() noexcept;
};
class slim_lock_guard {
public:
  explicit slim_lock_guard(slim_mutex &) noexcept;
  ~slim_lock_guard() noexcept;
};
} // namespace winrt
winrt::slim_mutex sm;
lazy_task<> slim() { winrt::slim_lock_guard g(sm); co_await work(); } // warn: lock-across-suspension "'g' holds 'sm'"

/// A value behind a lock, with a proxy that no model names.
struct behind_lock {
  struct proxy {
    proxy(proxy &&);
    ~proxy();
    int &operator*();
    void unlock();
  };
  proxy rlock();
  proxy lock();
};
behind_lock value;
lazy_task<> proxied() { auto p = value.rlock(); co_await work(); } // warn: lock-across-suspension "'p' is locked"
lazy_task<> proxy_unlocked() { auto p = value.lock(); p.unlock(); co_await work(); }
lazy_task<> proxy_copied() { int n = *value.lock(); co_await work(); (void)n; }
