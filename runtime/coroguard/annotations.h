/* What coroguard cannot see, said in the code: which function waits, which object belongs to one thread, what may be
 * dropped. Clang, and so coroguard and clang-tidy, keeps each annotation in its syntax tree; for every other compiler
 * the macros are empty. None changes the program. C and C++, no other header is needed.
 *
 * Each stands where a standard attribute of the declaration stands: in front of a function, behind `class` or `struct`,
 * behind the brackets of a lambda (C++23, before that Clang calls it an extension):
 *
 *   COROGUARD_BLOCKING("it waits for the disk") void flush(int fd);
 *   class COROGUARD_LOOP_BOUND timer { ... };
 *
 * An annotation counts for every redeclaration and for overriding functions, and wins over every model.
 */
#ifndef COROGUARD_ANNOTATIONS_H
#define COROGUARD_ANNOTATIONS_H

#if defined(__clang__) && defined(__cplusplus) && __cplusplus >= 201103L
#define COROGUARD_DETAIL_ANNOTATE(word) [[clang::annotate("coroguard::" word)]]
#define COROGUARD_DETAIL_ANNOTATE_WHY(word, why) [[clang::annotate("coroguard::" word, why)]]
#elif defined(__clang__)
#define COROGUARD_DETAIL_ANNOTATE(word) __attribute__((annotate("coroguard::" word)))
#define COROGUARD_DETAIL_ANNOTATE_WHY(word, why) __attribute__((annotate("coroguard::" word, why)))
#else
#define COROGUARD_DETAIL_ANNOTATE(word)
#define COROGUARD_DETAIL_ANNOTATE_WHY(word, why)
#endif

/* Function: the calling thread may sleep in it. `why` is a string that completes "because ...": "it waits for the disk".
 * Read by blocking-call, here and in everything that calls it. */
#define COROGUARD_BLOCKING(why) COROGUARD_DETAIL_ANNOTATE_WHY("blocking", why)

/* Function: it does not make its caller wait, whatever its body seems to say. Ends every chain of blocking-call. */
#define COROGUARD_NEVER_BLOCKS COROGUARD_DETAIL_ANNOTATE("never_blocks")

/* Class: its objects may be used only on the thread (or strand) of their event loop. Read by wrong-thread-call,
 * affinity-lost, cross-thread-capture and loop-call-in-signal-handler. */
#define COROGUARD_LOOP_BOUND COROGUARD_DETAIL_ANNOTATE("loop_bound")

/* Member function of a loop-bound class: any thread may call it. */
#define COROGUARD_ANY_THREAD COROGUARD_DETAIL_ANNOTATE("any_thread")

/* Class: its objects may not travel to another thread or shard, not even as a copy (a reference count that is not
 * atomic). Read by cross-thread-capture. */
#define COROGUARD_THREAD_BOUND COROGUARD_DETAIL_ANNOTATE("thread_bound")

/* Function: it runs the callables or tasks that it is given on another thread, where blocking is fine.
 * An awaiter's await_suspend: awaiting it is meant to continue on another thread (foreign-thread-resume). */
#define COROGUARD_OFFLOAD COROGUARD_DETAIL_ANNOTATE("offload")

/* Function: it runs the callables that it is given on another event loop's thread, where nothing is shared with the
 * caller (a shard). Read by cross-thread-capture. */
#define COROGUARD_OTHER_LOOP COROGUARD_DETAIL_ANNOTATE("other_loop")

/* Function: it takes over the callables or tasks that it is given; they run later, on a thread nobody knows. */
#define COROGUARD_SINK COROGUARD_DETAIL_ANNOTATE("sink")

/* Function whose result is awaited: the coroutine goes on on a thread of a pool, where blocking is fine; or on its event
 * loop's thread. Read by affinity-lost and blocking-call. */
#define COROGUARD_RESUMES_ON_POOL COROGUARD_DETAIL_ANNOTATE("resumes_on_pool")
#define COROGUARD_RESUMES_ON_LOOP COROGUARD_DETAIL_ANNOTATE("resumes_on_loop")

/* Class: a task that must be awaited, even when it has been started. Read by unawaited-coroutine. */
#define COROGUARD_MUST_AWAIT COROGUARD_DETAIL_ANNOTATE("must_await")

/* Class: a task that may be dropped on purpose; its work goes on. */
#define COROGUARD_FIRE_AND_FORGET COROGUARD_DETAIL_ANNOTATE("fire_and_forget")

#endif
