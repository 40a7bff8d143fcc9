// The declaration by which code names an object: a variable, parameter or field, through references, containers,
// iterators, smart pointers and captures.
#pragma once

namespace clang {
class Expr;
class QualType;
class ValueDecl;
} // namespace clang

namespace coroguard {

/// Null when the expression begins with something else, a call of the program say. An element stands for its container
/// and a closure's copy for what it was made from.
const clang::ValueDecl *namedObject(const clang::Expr *expression);

} // namespace coroguard
