// Callables that a user gives to a template: what a template does with them is said to the user, where he gave them.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The variable or field that an expression names when its declared type is a template parameter that this instantiation
/// replaced by the user's type; null for everything else.
const clang::ValueDecl *givenByUser(const clang::Expr &expression);

/// The called object of a call through something that the user gave: `f()`, `std::invoke(f)`; null for other calls.
const clang::Expr *calledObject(const clang::Expr &call);

/// Where the user comes in: the lambda that he gave, else the place that made this instantiation.
Place userPlace(const clang::Expr &given, const clang::FunctionDecl &inside, UnitContext &unit);

} // namespace coroguard
