// Functions of the standard library, and those of them that only hand their argument on.
#pragma once
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

namespace coroguard {

/// Is it declared in std, in a namespace within, or a member of a class there?
bool isStdFunction(const clang::FunctionDecl &function);

/// The argument of std::move(x), std::forward<T>(x), std::as_const(x), and of the functions of std that `also` names;
/// null for every other expression.
const clang::Expr *handedOn(const clang::Expr &expression, llvm::ArrayRef<llvm::StringRef> also = {});

/// The signature R(Args...) that std::function, std::move_only_function and the like have as their first template
/// argument; null for every other type.
const clang::FunctionProtoType *erasedSignature(clang::QualType type);

} // namespace coroguard
