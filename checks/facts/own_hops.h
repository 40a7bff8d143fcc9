// Awaiters of the project's own that continue the coroutine on a thread: no model knows them, their code does.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is this a co_await whose awaiter resumes on a thread that it starts, or whose name and class say that it goes to a pool
/// of threads? False when await_suspend has no body here.
bool leadsToOwnThread(const clang::Stmt &suspension, UnitContext &unit);

/// A class that keeps several threads.
bool keepsThreads(const clang::CXXRecordDecl &record);

} // namespace coroguard
