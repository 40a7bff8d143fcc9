// Which of several functions with one name an entry means: linkage and the number of parameters; and never_blocks.
#include "frameworks/load.h"
#include "frameworks/lookup.h"
#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/Tooling/Tooling.h>
#include <gtest/gtest.h>

namespace coroguard {
namespace {

constexpr const char *model = R"(library: net
roots: ["", net]
linkage: c
blocking_calls:
  - name: [wait_all, log::write, check]
    family: sync
    why: it sleeps
resumers:
  - name: event::set
    max_parameters: 1
    why: it resumes
never_blocks:
  - name: log::*
    why: it logs
)";

class Conditions : public testing::Test {
protected:
  /// The function of that name whose parameters are as many.
  const clang::FunctionDecl &function(const std::string &name, unsigned parameters) {
    using namespace clang::ast_matchers;
    auto found = match(functionDecl(hasName(name), parameterCountIs(parameters)).bind("f"), unit->getASTContext());
    EXPECT_EQ(found.size(), 1u) << name;
    return *found[0].getNodeAs<clang::FunctionDecl>("f");
  }

  std::unique_ptr<clang::ASTUnit> unit = clang::tooling::buildASTFromCode(R"(
    extern "C" int wait_all();
    int wait_all(double);
    namespace net {
      int check();
      struct event { void set(); void set(int); void set(int, int); };
      namespace log { void write(); struct sink { void flush(); }; }
    }
  )");
  std::vector<Problem> problems;
  Models models{{*parseModel(model, "m.yaml", problems)}};
  Lookup lookup{models, unit->getASTContext()};
};

TEST_F(Conditions, AFunctionWithCLinkageIsNoCppFunction) {
  EXPECT_TRUE(lookup.blocking(function("wait_all", 0)));
  EXPECT_FALSE(lookup.blocking(function("wait_all", 1)));
}

TEST_F(Conditions, LinkageIsAskedOnlyInTheGlobalNamespace) {
  EXPECT_TRUE(lookup.blocking(function("net::check", 0)));
}

TEST_F(Conditions, AnOverloadMayHaveTooManyParameters) {
  EXPECT_TRUE(lookup.resumer(function("net::event::set", 0)));
  EXPECT_TRUE(lookup.resumer(function("net::event::set", 1)));
  EXPECT_FALSE(lookup.resumer(function("net::event::set", 2)));
}

TEST_F(Conditions, WhatNeverBlocksDoesNotBlock) {
  EXPECT_FALSE(lookup.blocking(function("net::log::write", 0)));
  EXPECT_TRUE(lookup.neverBlocks(function("net::log::write", 0)));
  EXPECT_TRUE(lookup.neverBlocks(function("net::log::sink::flush", 0)));
  EXPECT_FALSE(lookup.neverBlocks(function("net::check", 0)));
}

} // namespace
} // namespace coroguard
