// Generic lambdas that only foreign code calls: std::function, an event, a signal.
#pragma once
#include <clang/AST/ASTContext.h>
#include <llvm/ADT/STLFunctionalExtras.h>

namespace clang {
class Sema;
} // namespace clang

namespace coroguard {

/// Instantiates the bodies of their call operators, which the compiler does where foreign bodies are not skipped. Only
/// lambdas in places for which `isOurs` is true. What does not compile stays without a body, and nobody hears of it:
/// perhaps it was only asked whether it could be called.
void instantiateGenericLambdas(clang::ASTContext &context, clang::Sema &sema,
                               llvm::function_ref<bool(clang::SourceLocation)> isOurs);

} // namespace coroguard
