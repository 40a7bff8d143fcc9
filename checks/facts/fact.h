// Long because a fact is read beside the others: one vocabulary, in one place.
// What one translation unit says, or, merged, what a program says. Plain values without judgement: that a call may
// sleep and that a coroutine makes it are facts; that this matters is a rule's business. No Clang types.
#pragma once
#include "diagnostic.h"
#include "facts/string_table.h"
#include "frameworks/model.h" // RunsOn
#include "language/coroutine.h" // Start, SuspensionKind
#include <compare>
#include <cstdint>
#include <vector>

namespace coroguard {

/// A position; the file is a string of the facts' table. Lines and columns count from 1.
struct Place {
  StringId file;
  uint32_t line = 0;
  uint32_t column = 0;
  auto operator<=>(const Place &) const = default;
};

/// Where `co_await` can be written so that a value is awaited right where it is made; nowhere with line 0.
struct AwaitSpot {
  Place begin;   // from here
  Place operand; // to here `co_await ` takes the place of what is written, if anything
  Place end;     // line 0, or else the operand needs parentheses and ends here
  explicit operator bool() const { return begin.line != 0; }
  auto operator<=>(const AwaitSpot &) const = default;
};

/// Between which places braces make a guard unlock before a suspension; nowhere with line 0.
struct BraceSpot {
  Place open;  // before the guard's declaration
  Place close; // behind the last statement before the one that suspends
  explicit operator bool() const { return open.line != 0; }
  auto operator<=>(const BraceSpot &) const = default;
};

/// Where the call operator of a closure can be given the closure by value, C++23's `this auto`; nowhere with line 0.
struct OwnClosureSpot {
  enum class Form : uint8_t { Only, First, List }; // the only parameter, before others, with its parentheses
  Place place;
  Form form = Form::Only;
  explicit operator bool() const { return place.line != 0; }
  auto operator<=>(const OwnClosureSpot &) const = default;
};

/// Where the object that an expression designates lives, as far as the syntax tells. `owner` is the function whose
/// variable, parameter or `this` it is (a lambda's captures belong to the function around it).
struct Root {
  enum class Kind : uint8_t { Unknown, Variable, Parameter, This, Global };
  Kind kind = Kind::Unknown;
  uint32_t index = 0; // of the parameter
  StringId owner;
  auto operator<=>(const Root &) const = default;
};

/// What the models and attributes say about a called function.
enum class Meaning : uint8_t { None, Blocks, UsesLoopBound, RunsLoop, Resumes };

/// How a call comes to be in a function.
enum class Origin : uint8_t {
  Written,
  Implicit,   // nobody wrote a call: an implicit constructor or conversion, a default argument
  Forwarded,  // inside a standard function that passes its arguments on: make_unique, emplace_back
  Destructor, // an object's life ends: a local variable, a temporary, a member, what `delete` deletes
};

/// Where a coroutine handle, or the awaiter that holds one, comes from in the function that uses it.
struct HandleSource {
  enum class Kind : uint8_t {
    Unknown,   // also: taken out of a queue, as schedulers do
    Waiter,    // captured: the handle that await_suspend was given, or the awaiter
    This,      // a member of the awaiter whose function this is
    Parameter, // what this function was given
  };
  Kind kind = Kind::Unknown;
  uint32_t index = 0; // of the parameter
  auto operator<=>(const HandleSource &) const = default;
};

/// A call that can matter: it has a meaning, or it reaches a function of the project, or its target is not known.
struct Call {
  Place place;
  StringId callee; // entity id; 0 = indirect
  StringId name;   // qualified name for people; of a destructor, the class's
  StringId slot;   // with an indirect call: the variable, field or parameter that holds what is called (see Binding)
  Origin origin = Origin::Written;
  Meaning meaning = Meaning::None;
  StringId family; // with Blocks: the model's word (sleep, file, ...; wait: for a task or future); with RunsLoop: ready, when it only runs what is ready
  StringId subject; // the object as written: with Destructor the variable; empty for a temporary
  bool awaited = false; // the operand of a written co_await
  bool offLoop = false; // on every path the coroutine has moved to a thread where blocking is fine
  bool dying = false;   // among the last words of a process that ends there
  bool dispatched = false; // virtual: the callee is only the declared function
  bool resumesHandle = false; // resume() of a coroutine handle; `handle` says of which
  bool touchesLoop = false;   // hands work to a loop, or calls a member of one that any thread may call
  StringId why;     // the model's reason, a clause
  StringId instead; // the model's replacement
  Root object;          // with UsesLoopBound: the loop-bound object; else the object of a member call
  std::vector<Root> arguments;
  HandleSource handle;               // of the object of a member call, when it is a coroutine handle or an awaiter
  std::vector<HandleSource> handles; // of the arguments, when one of them is a coroutine handle or an awaiter
  auto operator<=>(const Call &) const = default;
};

/// Does the loop, if it runs the caller, wait for the call?
inline bool holdsLoop(const Call &call) { return !call.offLoop && !call.dying; }

/// A callable or a task given to something that runs it.
struct Handoff {
  Place place;
  StringId callable; // entity id of the lambda, function or coroutine
  StringId name;     // its name for people
  StringId through;  // qualified name of what it was given to
  RunsOn runsOn = RunsOn::Unknown;
  bool onStrand = false; // one at a time, so perhaps on the very strand that the objects it uses are bound to
  Root object;           // bound as `this` (std::thread(&Server::run, this)); Unknown when none is
  std::vector<Root> arguments;
  auto operator<=>(const Handoff &) const = default;
};

/// A value that can be awaited, as it is to whoever loses it.
struct AwaitableValue {
  StringId maker; // entity id of the function that made it; 0 = indirect or no call
  StringId name;  // what made the value, for people
  StringId type;  // printed
  Start start = Start::Unknown;
  bool isTask = false;      // a coroutine type, or modelled as a task
  bool isAwaitable = false; // in any coroutine; a task that is not can only be started by its library
  bool isAwaiter = false;   // has await_ready, await_suspend and await_resume itself
  bool isNodiscard = false; // its type or the function that made it says [[nodiscard]]
  bool dropAllowed = false; // the model or an attribute says that dropping detaches on purpose
  bool dropIsError = false; // the model or an attribute says that even a started one must be awaited
  bool stopsWhenDropped = false; // started, and its frame belongs to the value: dropping it destroys a running coroutine
  bool mayStopWhenDropped = false; // its frame may belong to the value, so that keeping it in scope may keep it running
  bool isBackground = false;     // the model says that a cast to void is how one leaves this work alone
  bool isHandle = false;         // given back by a sink: the work has been handed over and the value only stands for it
  bool givesGuard = false;       // awaiting it gives the guard of a lock
  auto operator<=>(const AwaitableValue &) const = default;
};

/// A value that can be awaited, made and not used in its full expression.
struct Drop {
  enum class Form : uint8_t {
    Statement,
    VoidCast,
    StdIgnore,
    Converted, // into a value of another type that neither is nor owns it
  };
  Place place;
  Form form = Form::Statement;
  AwaitableValue value;
  StringId into; // with Converted: the other type
  Place inside;  // dropped by generic code: there; `place` is then the user's call that instantiated it
  bool inContinuation = false; // in a callable whose result its caller would wait for: `return` can be advised
  AwaitSpot await;
  auto operator<=>(const Drop &) const = default;
};

/// A value that can be awaited, kept in a local variable and lost with it.
struct Loss {
  enum class Form : uint8_t {
    Never,       // on no path anybody consumes it
    OnPath,      // on one path at least; `at` is where that path leaves (a return, the end of the scope)
    Overwritten, // `at` is the assignment
    InContainer, // put into a container that nobody consumes; `at` as with OnPath, none when no path does
    InClosure,   // moved into a closure that does not consume it
    InAggregate, // a member of a local object that nobody consumes
  };
  Place place; // where the value was made
  Form form = Form::Never;
  AwaitableValue value;
  StringId variable;
  Place at;
  bool keptWhileOthersRan = false; // it lives over a suspension, or in a plain function over a call
  AwaitSpot await; // when the variable can as well hold the result
  auto operator<=>(const Loss &) const = default;
};

/// Something other than a loss that is wrong with the use of a value that can be awaited.
struct Misuse {
  enum class Form : uint8_t {
    AwaitedAgain,    // subject: the variable; other: the first await
    AsCondition,     // subject: how the value is written
    Nested,          // awaiting it gives another one, which is dropped; or a function's task gives a task
    OutlivesObject,  // returned while it refers to `subject`, which dies at the return; other: its declaration
    OutlivesHandler, // returned from inside a try block whose handlers will not see its exceptions; other: the try
    ResultDiscarded, // a coroutine callable; subject: the callable type or function that drops its result; other: the callable
  };
  Place place;
  Form form = Form::AwaitedAgain;
  AwaitableValue value;
  StringId subject; // with OutlivesObject: empty for a temporary
  Place other;
  Place at;              // OutlivesObject: the return; ResultDiscarded in generic code: there (see Drop::inside)
  uint32_t argument = 0; // OutlivesObject: how the value's maker was given the subject, numbered as in Function::keeps; 0:
                         // it is captured, or a guard
  bool isGuard = false;  // OutlivesObject: the subject holds a lock that is released at the return
  bool ifKept = false;   // nothing is wrong unless the maker is known to keep that argument (OutlivesHandler: to be a
                         // coroutine, which throws nothing itself)
  AwaitSpot await;
  auto operator<=>(const Misuse &) const = default;
};

/// A loop that keeps its thread.
struct Loop {
  enum class Form : uint8_t {
    BusyWait,     // does nothing but look at `subject` until something else changes it
    RetriesAtOnce, // a handler leads back to the top with no suspension on the way
    NoSuspension, // in a coroutine, unbounded: some path around it has no suspension
  };
  Place place;
  Form form = Form::BusyWait;
  StringId subject; // what is waited for; RetriesAtOnce: what is tried again
  Place through;    // RetriesAtOnce: the handler
  bool takesLock = false; // BusyWait: it ends when it has taken a lock, as every spin lock does
  bool offLoop = false;   // on every path the coroutine has moved to a thread of its own
  auto operator<=>(const Loop &) const = default;
};

/// A use of a loop-bound object in a coroutine that has moved elsewhere, and not come back.
struct AffinityLoss {
  Place place;
  StringId name; // the function called, or the member used
  StringId why;  // of the loop-bound type
  Place hop;
  StringId hopName;
  bool beforeHop = false; // used before the hop to its loop, and again behind it
  auto operator<=>(const AffinityLoss &) const = default;
};

/// A call made while a thread's lock is held.
struct LockedCall {
  Place place;
  StringId callee; // as Call::callee
  StringId name;
  Meaning meaning = Meaning::None;
  StringId lock; // the guard's or mutex's variable
  Place lockedAt;
  auto operator<=>(const LockedCall &) const = default;
};

/// Work sent to another loop, shard or thread that uses what belongs to its sender.
struct CrossUse {
  enum class Form : uint8_t {
    Member,     // of the captured `this`
    Reference,  // a variable captured by reference
    BoundValue, // a captured object that may not travel at all
    Raced,      // a variable captured by reference, for several threads at the same time
  };
  Place place;
  Form form = Form::Member;
  StringId subject; // the member's or variable's name
  StringId type;    // with BoundValue: the class
  StringId why;     // with BoundValue: the model's reason
  StringId through; // qualified name of what the work was sent with
  Place sentAt;
  auto operator<=>(const CrossUse &) const = default;
};

/// What was taken, locked or checked before a suspension and is still held, or used, behind it.
struct Crossing {
  enum class Form : uint8_t {
    Lock,        // a thread's lock is held at the suspension
    ThreadState, // refers to, or was read from, what belongs to the thread: thread_local, a thread's id
    ErrorNumber, // errno or its like is read behind the suspension, of a call before it
    Stale,       // refers into an object that others can change while the coroutine is suspended
    Checked,     // such an object was checked before and is relied upon behind, unchecked
    Range,       // a range-for goes over such an object and suspends in its body
  };
  Place place; // Lock: the suspension; else the use behind it, with Range the suspension in the body
  Form form = Form::Lock;
  SuspensionKind kind = SuspensionKind::Await;
  StringId subject;  // the variable, guard or mutex; for people
  StringId source;   // what it was taken from, as written
  StringId type;     // of the source or guard, when that says more
  Place taken;       // where it was locked, taken or checked
  Place across;      // the suspension
  BraceSpot braces;  // Lock: around the guard
  auto operator<=>(const Crossing &) const = default;
};

/// What a task or callback goes on using although it may have ended.
struct Dangling {
  enum class Form : uint8_t {
    Argument,       // an object lent to a task that outlives it
    LambdaCapture,  // the closure of a coroutine lambda ends before its coroutine does
    SpawnCapture,   // captured by reference, view or pointer in a callable that runs when it may have ended
    RangeTemporary, // a range-for goes over a part of a temporary that is gone, or a generator over what has ended
    This,           // the object of a member coroutine or of a captured `this` can end before it has finished
    Scope,          // a local that a running task uses ends, on some path, before the task is joined
  };
  Place place; // the call, capture or loop that makes it dangle
  Form form = Form::Argument;
  Start start = Start::Unknown; // of the task
  StringId subject; // what ends; empty for a temporary
  StringId type;    // of the subject, when that says more
  StringId callee;  // entity id of what keeps it; 0: not known by name
  StringId name;    // of what keeps it, for people
  StringId through; // what the task or callable was given to, or how it outlives its subject; a qualified name
  uint32_t argument = 0; // how the callee was given the subject, numbered as in Function::keeps
  bool ifKept = false;   // nothing is wrong unless the callee is known to keep that argument
  Place made; // where the subject was made or declared
  Place at;   // where the task goes on without it, or where the subject ends
  Place used; // where the task uses it, when that is in this unit
  OwnClosureSpot own; // LambdaCapture: where the closure can be made the coroutine's own
  auto operator<=>(const Dangling &) const = default;
};

/// A handler or time limit that cancellation cannot pass.
struct CancellationGap {
  enum class Form : uint8_t {
    Swallowed,         // a handler around an await takes cancellation for any other exception
    NoSuspensionInside, // a time limit around code that never suspends
  };
  Place place;
  Form form = Form::Swallowed;
  StringId subject; // what is caught, or what sets the limit
  StringId name;    // the cancellation's exception, or what runs inside
  Place other;      // the await inside, or where the scope ends
  Place fix;        // Swallowed: before which a handler of the cancellation alone can be written; else line 0
  auto operator<=>(const CancellationGap &) const = default;
};

struct Suspension {
  Place place;
  SuspensionKind kind = SuspensionKind::Await;
  auto operator<=>(const Suspension &) const = default;
};

/// In Function::keeps and Misuse::argument: the object of a member function. A parameter is 1 + its index.
inline constexpr uint32_t objectArgument = ~uint32_t(0);

/// One function definition of the project. Lambdas are functions of their own.
struct Function {
  StringId id;
  StringId name;
  Place place;
  bool isCoroutine = false;
  bool isGenerator = false;      // yields, and what it returns cannot be awaited: it runs on whoever iterates
  bool startsElsewhere = false;  // a coroutine that starts on an executor it is given, which is not known to run a loop
  bool givesLoopsTask = false;   // no coroutine, but what it returns can be made only on an event loop's thread
  bool isLambda = false;
  bool neverBlocks = false;      // an attribute vouches for it
  bool hasIndirectCalls = false; // so "no edge" is not "no call"
  bool isHop = false;            // belongs to an awaiter that is annotated to continue on another thread
  std::vector<uint32_t> keeps; // arguments taken by reference, pointer or view that the task it returns uses later on
  std::vector<Suspension> suspensions;
  std::vector<Call> calls;
  std::vector<Handoff> handoffs;
  std::vector<Drop> drops;
  std::vector<Loss> losses;
  std::vector<Misuse> misuses;
  std::vector<Loop> loops;
  std::vector<AffinityLoss> affinityLosses;
  std::vector<LockedCall> lockedCalls;
  std::vector<CrossUse> crossUses;
  std::vector<Crossing> crossings;
  std::vector<Dangling> danglings;
  std::vector<CancellationGap> cancellationGaps;
  auto operator<=>(const Function &) const = default;
};

/// One virtual function overrides another, directly.
struct Override {
  StringId base;
  StringId overrider;
  bool basePure = false; // the base has no body that a call could reach
  auto operator<=>(const Override &) const = default;
};

/// What a variable, field or parameter of a callable type (std::function, function pointer) may hold.
struct Binding {
  StringId slot;     // entity id of the variable, field or parameter
  StringId callable; // entity id of the function; 0: see `from`
  StringId from;     // another slot it was copied from; 0 with callable 0: something unknown
  auto operator<=>(const Binding &) const = default;
};

/// What the author of an awaiter, a promise or a task type got wrong.
struct AuthorMistake {
  enum class Form : uint8_t {
    TouchesPublished,   // await_suspend uses its awaiter or frame when the handle may already have been resumed elsewhere
    PublishedAndFalse,  // await_suspend gives the handle away and returns false, or a handle to be resumed: twice resumed
    ResumesInSuspend,   // await_suspend resumes a handle instead of returning it
    SwallowsException,  // unhandled_exception of a promise does nothing
    CopyableOwner,      // destroys a coroutine handle in its destructor and can be copied
    NotNodiscard,       // a task or awaiter type without [[nodiscard]]
  };
  Place place;
  Form form = Form::TouchesPublished;
  StringId subject; // the class, or what is touched
  StringId name;    // what published or resumed it, for people
  Place other;      // there
  Place fix;        // where the repair is written: see the rule; line 0: nowhere
  auto operator<=>(const AuthorMistake &) const = default;
};

/// A suppression comment; which findings it covers is decided by tool/suppress.
struct Suppression {
  enum class Form : uint8_t { Line, NextLine, Begin, End, Allow };
  Place place;
  Form form = Form::Line;
  StringId rules;  // as written between the parentheses; empty = every rule
  StringId reason; // text behind, if any
  auto operator<=>(const Suppression &) const = default;
};

/// The facts of one or more translation units. A value with a canonical form: see store.h.
struct Facts {
  StringTable strings;
  std::vector<StringId> units; // main files
  std::vector<Function> functions;
  std::vector<Override> overrides;
  std::vector<Binding> bindings;
  std::vector<AuthorMistake> authorMistakes;
  std::vector<Suppression> suppressions;

  bool isEmpty() const {
    return units.empty() && functions.empty() && overrides.empty() && bindings.empty() &&
           authorMistakes.empty() && suppressions.empty();
  }
  std::string_view text(StringId id) const { return strings.text(id); }
  Location location(const Place &place) const {
    return {std::string(text(place.file)), place.line, place.column};
  }
};

} // namespace coroguard
