#include "language/suspension_cfg.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Analysis/CFG.h>
#include <deque>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <utility>

using namespace clang;

namespace coroguard {
namespace {

using StatementSet = llvm::DenseSet<const Stmt *>;

const CoroutineSuspendExpr *asWrittenSuspension(const Stmt *statement) {
  const auto *await = dyn_cast_or_null<CoawaitExpr>(statement);
  if (await && await->isImplicit()) return nullptr;
  return dyn_cast_or_null<CoroutineSuspendExpr>(statement);
}

template <class Visit> void forEachStatement(const CFG &cfg, Visit visit) {
  for (const CFGBlock *block : cfg)
    for (const CFGElement &element : *block)
      if (auto statement = element.getAs<CFGStmt>()) visit(statement->getStmt());
}

void addTree(const Stmt *root, StatementSet &into) {
  if (!root || !into.insert(root).second) return;
  for (const Stmt *child : root->children()) addTree(child, into);
}

// Clang evaluates a suspension as three calls on an opaque value; nobody wrote them.
StatementSet machineryOf(const CFG &cfg) {
  StatementSet machinery;
  forEachStatement(cfg, [&](const Stmt *statement) {
    const auto *suspension = dyn_cast<CoroutineSuspendExpr>(statement);
    if (!suspension) return;
    addTree(suspension->getReadyExpr(), machinery);
    addTree(suspension->getSuspendExpr(), machinery);
    addTree(suspension->getResumeExpr(), machinery);
  });
  return machinery;
}

bool isNothrow(const FunctionDecl *function) {
  const auto *type = function ? function->getType()->getAs<FunctionProtoType>() : nullptr;
  return type && !isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
}

bool mayThrow(const Stmt &statement) {
  if (const auto *call = dyn_cast<CallExpr>(&statement)) return !isNothrow(call->getDirectCallee());
  if (const auto *construct = dyn_cast<CXXConstructExpr>(&statement))
    return !isNothrow(construct->getConstructor());
  return isa<CXXThrowExpr, CXXNewExpr>(statement) || asWrittenSuspension(&statement);
}

/// What unwinding from a place has to pass: the variables declared before it and the try blocks around it,
/// innermost first. Places share their outer parts.
struct Scope {
  const Scope *outer = nullptr;
  const VarDecl *variable = nullptr; // or else
  const CXXTryStmt *tryBlock = nullptr;
};

/// The scope of every statement of a body.
class ScopeMap {
public:
  explicit ScopeMap(const Stmt &body) { visit(&body, nullptr); }

  const Scope *of(const Stmt *statement) const { return scopes.lookup(statement); }

private:
  void visit(const Stmt *statement, const Scope *scope) {
    if (!statement) return;
    scopes[statement] = scope;
    if (const auto *tryBlock = dyn_cast<CXXTryStmt>(statement)) return visitTry(*tryBlock, scope);
    const auto *lambda = dyn_cast<LambdaExpr>(statement);
    const Stmt *otherFunction = lambda ? lambda->getBody() : nullptr;
    for (const Stmt *child : statement->children()) {
      if (child == otherFunction) continue;
      visit(child, scope);
      // Loops and branches list their declarations before what these are visible in, like blocks do.
      if (const auto *declaration = dyn_cast_or_null<DeclStmt>(child)) scope = declare(*declaration, scope);
    }
  }

  void visitTry(const CXXTryStmt &tryBlock, const Scope *scope) {
    visit(tryBlock.getTryBlock(), add({scope, nullptr, &tryBlock}));
    for (unsigned i = 0; i < tryBlock.getNumHandlers(); ++i) {
      const CXXCatchStmt *handler = tryBlock.getHandler(i);
      const VarDecl *caught = handler->getExceptionDecl();
      visit(handler->getHandlerBlock(), caught ? add({scope, caught, nullptr}) : scope);
    }
  }

  const Scope *declare(const DeclStmt &declaration, const Scope *scope) {
    for (const Decl *decl : declaration.decls()) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      if (variable && variable->hasLocalStorage()) scope = add({scope, variable, nullptr});
    }
    return scope;
  }

