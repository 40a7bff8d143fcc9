// Objects lent to tasks and generators that may go on when the object has ended: arguments, temporaries of a range-for,
// locals whose scope ends before the task is joined.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// To be called behind findDanglingObjects(). Adds Function::danglings of the forms Argument, RangeTemporary and Scope.
/// And of a coroutine one of the form Argument for each argument that it keeps, with itself as the callee: `used` is
/// where, and `type` is set when the argument is given away by an rvalue reference.
void findLentTooLong(FunctionFlow &flow, Function &facts);

} // namespace coroguard
