// Calls that wait for another thread. Mutexes and the like count when they are not free within a millisecond: most are held for
// much less, and a program is full of them.
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

// Of conditions there are two kinds; the older is of no use to anybody.
#define COROGUARD_CONDITION_VERSION "GLIBC_2.3.2"

COROGUARD_NEXT(pthread_mutex_lock, int(pthread_mutex_t*));
COROGUARD_NEXT(pthread_mutex_trylock, int(pthread_mutex_t*));
COROGUARD_NEXT(pthread_mutex_timedlock, int(pthread_mutex_t*, const timespec*));
COROGUARD_NEXT(pthread_mutex_clocklock, int(pthread_mutex_t*, clockid_t, const timespec*));
COROGUARD_NEXT(pthread_rwlock_rdlock, int(pthread_rwlock_t*));
COROGUARD_NEXT(pthread_rwlock_wrlock, int(pthread_rwlock_t*));
COROGUARD_NEXT(pthread_rwlock_tryrdlock, int(pthread_rwlock_t*));
COROGUARD_NEXT(pthread_rwlock_trywrlock, int(pthread_rwlock_t*));
COROGUARD_NEXT(pthread_rwlock_timedrdlock, int(pthread_rwlock_t*, const timespec*));
COROGUARD_NEXT(pthread_rwlock_timedwrlock, int(pthread_rwlock_t*, const timespec*));
COROGUARD_NEXT(pthread_rwlock_clockrdlock, int(pthread_rwlock_t*, clockid_t, const timespec*));
COROGUARD_NEXT(pthread_rwlock_clockwrlock, int(pthread_rwlock_t*, clockid_t, const timespec*));
COROGUARD_NEXT_AS(pthread_cond_wait, int(pthread_cond_t*, pthread_mutex_t*), COROGUARD_CONDITION_VERSION, "pthread_cond_wait");
COROGUARD_NEXT_AS(pthread_cond_timedwait, int(pthread_cond_t*, pthread_mutex_t*, const timespec*), COROGUARD_CONDITION_VERSION,
                  "pthread_cond_timedwait");
COROGUARD_NEXT(pthread_cond_clockwait, int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*));
COROGUARD_NEXT(pthread_join, int(pthread_t, void**));
COROGUARD_NEXT(pthread_timedjoin_np, int(pthread_t, void**, const timespec*));
COROGUARD_NEXT(pthread_clockjoin_np, int(pthread_t, void**, clockid_t, const timespec*));
COROGUARD_NEXT(thrd_join, int(thrd_t, int*));
COROGUARD_NEXT(sem_wait, int(sem_t*));
COROGUARD_NEXT(sem_trywait, int(sem_t*));
COROGUARD_NEXT(sem_timedwait, int(sem_t*, const timespec*));
COROGUARD_NEXT(sem_clockwait, int(sem_t*, clockid_t, const timespec*));

namespace {

timespec in_a_millisecond() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += 1'000'000;
  if (time.tv_nsec >= 1'000'000'000) {
    time.tv_nsec -= 1'000'000'000;
    ++time.tv_sec;
  }
  return time;
}

template <class Lock>
[[gnu::noinline]] int lock_soon(next<int(Lock*)>& lock, next<int(Lock*)>& try_lock, next<int(Lock*, const timespec*)>& timed_lock, void* caller,
              Lock* which) {
  const int tried = try_lock(which);
  if (tried != EBUSY && tried != EAGAIN) return tried;
  const timespec end = in_a_millisecond();
  if (const int soon = timed_lock(which, &end); soon != ETIMEDOUT) return soon;
  const blocks scope(lock.known_as(), caller);
  return lock(which);
}

// Who asks for a lock with a time has thought of waiting: it counts at once.
template <class Lock, class... Arguments, class... Time>
[[gnu::noinline]] int lock_until(next<int(Lock*, Arguments...)>& lock, next<int(Lock*)>& try_lock, void* caller, Lock* which, Time... time) {
  const int tried = try_lock(which);
  if (tried != EBUSY && tried != EAGAIN) return tried;
  const blocks scope(lock.known_as(), caller);
  return lock(which, time...);
}

// False: it was taken. sem_trywait says so in errno, which is kept.
bool must_wait(sem_t* semaphore) {
  const int error = errno;
  if (next_sem_trywait(semaphore) == 0) return false;
  errno = error;
  return true;
}

}  // namespace

