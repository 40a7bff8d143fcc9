// Declaration -> meaning, for one AST. Precedence: attributes in the code ([[clang::annotate("coroguard::...")]]), user
// models, models that a library ships, embedded models. Answers are remembered per declaration; a lookup object must not outlive its AST
// nor the models, into which it points.
#pragma once
#include "frameworks/model.h"
#include <memory>

namespace clang {
class ASTContext;
class CXXRecordDecl;
class Decl;
class FieldDecl;
class FunctionDecl;
class QualType;
class VarDecl;
} // namespace clang

namespace coroguard {

struct Callee;

class Lookup {
public:
  Lookup(const Models &models, const clang::ASTContext &context);
  ~Lookup();

  /// Entries for a function, null when it has none. A member is looked up in its class, then in the classes whose
  /// member it overrides or whose constructor it inherits. The entry is owned by the models or by this object.
  const BlockingCall *blocking(const clang::FunctionDecl &function);
  const SinkCall *sink(const clang::FunctionDecl &function);
  const Hop *hop(const clang::FunctionDecl &function);
  const LoopRunner *loopRunner(const clang::FunctionDecl &function);
  const LoopBoundCall *loopBoundCall(const clang::FunctionDecl &function);
  const Resumer *resumer(const clang::FunctionDecl &function);
  const IdleCall *idle(const clang::FunctionDecl &function);
  const BackgroundCall *backgroundCall(const clang::FunctionDecl &function);
  bool isReadyCheck(const clang::FunctionDecl &function);
  const LockCall *lockCall(const clang::FunctionDecl &function);
  const ThreadValue *threadValue(const clang::FunctionDecl &function);
  const TimeLimit *timeLimit(const clang::FunctionDecl &function);
  const NonBlockingSwitch *nonBlockingSwitch(const clang::FunctionDecl &function);

  /// The same for a named function object (a CPO): its qualified name is the entry's name.
  const BlockingCall *blocking(const clang::VarDecl &functionObject);
  const SinkCall *sink(const clang::VarDecl &functionObject);

  /// Of the named function object, if there is one, else of the function; null for an indirect call.
  const SinkCall *sink(const Callee &callee);

  /// The same for a field that holds a callback (sigaction's sa_handler): assigning it hands the callback over.
  const SinkCall *sink(const clang::FieldDecl &field);

  /// The loop-bound type whose thread-bound member this is; null for constructors, destructors, static members, for
  /// members the model or an attribute calls thread-safe, and for types that are not loop-bound.
  const LoopBoundType *loopBoundMember(const clang::FunctionDecl &method);

  /// Null for references and for types without an entry; bases are asked too.
  const TaskType *taskType(clang::QualType type);
  const Hop *hop(clang::QualType type); // awaiting an object of the class is the hop
  const GuardType *guard(clang::QualType type);
  const LoopBoundType *loopBoundType(clang::QualType type);
  const ThreadBoundValue *threadBoundValue(clang::QualType type);

  /// What kind of thread an executor expression's type stands for: the type itself, its bases, a class it is nested in
  /// (pool::executor_type), a pointer or reference to it, or the first template argument of an adaptor that is one
  /// (strand<E>, executor_binder<T, E>, shared_ptr<pool>).
  RunsOn executor(clang::QualType type);

  /// Is it a strand, or an adaptor or pointer with one in its template arguments?
  bool isStrand(clang::QualType type);

  /// Is the class annotated to continue elsewhere whoever awaits its objects?
  bool isOffload(const clang::CXXRecordDecl &awaiter);

  /// Is the declaration inside the implementation of a modelled library (Model::implementation)?
  bool isImplementation(const clang::Decl &decl);

  /// What an attribute or a model says: never-blocks ends every chain, blocking starts one.
  bool neverBlocks(const clang::FunctionDecl &function);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace coroguard