  const Scope *add(Scope scope) { return &storage.emplace_back(scope); }

  llvm::DenseMap<const Stmt *, const Scope *> scopes;
  std::deque<Scope> storage;
};

/// `do { ... } while (never())`, as checking macros have it, with a function that only says `return false;`.
bool neverRepeats(const Stmt *terminator) {
  const auto *loop = dyn_cast_or_null<DoStmt>(terminator);
  const auto *call = loop ? dyn_cast<CallExpr>(loop->getCond()->IgnoreParenImpCasts()) : nullptr;
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  // A macro of somebody else's, whose function is not read: BOOST_CHECK and the like are statements.
  if (callee && loop->getDoLoc().isMacroID() && !callee->hasBody()) return true;
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(callee);
  const auto *body = callee && !(method && method->isVirtual()) ? dyn_cast_or_null<CompoundStmt>(callee->getBody()) : nullptr;
  const auto *result = body && body->size() == 1 ? dyn_cast<ReturnStmt>(body->body_front()) : nullptr;
  const Expr *value = result ? result->getRetValue() : nullptr;
  const auto *truth = value ? dyn_cast<CXXBoolLiteralExpr>(value->IgnoreParenImpCasts()) : nullptr;
  return truth && !truth->getValue();
}

bool catchesEverything(const CXXTryStmt &tryBlock) {
  const CXXCatchStmt *last = tryBlock.getHandler(tryBlock.getNumHandlers() - 1);
  return last->getExceptionDecl() == nullptr;
}

/// Cuts Clang's blocks into nodes, and adds the edges Clang leaves out.
class GraphBuilder {
public:
  GraphBuilder(const CFG &cfg, const Stmt &body) : cfg(cfg), machinery(machineryOf(cfg)) {
    if (throwsOrCatches()) scopes.emplace(body);
  }

  std::vector<FlowNode> build() {
    for (const CFGBlock *block : cfg) firstNodes[block] = newNode();
    for (const CFGBlock *block : cfg) addBlock(*block);
    return std::move(graph);
  }

  unsigned nodeOf(const CFGBlock &block) const { return firstNodes.lookup(&block); }

private:
  bool throwsOrCatches() const {
    bool found = cfg.try_blocks_begin() != cfg.try_blocks_end();
    forEachStatement(cfg, [&](const Stmt *statement) { found = found || isa<CXXThrowExpr>(statement); });
    return found;
  }

  unsigned newNode() {
    graph.emplace_back();
    return graph.size() - 1;
  }

  void connect(unsigned from, unsigned to, EdgeKind kind) { graph[from].successors.push_back({to, kind}); }
  unsigned exitNode() const { return nodeOf(cfg.getExit()); }

  void addBlock(const CFGBlock &block) {
    unsigned node = nodeOf(block);
    llvm::SmallPtrSet<const Stmt *, 4> destroyed;
    const Stmt *thrower = nullptr;
    for (const CFGElement &element : block) {
      std::optional<FlowElement> step = stepOf(element);
      // Clang lists the temporaries of an awaited operand twice: once as written, once as awaited.
      if (!step || (isTemporary(*step) && !destroyed.insert(step->statement).second)) continue;
      graph[node].elements.push_back(*step);
      if (isa_and_nonnull<CXXThrowExpr>(step->statement)) thrower = step->statement;
      if (!thrower && endsNode(*step)) node = split(node, *step);
    }
    if (const auto *tryBlock = dyn_cast_or_null<CXXTryStmt>(block.getTerminatorStmt()))
      addHandlers(node, block, *tryBlock);
    else if (thrower)
      addThrow(node, *thrower);
    else if (!block.hasNoReturnElement())
      addFlow(node, block);
  }

  static bool isTemporary(const FlowElement &step) {
    return step.kind == FlowElement::Kind::Destructor && !step.variable;
  }

