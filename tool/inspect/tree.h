// What `coroguard pstree` prints.
#pragma once
#include "tool/inspect/process_tasks.h"

namespace coroguard {

/// Tasks that nobody awaits at the left; below each its coroutines, the outermost first, and below the innermost the tasks that it
/// awaits. A task that several await comes again as one line; a circle is marked where it closes.
std::string renderTree(const ProcessTasks &process);

} // namespace coroguard
