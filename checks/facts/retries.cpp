#include "facts/retries.h"
#include "facts/accesses.h"
#include "facts/inner_statements.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::CXXCatchStmt;
using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

bool isLoop(const Stmt &statement) {
  return isa<clang::WhileStmt, clang::DoStmt, clang::ForStmt, clang::CXXForRangeStmt>(statement);
}

void addTryBlocks(const Stmt *statement, std::vector<const clang::CXXTryStmt *> &blocks) {
  if (!statement || isLoop(*statement) || isa<clang::LambdaExpr>(statement)) return;
  if (const auto *block = dyn_cast<clang::CXXTryStmt>(statement)) blocks.push_back(block);
  for (const Stmt *child : statement->children()) addTryBlocks(child, blocks);
}

/// Is it catch (...), or the same for the exceptions of the standard library?
bool catchesAll(const CXXCatchStmt &handler) {
  if (!handler.getExceptionDecl()) return true;
  const clang::CXXRecordDecl *record = handler.getCaughtType().getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->hasDefinition() && record->getNumBases() == 0;
}

/// A length of time, or a point in it: some waiting is meant by it.
bool isTime(clang::QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && qualifiedName(*record).starts_with("std::chrono::");
}

const Expr *firstAwait(const Stmt *block) {
  return findInner<clang::CoawaitExpr>(block, [](const clang::CoawaitExpr &await) { return !await.isImplicit(); });
}

class RetryFinder {
public:
  RetryFinder(const LoopView &loop, UnitContext &unit, llvm::function_ref<bool(const Expr &)> matters)
      : loop(loop), unit(unit), matters(matters) {}

  std::vector<Retry> find() {
    std::vector<const clang::CXXTryStmt *> blocks;
    if (!loop.step) addTryBlocks(loop.body, blocks); // a step is progress
    for (const clang::CXXTryStmt *block : blocks) {
      const Expr *tried = firstAwait(block->getTryBlock());
      if (!tried || mayWait(*block) || suspendsOutside(*block) || makesProgress(*block)) continue;
      for (unsigned i = 0; i < block->getNumHandlers(); ++i) judge(*block->getHandler(i), *block, *tried);
    }
    return std::move(found);
  }

private:
  void judge(const CXXCatchStmt &handler, const clang::CXXTryStmt &block, const Expr &tried) {
    if (!catchesAll(handler) || leaves(handler) || changesWhatIsTried(handler)) return;
    const auto *body = llvm::cast<clang::CompoundStmt>(handler.getHandlerBlock());
    found.push_back({body->body_empty() ? static_cast<const Stmt *>(&handler) : body->body_front(),
                     llvm::cast<clang::CoawaitExpr>(tried).getOperand()});
  }

  /// Out of the loop, or to sleep, or to where nobody knows.
  bool leaves(const CXXCatchStmt &handler) {
    return findInner<Stmt>(handler.getHandlerBlock(), [&](const Stmt &inner) {
      if (isa<clang::BreakStmt, clang::ReturnStmt, clang::CoreturnStmt, clang::CXXThrowExpr, clang::GotoStmt>(inner)) return true;
      const auto *call = dyn_cast<clang::CallExpr>(&inner);
      const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
      if (call && (!callee || callee->isNoReturn() || matters(*call))) return true;
      const auto *unary = dyn_cast<clang::UnaryOperator>(&inner);
      return unary && unary->isIncrementDecrementOp(); // it counts
    });
  }

  /// Does the handler change something that the rest of the loop looks at? A member function that is told of the
  /// exception reports it; any other may change whatever the loop goes by.
  bool changesWhatIsTried(const CXXCatchStmt &handler) {
    Accesses changes, rest;
    addAccesses(handler.getHandlerBlock(), changes);
    addAccesses(loop.condition, rest);
    addAccesses(loop.body, rest, &handler);
    bool byMembers = std::exchange(changes.changesThis, false);
    if (changes.disturbs(rest)) return true;
    Accesses way;
    addAccesses(loop.condition, way);
    return byMembers && (way.mentionsMember() || mayLeaveElsewhere()) && !onlyReports(handler);
  }

  bool mayLeaveElsewhere() { return !exitConditions(loop, unit.ast).empty(); }

