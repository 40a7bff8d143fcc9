// A function as a coroutine: its promise, the body the user wrote, the suspension points the user wrote.
#pragma once
#include <optional>
#include <vector>

namespace clang {
class ASTContext;
class CXXRecordDecl;
class Expr;
class FunctionDecl;
class QualType;
class Stmt;
} // namespace clang

namespace coroguard {

/// When a coroutine's body starts: Lazy, at the first await or resume; Eager, inside the call.
enum class Start : unsigned char { Unknown, Lazy, Eager };

enum class SuspensionKind : unsigned char { Await, Yield };

struct SuspensionPoint {
  const clang::Expr *expression = nullptr; // the CoawaitExpr or CoyieldExpr
  const clang::Expr *operand = nullptr;    // what was written behind the keyword
  SuspensionKind kind = SuspensionKind::Await;
};

/// The written side of one coroutine. Initial and final suspends, and every other await the compiler made, are not
/// among the suspension points; those of nested lambdas and local classes belong to these.
class CoroutineView {
public:
  /// The view of a function definition, or nothing when it is not a coroutine (a function that merely contains a
  /// coroutine lambda is not one).
  static std::optional<CoroutineView> of(const clang::FunctionDecl &function);

  const clang::FunctionDecl &function() const { return *decl; }
  const clang::CXXRecordDecl *promise() const { return promiseRecord; }
  const clang::Stmt &writtenBody() const { return *body; }
  /// In source order.
  const std::vector<SuspensionPoint> &suspensions() const { return points; }

private:
  const clang::FunctionDecl *decl = nullptr;
  const clang::CXXRecordDecl *promiseRecord = nullptr;
  const clang::Stmt *body = nullptr;
  std::vector<SuspensionPoint> points;
};

/// The promise type of coroutines that return this type, found as the language does: a specialisation of
/// std::coroutine_traits, else the member promise_type. Null when the type cannot be returned by a coroutine.
/// For a specialisation that is not instantiated in this unit, the pattern's promise_type when it can be named.
const clang::CXXRecordDecl *promiseOf(clang::QualType returnType, const clang::ASTContext &context);

/// Can this type be returned by a coroutine (a member promise_type or a matching coroutine_traits)?
bool isCoroutineType(clang::QualType type, const clang::ASTContext &context);

/// From the promise's initial_suspend: std::suspend_always is Lazy, std::suspend_never Eager, anything else Unknown.
Start startOf(clang::QualType returnType, const clang::ASTContext &context);

/// Is it a std::coroutine_handle?
bool isCoroutineHandle(clang::QualType type);

/// Is it std::coroutine_handle's resume() or operator()?
bool resumesHandle(const clang::FunctionDecl &function);

/// Does final_suspend never suspend, so that a coroutine of this type destroys its own frame and no value has it?
bool endsItself(clang::QualType returnType, const clang::ASTContext &context);

/// Does the promise take yielded values?
bool canYield(clang::QualType returnType, const clang::ASTContext &context);

} // namespace coroguard
