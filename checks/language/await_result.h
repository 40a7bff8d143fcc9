// What awaiting a value gives, and what it asks of the value.
#pragma once

namespace clang {
class ASTContext;
class QualType;
} // namespace clang

namespace coroguard {

/// The type of `co_await value`, as await_resume declares it; else the first type argument of its class template, which
/// is what such a class is about. Null when neither is there.
clang::QualType awaitResult(clang::QualType type, const clang::ASTContext &context);

/// Can only an rvalue be awaited: is every member operator co_await declared with &&?
bool awaitsRvalueOnly(clang::QualType type, const clang::ASTContext &context);

/// A class with a destructor whose name ends in a word for what holds a lock: lock, guard, units, permit, holder.
bool isNamedLikeGuard(clang::QualType type);

} // namespace coroguard
