// Ways through an await_suspend on which the coroutine is given away first and its awaiter or frame used behind.
#pragma once
#include "facts/handle_scope.h"

namespace coroguard {

/// Adds what is wrong with the body, and with those it calls: AuthorMistake::Form::TouchesPublished, PublishedAndFalse.
void findPublishedUses(const HandleScope &scope, UnitContext &unit);

/// Has the coroutine been given to another thread whenever this function returns?
bool alwaysPublishes(const HandleScope &scope, UnitContext &unit, unsigned depth);

} // namespace coroguard