  std::optional<FlowElement> stepOf(const CFGElement &element) const {
    using Kind = FlowElement::Kind;
    if (auto statement = element.getAs<CFGStmt>()) return stepOf(*statement->getStmt());
    if (auto object = element.getAs<CFGAutomaticObjDtor>())
      return FlowElement{Kind::Destructor, nullptr, object->getVarDecl()};
    if (auto temporary = element.getAs<CFGTemporaryDtor>())
      return FlowElement{Kind::Destructor, temporary->getBindTemporaryExpr(), nullptr};
    if (auto end = element.getAs<CFGLifetimeEnds>())
      return FlowElement{Kind::LifetimeEnd, nullptr, end->getVarDecl()};
    return std::nullopt;
  }

  // A catch or range-for statement in a block stands for its whole body, whose parts are in blocks of their
  // own.
  std::optional<FlowElement> stepOf(const Stmt &statement) const {
    if (machinery.contains(&statement)) return std::nullopt;
    if (asWrittenSuspension(&statement))
      return FlowElement{FlowElement::Kind::Suspension, &statement, nullptr};
    if (!isa<Expr, DeclStmt, ReturnStmt, CoreturnStmt>(statement)) return std::nullopt;
    return FlowElement{FlowElement::Kind::Statement, &statement, nullptr};
  }

  // A throwing step ends its node, so that the handlers see the state of that moment and not of the block's
  // end.
  bool endsNode(const FlowElement &step) {
    if (step.kind == FlowElement::Kind::Suspension) return true;
    return step.kind == FlowElement::Kind::Statement && mayThrow(*step.statement) && catcher(step.statement);
  }

  unsigned split(unsigned node, const FlowElement &last) {
    unsigned next = newNode();
    connect(node, next, EdgeKind::Flow);
    if (std::optional<unsigned> target = catcher(last.statement)) connect(node, *target, EdgeKind::Unwind);
    if (last.kind == FlowElement::Kind::Suspension) connect(node, exitNode(), EdgeKind::Destroyed);
    return next;
  }

  void addFlow(unsigned node, const CFGBlock &block) {
    const Expr *condition = decision(block);
    const Stmt *loop = block.succ_size() == 2 ? block.getTerminatorStmt() : nullptr;
    if (!isa_and_nonnull<ForStmt, WhileStmt, CXXForRangeStmt>(loop)) loop = nullptr;
    bool isFirst = condition || loop; // of two successors, the one for true
    bool skips = neverRepeats(block.getTerminatorStmt());
    for (const CFGBlock::AdjacentBlock &successor : block.succs()) {
      if (const CFGBlock *reachable = successor.getReachableBlock(); reachable && !std::exchange(skips, false))
        graph[node].successors.push_back({nodeOf(*reachable), EdgeKind::Flow, condition, loop, isFirst});
      isFirst = false;
    }
  }

  static const Expr *decision(const CFGBlock &block) {
    const Stmt *terminator = block.getTerminatorStmt();
    if (!terminator || block.succ_size() != 2) return nullptr;
    return isa<IfStmt, AbstractConditionalOperator, BinaryOperator>(terminator) ? block.getLastCondition() : nullptr;
  }

  // Clang's own edge of a throw skips the destructors on its way.
  void addThrow(unsigned node, const Stmt &thrower) {
    connect(node, catcher(&thrower).value_or(exitNode()), EdgeKind::Unwind);
  }

  // Clang's dispatch block of a try leads to its handlers, but nothing leads to it.
  void addHandlers(unsigned node, const CFGBlock &dispatch, const CXXTryStmt &tryBlock) {
    for (const CFGBlock::AdjacentBlock &successor : dispatch.succs()) {
      const CFGBlock *handler = successor.getReachableBlock();
      if (handler && isa_and_nonnull<CXXCatchStmt>(handler->getLabel()))
        connect(node, nodeOf(*handler), EdgeKind::Unwind);
    }
    if (catchesEverything(tryBlock)) return;
    if (std::optional<unsigned> target = catcher(&tryBlock)) connect(node, *target, EdgeKind::Unwind);
  }

  /// The node where unwinding from this statement starts; nothing when no try block is around it.
  std::optional<unsigned> catcher(const Stmt *statement) {
    return scopes && statement ? unwinder(scopes->of(statement)) : std::nullopt;
  }

