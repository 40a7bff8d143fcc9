// What `coroguard ps` prints.
#pragma once
#include "tool/inspect/process_tasks.h"

namespace coroguard {

/// One line for each awaiter of each task, below a line of titles.
std::string renderTable(const ProcessTasks &process);
std::string renderCsv(const ProcessTasks &process);

} // namespace coroguard
