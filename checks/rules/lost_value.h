// Which of the rules about lost values a loss belongs to: each is reported by one rule, or by none.
#pragma once
#include "program/program.h"
#include "rule.h"

namespace coroguard::rules {

enum class LostAs {
  Nothing,     // nobody minds, or nobody can tell
  Guard,       // guard-is-task
  StartedWork, // dropped-task-handle
  Unawaited,   // unawaited-variable
};

LostAs lostAs(const Loss &loss);

/// Is it known that nothing happens when the value is dropped at once, or that the loss matters? Unknown is not yes.
bool losesWork(const AwaitableValue &value);

/// A handle of work that is going on, whose drop stops it or is known to be a mistake.
bool isStartedWork(const AwaitableValue &value);

/// Where the loss shows, for a note; nothing when the whole scope is the place.
std::vector<Note> lossNotes(const Loss &loss, const Program &program);

} // namespace coroguard::rules