  /// Is every call of a member of `this` told of the exception, and none known to write a member?
  bool onlyReports(const CXXCatchStmt &handler) {
    return !findInner<clang::CXXMemberCallExpr>(handler.getHandlerBlock(), [&](const clang::CXXMemberCallExpr &call) {
      const clang::CXXMethodDecl *method = call.getMethodDecl();
      bool onThis = isa<clang::CXXThisExpr>(unwrap(call.getImplicitObjectArgument()));
      if (!onThis || !method || method->isConst()) return false;
      return !isToldOf(handler, call) || writesMembers(*method);
    });
  }

  static bool isToldOf(const CXXCatchStmt &handler, const clang::CallExpr &call) {
    return llvm::any_of(call.arguments(), [&](const Expr *argument) {
      return findInner<Expr>(argument, [&](const Expr &inner) {
        const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
        if (name && handler.getExceptionDecl() && name->getDecl() == handler.getExceptionDecl()) return true;
        const auto *asked = dyn_cast<clang::CallExpr>(&inner);
        const clang::FunctionDecl *callee = asked ? asked->getDirectCallee() : nullptr;
        return callee && qualifiedName(*callee) == "std::current_exception";
      });
    });
  }

  static bool writesMembers(const clang::CXXMethodDecl &method) {
    const clang::FunctionDecl *definition = method.getDefinition();
    if (!definition || !definition->hasBody()) return false;
    Accesses accesses;
    addAccesses(definition->getBody(), accesses);
    return accesses.changesThis ||
           llvm::any_of(accesses.changed, [](const clang::ValueDecl *decl) { return isa<clang::FieldDecl>(decl); });
  }

  /// Does the try block name a time, or await something with a number that may be one?
  bool mayWait(const clang::CXXTryStmt &block) {
    return findInner<Stmt>(block.getTryBlock(), [&](const Stmt &inner) {
      const auto *await = dyn_cast<clang::CoawaitExpr>(&inner);
      const auto *awaited = await ? dyn_cast<clang::CallExpr>(unwrap(await->getOperand())) : nullptr;
      if (awaited && llvm::any_of(awaited->arguments(), [&](const Expr *argument) {
            return argument->getType()->isArithmeticType() && argument->isEvaluatable(unit.ast);
          }))
        return true;
      const auto *expression = dyn_cast<Expr>(&inner);
      return expression && isTime(expression->getType());
    });
  }

  bool suspendsOutside(const clang::CXXTryStmt &block) {
    llvm::DenseSet<const Stmt *> inside;
    forEachInner(&block, [&](const Stmt &inner) { inside.insert(&inner); });
    auto outside = [&](const Stmt &inner) {
      if (inside.contains(&inner)) return false;
      const auto *call = dyn_cast<clang::CallExpr>(&inner);
      return isa<clang::CoroutineSuspendExpr>(inner) || (call && matters(*call));
    };
    return findInner<Stmt>(loop.body, outside) || findInner<Stmt>(loop.condition, outside);
  }

  /// Does the loop change what its own condition, or one in front of the try block, looks at?
  bool makesProgress(const clang::CXXTryStmt &block) {
    Accesses changes, way;
    addAccesses(loop.condition, changes), addAccesses(loop.body, changes);
    addAccesses(loop.condition, way);
    for (const ExitCondition &exit : exitConditions(loop, unit.ast))
      if (!contains(block, *exit.expression)) addAccesses(exit.expression, way);
    changes.changesThis = false; // what the try block calls comes to nothing when it fails
    return changes.disturbs(way);
  }

  static bool contains(const clang::CXXTryStmt &block, const Expr &expression) {
    return findInner<Expr>(&block, [&](const Expr &inner) { return &inner == &expression; });
  }

  const LoopView &loop;
  UnitContext &unit;
  llvm::function_ref<bool(const Expr &)> matters;
  std::vector<Retry> found;
};

} // namespace

std::vector<Retry> retriesAtOnce(const LoopView &loop, UnitContext &unit, llvm::function_ref<bool(const Expr &)> matters) {
  return RetryFinder(loop, unit, matters).find();
}

} // namespace coroguard
