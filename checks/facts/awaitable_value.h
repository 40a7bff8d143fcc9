// An expression that makes something to await, as the fact that describes the value.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What the type alone says of a value of it.
AwaitableValue awaitableValueOf(clang::QualType type, UnitContext &unit);

/// Nothing for an expression whose value cannot be awaited, and for an empty task that nobody has started.
std::optional<AwaitableValue> awaitableValue(const clang::Expr &expression, UnitContext &unit);

/// What a call of `maker` (null: not known) gives, by the type of its result. Nothing when that cannot be awaited.
std::optional<AwaitableValue> awaitableResult(clang::QualType result, const clang::FunctionDecl *maker, UnitContext &unit);

} // namespace coroguard
