// What libraries mean, as typed and validated values. A model is data: one YAML file per library, readable as a list.
// No Clang here: lookup.h joins these names with declarations.
#pragma once
#include "diagnostic.h"
#include "language/coroutine.h" // Start
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// Properties of every entry. A name is qualified, without template arguments and inline namespaces, and may end in
/// "::*" (every member or everything in the namespace, at any depth).
struct ModelEntry {
  std::string name;
  std::string why;      // a clause that completes "because it ..."; appears in notes and docs
  std::string since;    // version of the library that introduced it; may be empty
  Location declaredAt;  // in the model file
};

/// An entry that is a function. Conditions choose among the overloads of the name; of several entries with one name
/// the first that applies is taken. Copy and move constructors are never meant.
struct FunctionEntry : ModelEntry {
  unsigned minParameters = 0; // declared parameters (default arguments count) that the overload must have at least
  std::optional<unsigned> maxParameters; // and at most
  bool hasCLinkage = false;   // a C++ function of that name is another one
  std::string takes;          // qualified class that one of the parameters must have; empty: any overload
};

/// Key `task_types`: what happens when a value of the type is dropped. Structure (promise_type, initial_suspend)
/// already says that it is a task; the model adds what structure cannot.
struct TaskType : ModelEntry {
  Start start = Start::Unknown;
  enum class Drop { Error, Allowed } drop = Drop::Error; // Allowed: dropping detaches on purpose
  enum class Awaits { Unknown, Once, Many } awaits = Awaits::Unknown; // Many: a shared task
  bool byAttribute = false; // the user's own words about this class, which no guess weakens
  std::string detachedBy; // a class: a function with a parameter of it makes a task that may be dropped
  bool onLoopOnly = false; // key `loop_only`: only an event loop's thread can make one
  std::string startedBehind; // a class: a coroutine with a parameter of it starts on the executor that is the next one
};

/// Key `blocking_calls`: the calling thread may sleep in it.
struct BlockingCall : FunctionEntry {
  std::string family;  // sleep, process, file, filesystem, network, dns, sync, stdin, database, http, cpu, and
                       // wait: until a task or future is complete (rule blocking-wait)
  std::string instead; // what to use in loop code; may be empty
  std::optional<unsigned> unlessZero; // index of a time-out argument: a constant zero there means it does not wait
  std::optional<unsigned> onlyZero;   // index of a flags argument: it surely waits only when that is a constant zero
  std::string madeBy; // of a destructor: it waits only for objects that this function made (std::async)
  std::vector<std::string> disarmedBy; // of a destructor: members after whose call it does not wait (detach, join)
  bool unlessDefault = false;          // of a destructor: a default-constructed object has nothing to wait for
  std::vector<std::string> onlyObject; // variables: it waits only for one of these, the object or the first argument
  std::string unlessNamed; // a macro or enumerator: with it in an argument the call does not wait (MSG_DONTWAIT)
};

/// Key `loop_bound`: a class whose objects may be used only on their event loop's thread (or strand).
struct LoopBoundType : ModelEntry {
  std::vector<std::string> safeMembers; // key `thread_safe`: members that any thread may call
  bool isHandle = false;                // key `handle`: a copy stands for the same object, as a copied pointer does
};

/// Key `loop_bound_calls`: a free function that uses the loop-bound object given as this argument.
struct LoopBoundCall : FunctionEntry {
  unsigned object = 0;
};

enum class RunsOn : unsigned char {
  Unknown,
  Here,     // during the call, on the calling thread (std::for_each)
  Loop,     // later, on an event loop's thread
  Offload,  // on another thread where blocking is fine: std::thread, a pool
  Executor, // in a model only: as the `executor` argument (or the object itself) says
  OtherLoop, // later, on another loop's thread (a Seastar shard): blocking is as bad there, and nothing is shared
  Fiber,     // on the loop's thread with a stack of its own: waiting for a future is fine, sleeping is not
  Signal,    // in a signal handler
};

/// Key `executors`: what kind of thread an execution context or executor type stands for.
struct ExecutorType : ModelEntry {
  RunsOn runs = RunsOn::Unknown;
};

/// Key `strands`: an executor that runs one callable at a time, so that it may be the very one an object is bound to,
/// whatever threads are below it.
struct StrandType : ModelEntry {};

