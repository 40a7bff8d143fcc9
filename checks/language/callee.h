// Which function a call reaches, and how functions are identified and named across translation units.
#pragma once
#include <string>

namespace clang {
class ASTContext;
class Expr;
class FunctionDecl;
class NamedDecl;
class VarDecl;
} // namespace clang

namespace coroguard {

/// What a call expression calls. Indirect is a value of its own: a call through a function pointer, a std::function or
/// a dependent name has no function, and nothing may be concluded from that.
struct Callee {
  const clang::FunctionDecl *function = nullptr; // null: indirect
  const clang::VarDecl *functionObject = nullptr; // the named object whose operator() is called (a CPO), if any
  bool isVirtual = false;                         // dispatched at run time: the function is only the declared one

  bool isIndirect() const { return function == nullptr; }
};

/// The callee of a CallExpr (plain, member, operator), CXXConstructExpr or CXXNewExpr's constructor.
/// Template patterns and dependent calls are indirect.
Callee resolveCallee(const clang::Expr &call);

/// The name as users and models write it: qualified, without template arguments, inline or anonymous namespaces:
/// "std::this_thread::sleep_for", "asio::basic_waitable_timer::cancel"; a constructor is "std::thread::thread".
/// A lambda's call operator is "lambda in <enclosing function>" (or "lambda" at namespace scope).
std::string qualifiedName(const clang::NamedDecl &decl);

/// Identity of a function over all translation units of a program: its USR. Functions with internal linkage get the
/// translation unit's main file in front, because Clang's USR holds only the file's base name. A lambda's call operator
/// is its enclosing function's id plus its place; specialisations of a generic lambda differ by their arguments.
/// Redeclarations and the definition of one function have the same id; so has an inline function in every unit.
std::string entityId(const clang::FunctionDecl &function);

} // namespace coroguard
