// AST -> Facts: the one visitor over a translation unit.
#pragma once
#include "facts/fact.h"
#include "facts/scope.h"
#include "frameworks/model.h"
#include <functional>
#include <memory>

namespace clang {
class ASTConsumer;
class ASTContext;
} // namespace clang

namespace coroguard {

struct ExtractOptions {
  const Models *models = nullptr;
  const ProjectScope *scope = nullptr;
  bool skipForeignBodies = true; // do not parse function bodies in files outside the scope
  bool endsProcess = false;      // the process ends after this unit: memory need not be given back
};

/// The facts of a parsed translation unit. Only declarations of project files are walked.
Facts extractFacts(clang::ASTContext &context, const ExtractOptions &options);

/// A consumer for a front end of ours: skips foreign bodies while parsing and hands over the facts at the end.
std::unique_ptr<clang::ASTConsumer> makeExtractor(ExtractOptions options, std::function<void(Facts)> done);

} // namespace coroguard