/// Key `sinks`: a function (or constructor) that takes over callables or tasks and runs them.
struct SinkCall : FunctionEntry {
  RunsOn runs = RunsOn::Unknown;
  std::string unlessGiven;          // an enumerator (std::launch::deferred) or a function: with it, or a call of it, as
                                    // an argument nothing is known
  std::optional<unsigned> executor; // with RunsOn::Executor: the argument; absent: the object the member is called on
  enum class Result { Unknown, Dropped, Used } result = Result::Unknown; // what becomes of what the callable returns
  enum class Callable {
    Unknown,
    Kept,     // until the task that it gave is complete
    Released, // as soon as it has been called, whatever its task is doing
    Lent,     // not at all: the caller's own object is called during the call
  } callable = Callable::Unknown; // how long it keeps the callable
  bool passesReady = false;         // the task or future that it passes to the callable is complete
  bool atOnce = false;              // it runs the callable on several threads at the same time
};

/// Key `loop_runners`: runs an event loop on the calling thread until it has nothing left.
struct LoopRunner : FunctionEntry {
  bool onlyReady = false; // it runs what is ready and returns
};

/// Key `hops`: awaiting the result continues the coroutine elsewhere.
struct Hop : FunctionEntry {
  RunsOn runs = RunsOn::Executor;
  std::optional<unsigned> executor; // with RunsOn::Executor: the argument; absent: the object the member is called on
};

/// Key `thread_safe`: functions any thread may call although their object is loop-bound.
struct ThreadSafeCall : ModelEntry {};

/// Key `background_calls`: makes a task or future that may be cast to void, because the work is kept and its errors are
/// handled elsewhere (with_gate, handle_exception).
struct BackgroundCall : FunctionEntry {
  TaskType::Drop drop = TaskType::Drop::Error; // Allowed: a cast is not even needed (start)
};

/// Key `ready_checks`: a member that asks whether its task or future is complete; behind it, waiting does not block.
struct ReadyCheck : FunctionEntry {};

/// Key `non_blocking_switches`: makes a socket or descriptor non-blocking, so that no call for it waits any more.
struct NonBlockingSwitch : FunctionEntry {
  std::optional<unsigned> object;     // index of the descriptor; absent: the object the member is called on
  bool ofResult = false;              // the descriptor is what the function returns
  std::optional<unsigned> unlessZero; // index of an argument: a constant zero or false there switches back
  std::string named;                  // a macro or enumerator (O_NONBLOCK) that an argument must name
};

/// Key `resumers`: resumes waiting coroutines, or runs their continuations, during the call.
struct Resumer : FunctionEntry {};

/// Key `never_blocks`: what blocks in it does not matter: it reports a failure, or it logs.
struct NeverBlocks : FunctionEntry {};
/// Key `idle_calls`: comes back at once and leaves everything as it was, so that a loop of such calls only waits.
struct IdleCall : FunctionEntry {
  enum class Does {
    Asks,    // looks, and says what it sees (a clock)
    Rests,   // lets other threads or the processor's other half run
    Takes,   // takes a lock if it is free (try_lock, test_and_set)
    Retries, // fails only when another thread has made progress (compare_exchange): a loop around it is not idle
  } does = Does::Asks;
};

/// Key `guards`: a class whose objects hold a lock while they live; of a thread's mutex, or of one that tasks wait for.
struct GuardType : ModelEntry {
  enum class Of { Thread, Task } of = Of::Thread;
};

/// Key `thread_bound_values`: a class whose objects may not travel to another thread or shard, not even as a copy.
struct ThreadBoundValue : ModelEntry {};

/// One library. `roots` are the namespaces its relative names start in (asio and boost::asio; "" is the global one):
/// an entry named "thread_pool" is stored once per root, and all names below are complete. `implementation` names
/// namespaces in which rules are quiet.
struct Model {
  std::string file; // that it was read from
  std::string library;
  bool hasCLinkage = false; // key `linkage`: its functions in the global namespace are C functions
  std::vector<std::string> roots;
  std::vector<std::string> implementation;
  std::vector<TaskType> taskTypes;
  std::vector<BlockingCall> blockingCalls;
  std::vector<LoopBoundType> loopBound;
  std::vector<LoopBoundCall> loopBoundCalls;
  std::vector<ExecutorType> executors;
  std::vector<StrandType> strands;
  std::vector<SinkCall> sinks;
  std::vector<LoopRunner> loopRunners;
  std::vector<Hop> hops;
  std::vector<ThreadSafeCall> threadSafe;
  std::vector<BackgroundCall> backgroundCalls;
  std::vector<ReadyCheck> readyChecks;
  std::vector<NonBlockingSwitch> nonBlockingSwitches;
  std::vector<Resumer> resumers;
  std::vector<NeverBlocks> neverBlocks;
  std::vector<IdleCall> idleCalls;
  std::vector<GuardType> guards;
  std::vector<ThreadBoundValue> threadBoundValues;
};

/// All models of a run in order of precedence: the user's, those that libraries ship (see shipped.h), the embedded ones.
struct Models {
  std::vector<Model> libraries;
  size_t userModels = 0; // so many of them are the user's
};

} // namespace coroguard
