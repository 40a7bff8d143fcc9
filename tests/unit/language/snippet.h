// A parsed piece of C++20 and the declarations in it, for the tests of this folder.
#pragma once
#include "language/callee.h"
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/ASTUnit.h>
#include <clang/Tooling/Tooling.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace coroguard::test {

/// A lazy coroutine type, an awaiter and a guard, for snippets that do not bring their own.
inline constexpr const char *prelude = R"(
#include <coroutine>
struct Awaiter {
  bool await_ready(); void await_suspend(std::coroutine_handle<>); int await_resume();
};
struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int);
    void return_void();
    void unhandled_exception();
  };
};
struct Guard { Guard(int = 0); ~Guard(); };
Awaiter wait(); Awaiter waitFor(int);
void before(); void after(); void inside(); void handle(); bool condition();
)";

class Snippet {
public:
  explicit Snippet(const std::string &code, const std::string &file = "/project/snippet.cc",
                   const std::vector<std::pair<std::string, std::string>> &headers = {})
      : unit(clang::tooling::buildASTFromCodeWithArgs(
            code, {"-std=c++20", "-fsyntax-only"}, file, "coroguard-test",
            std::make_shared<clang::PCHContainerOperations>(),
            clang::tooling::getClangStripDependencyFileAdjuster(), headers)) {
    EXPECT_FALSE(context().getDiagnostics().hasErrorOccurred());
  }

  clang::ASTContext &context() const { return unit->getASTContext(); }

  /// Every function of that qualified name, instantiations and templates' patterns included, in order.
  std::vector<const clang::FunctionDecl *> functions(const std::string &name) const {
    Finder finder(name);
    finder.TraverseAST(context());
    return finder.found;
  }

  /// The definition, else the first declaration, leaving patterns out when there is an instantiation.
  const clang::FunctionDecl &function(const std::string &name) const {
    const clang::FunctionDecl *best = nullptr;
    for (const clang::FunctionDecl *candidate : functions(name))
      if (!best || rank(*candidate) > rank(*best)) best = candidate;
    if (!best) throw std::runtime_error("no function " + name);
    return *best;
  }

  /// The type of a global variable.
  clang::QualType type(const std::string &variable) const {
    for (const clang::NamedDecl *found :
         context().getTranslationUnitDecl()->lookup(&context().Idents.get(variable)))
      if (const auto *declared = llvm::dyn_cast<clang::ValueDecl>(found)) return declared->getType();
    throw std::runtime_error("no variable " + variable);
  }

private:
  struct Finder : clang::RecursiveASTVisitor<Finder> {
    explicit Finder(std::string name) : name(std::move(name)) {}
    bool shouldVisitTemplateInstantiations() const { return true; }
    bool shouldVisitLambdaBody() const { return true; }
    bool VisitFunctionDecl(clang::FunctionDecl *function) {
      if (qualifiedName(*function) == name) found.push_back(function);
      return true;
    }
    // The visitor walks a closure's body, but does not visit its call operator.
    bool VisitLambdaExpr(clang::LambdaExpr *lambda) {
      const clang::CXXMethodDecl *callOperator = lambda->getCallOperator();
      if (qualifiedName(*callOperator) != name) return true;
      const clang::FunctionTemplateDecl *generic = callOperator->getDescribedFunctionTemplate();
      if (!generic) found.push_back(callOperator);
      if (generic) found.insert(found.end(), generic->spec_begin(), generic->spec_end());
      return true;
    }
    std::string name;
    std::vector<const clang::FunctionDecl *> found;
  };

  static int rank(const clang::FunctionDecl &function) {
    return (function.doesThisDeclarationHaveABody() ? 2 : 0) + (function.isDependentContext() ? 0 : 1);
  }

  std::unique_ptr<clang::ASTUnit> unit;
};

} // namespace coroguard::test