COROGUARD_EXPORT int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (!is_watched()) [[likely]]
    return next_pthread_mutex_lock(mutex);
  return lock_soon(next_pthread_mutex_lock, next_pthread_mutex_trylock, next_pthread_mutex_timedlock, COROGUARD_CALLER, mutex);
}
COROGUARD_EXPORT int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_mutex_timedlock(mutex, time);
  return lock_until(next_pthread_mutex_timedlock, next_pthread_mutex_trylock, COROGUARD_CALLER, mutex, time);
}
COROGUARD_EXPORT int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_mutex_clocklock(mutex, clock, time);
  return lock_until(next_pthread_mutex_clocklock, next_pthread_mutex_trylock, COROGUARD_CALLER, mutex, clock, time);
}

COROGUARD_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  if (!is_watched()) return next_pthread_rwlock_rdlock(lock);
  return lock_soon(next_pthread_rwlock_rdlock, next_pthread_rwlock_tryrdlock, next_pthread_rwlock_timedrdlock, COROGUARD_CALLER, lock);
}
COROGUARD_EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  if (!is_watched()) return next_pthread_rwlock_wrlock(lock);
  return lock_soon(next_pthread_rwlock_wrlock, next_pthread_rwlock_trywrlock, next_pthread_rwlock_timedwrlock, COROGUARD_CALLER, lock);
}
COROGUARD_EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_rwlock_timedrdlock(lock, time);
  return lock_until(next_pthread_rwlock_timedrdlock, next_pthread_rwlock_tryrdlock, COROGUARD_CALLER, lock, time);
}
COROGUARD_EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_rwlock_timedwrlock(lock, time);
  return lock_until(next_pthread_rwlock_timedwrlock, next_pthread_rwlock_trywrlock, COROGUARD_CALLER, lock, time);
}
COROGUARD_EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_rwlock_clockrdlock(lock, clock, time);
  return lock_until(next_pthread_rwlock_clockrdlock, next_pthread_rwlock_tryrdlock, COROGUARD_CALLER, lock, clock, time);
}
COROGUARD_EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* time) noexcept {
  if (!is_watched()) return next_pthread_rwlock_clockwrlock(lock, clock, time);
  return lock_until(next_pthread_rwlock_clockwrlock, next_pthread_rwlock_trywrlock, COROGUARD_CALLER, lock, clock, time);
}

// There is no way to try: whoever calls these has looked, and found that it must wait.
COROGUARD_EXPORT int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return call(next_pthread_cond_wait, COROGUARD_CALLER, condition, mutex);
}
COROGUARD_EXPORT int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* time) {
  return call(next_pthread_cond_timedwait, COROGUARD_CALLER, condition, mutex, time);
}
COROGUARD_EXPORT int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                            const timespec* time) {
  return call(next_pthread_cond_clockwait, COROGUARD_CALLER, condition, mutex, clock, time);
}

// Whether the thread has ended already is a matter of luck.
COROGUARD_EXPORT int pthread_join(pthread_t thread, void** result) { return call(next_pthread_join, COROGUARD_CALLER, thread, result); }
COROGUARD_EXPORT int pthread_timedjoin_np(pthread_t thread, void** result, const timespec* time) {
  return call(next_pthread_timedjoin_np, COROGUARD_CALLER, thread, result, time);
}
COROGUARD_EXPORT int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock, const timespec* time) {
  return call(next_pthread_clockjoin_np, COROGUARD_CALLER, thread, result, clock, time);
}
COROGUARD_EXPORT int thrd_join(thrd_t thread, int* result) { return call(next_thrd_join, COROGUARD_CALLER, thread, result); }

COROGUARD_EXPORT int sem_wait(sem_t* semaphore) {
  if (!is_watched()) return next_sem_wait(semaphore);
  if (!must_wait(semaphore)) return 0;
  const blocks scope("sem_wait", COROGUARD_CALLER);
  return next_sem_wait(semaphore);
}
COROGUARD_EXPORT int sem_timedwait(sem_t* semaphore, const timespec* time) {
  if (!is_watched()) return next_sem_timedwait(semaphore, time);
  if (!must_wait(semaphore)) return 0;
  const blocks scope("sem_timedwait", COROGUARD_CALLER);
  return next_sem_timedwait(semaphore, time);
}
COROGUARD_EXPORT int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* time) {
  if (!is_watched()) return next_sem_clockwait(semaphore, clock, time);
  if (!must_wait(semaphore)) return 0;
  const blocks scope("sem_clockwait", COROGUARD_CALLER);
  return next_sem_clockwait(semaphore, clock, time);
}
