// Variables, fields and parameters that hold callables (std::function, function pointers): what the program puts into
// them, and calls through them.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The slot whose content this indirect call calls; fills Call::slot and Call::name. False when it is not one.
bool describeSlotCall(const clang::CallExpr &call, Call &into, UnitContext &unit);

/// Adds the bindings that this expression makes: an assignment, arguments for parameters, an aggregate, an insertion into
/// a container.
void bindCallables(const clang::Stmt &stmt, UnitContext &unit);

/// The same for the initialiser of a variable or field.
void bindInitializer(const clang::ValueDecl &slot, const clang::Expr *initializer, UnitContext &unit);

} // namespace coroguard
