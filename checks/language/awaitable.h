// Can a type be awaited, and by which way of the language.
#pragma once

namespace clang {
class ASTContext;
class CXXRecordDecl;
class QualType;
} // namespace clang

namespace coroguard {

enum class AwaitableKind : unsigned char {
  None,
  Awaiter,       // has await_ready, await_suspend and await_resume itself
  MemberCoAwait, // member operator co_await
  FreeCoAwait,   // operator co_await found in a namespace of the type or of its template arguments
  Transformed,   // only through the given promise's await_transform
};

/// How a value of this type is awaited in a coroutine with this promise (null: in any coroutine, so that
/// await_transform is not asked). References are looked through.
AwaitableKind awaitableKind(clang::QualType type, const clang::ASTContext &context,
                            const clang::CXXRecordDecl *promise = nullptr);

/// Can a value of this type be awaited in a coroutine that returns `task` and has this promise? Unknown is no.
bool canBeAwaitedIn(clang::QualType task, const clang::CXXRecordDecl &promise, clang::QualType type,
                    const clang::ASTContext &context);

inline bool isAwaitable(AwaitableKind kind) { return kind != AwaitableKind::None; }

} // namespace coroguard
