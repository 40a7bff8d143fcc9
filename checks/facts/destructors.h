// What runs when objects die: the destructors of local variables, temporaries, members, bases and deleted objects, as
// calls that nobody wrote.
#pragma once
#include "facts/function_flow.h"
#include <functional>

namespace coroguard {

/// A destructor that runs at the end of an object's life.
struct LifeEnd {
  const clang::CXXDestructorDecl *destructor = nullptr;
  bool dispatched = false; // through a pointer to a base
};

/// The destructors of the program, or that a model calls blocking, which run when an object of this type dies: its own,
/// or those of the objects that a pointer or container of the standard library owns.
std::vector<LifeEnd> lifeEnds(clang::QualType type, UnitContext &unit);

/// The call of a destructor; with made_by in its model the object must be the work of `maker` to count.
Call destructorCall(const LifeEnd &end, clang::SourceLocation place, StringId object, const clang::Expr *maker, UnitContext &unit);

/// Is this a member after whose call the destructor of its object does not block any more?
bool disarms(const clang::CXXMemberCallExpr &call, UnitContext &unit);

/// Adds the destructors of members and bases, which run at the end of a destructor's body.
void addMembersEnds(const clang::CXXDestructorDecl &destructor, Function &facts, UnitContext &unit);

/// Where calls of destructors stand in the flow.
using CallsByVariable = std::vector<std::pair<const clang::VarDecl *, size_t>>;

/// Adds the destructors of these local variables that a path reaches on which the object still has something to wait for:
/// not moved away, detached or joined. Exceptions are not followed.
CallsByVariable findVariablesEnds(FunctionFlow &flow, llvm::ArrayRef<const clang::VarDecl *> variables, Function &facts);

} // namespace coroguard