  std::optional<unsigned> unwinder(const Scope *scope) {
    if (!scope) return std::nullopt;
    if (auto known = unwinders.find(scope); known != unwinders.end()) return known->second;
    std::optional<unsigned> node = scope->tryBlock ? dispatchOf(*scope->tryBlock) : cleanup(*scope);
    unwinders[scope] = node;
    return node;
  }

  std::optional<unsigned> dispatchOf(const CXXTryStmt &tryBlock) const {
    for (auto block = cfg.try_blocks_begin(); block != cfg.try_blocks_end(); ++block)
      if ((*block)->getTerminatorStmt() == &tryBlock) return nodeOf(**block);
    return std::nullopt;
  }

  std::optional<unsigned> cleanup(const Scope &scope) {
    std::optional<unsigned> next = unwinder(scope.outer);
    if (!next) return std::nullopt;
    unsigned node = newNode();
    if (scope.variable->getType().isDestructedType())
      graph[node].elements.push_back({FlowElement::Kind::Destructor, nullptr, scope.variable});
    graph[node].elements.push_back({FlowElement::Kind::LifetimeEnd, nullptr, scope.variable});
    connect(node, *next, EdgeKind::Unwind);
    return node;
  }

  const CFG &cfg;
  StatementSet machinery;
  std::optional<ScopeMap> scopes;
  std::vector<FlowNode> graph;
  llvm::DenseMap<const CFGBlock *, unsigned> firstNodes;
  llvm::DenseMap<const Scope *, std::optional<unsigned>> unwinders;
};

bool containsErrors(const Stmt *statement) {
  if (!statement) return false;
  const auto *expression = dyn_cast<Expr>(statement);
  if (expression && expression->containsErrors()) return true;
  if (const auto *declaration = dyn_cast<DeclStmt>(statement))
    if (llvm::any_of(declaration->decls(), [](const Decl *decl) { return decl->isInvalidDecl(); }))
      return true;
  return llvm::any_of(statement->children(), containsErrors);
}

// The body the user wrote: Clang's graph of a whole coroutine body puts the initial suspend behind it.
Stmt *writtenBody(const FunctionDecl &definition) {
  Stmt *body = definition.getBody();
  const auto *coroutine = dyn_cast_or_null<CoroutineBodyStmt>(body);
  return coroutine ? coroutine->getBody() : body;
}

CFG::BuildOptions buildOptions() {
  CFG::BuildOptions options;
  options.AddImplicitDtors = true;
  options.AddTemporaryDtors = true;
  options.AddLifetime = true;
  // Without initialisers, a constructor's member initialisers would not be in the graph.
  options.AddInitializers = true;
  options.setAllAlwaysAdd();
  return options;
}

} // namespace

SuspensionCfg::SuspensionCfg() = default;
SuspensionCfg::SuspensionCfg(SuspensionCfg &&) noexcept = default;
SuspensionCfg &SuspensionCfg::operator=(SuspensionCfg &&) noexcept = default;
SuspensionCfg::~SuspensionCfg() = default;

std::optional<SuspensionCfg> SuspensionCfg::build(const FunctionDecl &function, ASTContext &context) {
  const FunctionDecl *definition = function.getDefinition();
  if (!definition || definition->isInvalidDecl() || definition->isDependentContext()) return std::nullopt;
  Stmt *body = writtenBody(*definition);
  if (!body) return std::nullopt;
  if (context.getDiagnostics().hasUncompilableErrorOccurred() && containsErrors(body)) return std::nullopt;
  SuspensionCfg result;
  result.cfg = CFG::buildCFG(definition, body, &context, buildOptions());
  if (!result.cfg) return std::nullopt;
  GraphBuilder builder(*result.cfg, *body);
  result.graph = builder.build();
  result.entryNode = builder.nodeOf(result.cfg->getEntry());
  result.exitNode = builder.nodeOf(result.cfg->getExit());
  return result;
}

} // namespace coroguard
