#include "rules/lost_value.h"

namespace coroguard::rules {
namespace {

/// On no path somebody consumes it.
bool isForgotten(const Loss &loss) {
  switch (loss.form) {
  case Loss::Form::Never: return true;
  case Loss::Form::InContainer:
  case Loss::Form::InAggregate: return loss.at.line == 0;
  default: return false;
  }
}

/// Work that stops when its value goes may be kept in scope so that it runs as long as that, and be left on an early return
/// so that it stops. Only what is lost before anything else could run is surely not meant.
bool mayBeScoped(const Loss &loss) {
  bool isGone = isForgotten(loss) || loss.form == Loss::Form::Overwritten;
  return loss.value.mayStopWhenDropped && (!isGone || loss.keptWhileOthersRan);
}

/// Is it known that the loss matters, for a value of which nobody knows when it starts?
bool mattersAnyway(const AwaitableValue &value) {
  return value.isNodiscard || value.dropIsError || (value.isAwaiter && !value.isTask);
}

} // namespace

bool losesWork(const AwaitableValue &value) {
  if (value.dropAllowed) return false; // the library detaches it on purpose
  if (!value.isAwaitable && !value.dropIsError && !value.isNodiscard) return false; // a generator, a detached coroutine
  if (value.start == Start::Lazy) return true;
  return value.start == Start::Eager ? value.dropIsError : mattersAnyway(value);
}

bool isStartedWork(const AwaitableValue &value) {
  return value.stopsWhenDropped || (value.isHandle && value.dropIsError && value.start != Start::Lazy);
}

LostAs lostAs(const Loss &loss) {
  const AwaitableValue &value = loss.value;
  if (value.givesGuard && value.isAwaitable && loss.form == Loss::Form::Never) return LostAs::Guard;
  if (value.dropAllowed) return LostAs::Nothing; // background work is let go with a cast, not in a variable
  if (!value.isAwaitable && !value.dropIsError) return LostAs::Nothing; // a generator, a detached coroutine
  if (value.start == Start::Lazy) return LostAs::Unawaited;
  if (loss.form == Loss::Form::InClosure) return LostAs::Nothing; // the closure keeps it alive
  if (mayBeScoped(loss)) return LostAs::Nothing;
  if (value.start == Start::Eager) return value.dropIsError || value.stopsWhenDropped ? LostAs::StartedWork : LostAs::Nothing;
  if (!mattersAnyway(value)) return LostAs::Nothing;
  return value.isHandle ? LostAs::StartedWork : LostAs::Unawaited;
}

std::vector<Note> lossNotes(const Loss &loss, const Program &program) {
  if (loss.at.line == 0) return {};
  bool isOverwritten = loss.form == Loss::Form::Overwritten;
  return {{program.location(loss.at), isOverwritten ? "here another value takes its place" : "a path that leaves here has not consumed it"}};
}

} // namespace coroguard::rules
