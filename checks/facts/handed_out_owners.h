// Shared owners that a function only got from a registry or member of a class, which drops its own at any time.
#pragma once
#include "facts/dying_object.h"

namespace coroguard {

/// `auto p = find(id); p->method()`, `find(id)->method()`: the variable or temporary that may be the last owner of the
/// object when it ends. Only where the getter gives an element of a member container out of which a plain function of the
/// class removes elements without any goodbye, and where no copy of the owner leaves `function`.
Referred handedOutOwner(const clang::Expr &object, const clang::FunctionDecl &function, UnitContext &unit);

/// `auto all = list(); f(*all)`, `f(all->begin(), all->end())`: the variable that holds a snapshot, a container that
/// nobody changes since its type is const, and that its class replaces by another one. Only where a call gave the
/// owner by value, and where no copy of it leaves `function`.
Referred handedOutSnapshot(const clang::Expr &range, const clang::FunctionDecl &function, UnitContext &unit);

/// Is the variable only asked, compared or dereferenced, so that no copy of it goes anywhere, but into that closure?
bool staysHere(const clang::VarDecl &variable, const clang::FunctionDecl &function,
               const clang::LambdaExpr *but = nullptr);

} // namespace coroguard
