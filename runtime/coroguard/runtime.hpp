// The whole runtime: asyncio for C++20 coroutines.
//
//   coroguard::coro<void> hello() {
//     co_await coroguard::sleep(1s);
//     std::puts("hello");
//   }
//   int main() { coroguard::run(hello()); }
//
// Each header can also be included by itself.
#pragma once

#include "coroguard/base/errors.hpp"
#include "coroguard/base/exception_group.hpp"
#include "coroguard/base/executor.hpp"
#include "coroguard/base/return_when.hpp"

#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/log.hpp"
#include "coroguard/observe/observer.hpp"
#include "coroguard/observe/report.hpp"
#include "coroguard/observe/run_time_rules.hpp"
#include "coroguard/observe/thrown_reports.hpp"

#include "coroguard/loop/clock.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/exception_context.hpp"
#include "coroguard/loop/handle.hpp"
#include "coroguard/loop/interrupt.hpp"
#include "coroguard/loop/selector.hpp"
#include "coroguard/loop/virtual_time.hpp"

#include "coroguard/future/future.hpp"

#include "coroguard/task/as_completed.hpp"
#include "coroguard/task/call_graph.hpp"
#include "coroguard/task/coro.hpp"
#include "coroguard/task/ensure_future.hpp"
#include "coroguard/task/gather.hpp"
#include "coroguard/task/outcome.hpp"
#include "coroguard/task/runner.hpp"
#include "coroguard/task/shield.hpp"
#include "coroguard/task/shutdown_default_executor.hpp"
#include "coroguard/task/sleep.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/task_group.hpp"
#include "coroguard/task/task_table.hpp"
#include "coroguard/task/timeout.hpp"
#include "coroguard/task/wait.hpp"
#include "coroguard/task/wait_for.hpp"
#include "coroguard/task/with.hpp"

#include "coroguard/exec/broken_executor.hpp"
#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/concurrent_wait.hpp"
#include "coroguard/exec/run_coroutine_threadsafe.hpp"
#include "coroguard/exec/run_in_executor.hpp"
#include "coroguard/exec/thread_pool_executor.hpp"
#include "coroguard/exec/wrap_future.hpp"

#include "coroguard/debug/executor_starvation.hpp"
#include "coroguard/debug/large_frame.hpp"
#include "coroguard/debug/loop_lag.hpp"
