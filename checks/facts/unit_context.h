// What every extractor of one translation unit shares: the AST, the models' meaning of it, the facts under
// construction, and the way from Clang's values to fact values.
#pragma once
#include "facts/extract.h"
#include "facts/source_files.h"
#include "frameworks/lookup.h"
#include "language/awaitable.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <map>

namespace coroguard {

struct Callee;

/// What a value of a type is to a reader who drops it.
struct ValueType {
  bool isTask = false;
  AwaitableKind awaitable = AwaitableKind::None;
  Start start = Start::Unknown;
  bool isNodiscard = false;
  const TaskType *model = nullptr;
  bool stopsWhenDropped = false;   // see AwaitableValue
  bool mayStopWhenDropped = false;
  bool givesGuard = false;

  bool canBeAwaited() const { return isTask || isAwaitable(awaitable); }
};

/// A value that a template drops when it calls what its user gave it.
struct GenericDrop {
  unsigned parameter = 0; // which one it was given
  Drop drop;              // with its place in the template
};

class UnitContext {
public:
  UnitContext(clang::ASTContext &ast, const ExtractOptions &options);

  /// Is this location (where its macro is expanded) in a file of the project?
  bool inProject(clang::SourceLocation location) { return files.inProject(location); }
  Place place(clang::SourceLocation location);

  /// Every file of the unit that belongs to the project, with its text.
  std::vector<std::pair<StringId, clang::FileID>> projectFiles();

  StringId entity(const clang::FunctionDecl &function);
  StringId name(const clang::NamedDecl &decl);
  /// A function object by its own name, a constructor by its class's, as people say.
  StringId name(const Callee &callee);
  /// What is written there.
  StringId text(clang::SourceRange range);
  StringId string(llvm::StringRef text) { return facts.strings.add(text); }

  const ValueType &valueType(clang::QualType type);

  clang::ASTContext &ast;
  Lookup lookup;
  Facts facts;
  llvm::DenseSet<const clang::FunctionDecl *> continuations; // lambdas whose result somebody waits for
  std::map<const clang::FunctionDecl *, std::vector<GenericDrop>> genericDrops; // by instantiation

  // What extractors remember about declarations.
  llvm::DenseMap<const clang::CXXRecordDecl *, bool> endMatters;        // destructors.h
  llvm::DenseSet<const clang::FunctionDecl *> passedReady;              // callables whose parameters are complete
  llvm::DenseMap<const clang::ValueDecl *, bool> nonBlockingDescriptors; // descriptors.h
  std::optional<llvm::DenseSet<const clang::CXXRecordDecl *>> switchedClasses; // descriptors.h
  llvm::DenseMap<const clang::CXXRecordDecl *, int> lockHolders;         // lock_holders.h
  llvm::DenseMap<const clang::FieldDecl *, bool> workerQueues;           // worker_queues.h

private:
  ValueType classify(clang::QualType type);

  SourceFiles files;
  llvm::DenseMap<const clang::FunctionDecl *, StringId> entities;
  llvm::DenseMap<const clang::NamedDecl *, StringId> names;
  llvm::DenseMap<const clang::Type *, ValueType> valueTypes;
};

/// The call may put its thread to sleep, as this entry says.
void setBlocks(Call &call, const BlockingCall &model, UnitContext &unit);

/// Looks through everything that does not change which object an expression designates or what it calls: parentheses,
/// implicit nodes, temporaries, std::move and std::forward.
const clang::Expr *unwrap(const clang::Expr *expression);

} // namespace coroguard
