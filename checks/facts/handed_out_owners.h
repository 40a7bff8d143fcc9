// Shared owners that a function only got from a registry of its class, which drops its own at any time.
#pragma once
#include "facts/dying_object.h"

namespace coroguard {

/// `auto p = find(id); p->method()`, `find(id)->method()`: the variable or temporary that may be the last owner of the
/// object when it ends. Only where the getter gives an element of a member container out of which a plain function of the
/// class removes elements without any goodbye, and where no copy of the owner leaves `function`.
Referred handedOutOwner(const clang::Expr &object, const clang::FunctionDecl &function, UnitContext &unit);

} // namespace coroguard
