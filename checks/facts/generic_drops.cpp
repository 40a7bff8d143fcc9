// The part of the walk that says what templates drop, and to whom.
#include "facts/body_walker.h"
#include "facts/generic_code.h"
#include "facts/handoffs.h"

namespace coroguard {

using clang::Expr;
using clang::FunctionDecl;
using llvm::dyn_cast;
using llvm::isa;

/// What a template drops because of what it was given is its user's loss, and said where he gave it.
void BodyWalker::addDrop(const Expr &dropped, Drop fact) {
  const Expr *called = function ? calledObject(dropped) : nullptr;
  const clang::ValueDecl *given = called ? givenByUser(*called) : nullptr;
  if (given && given->getDeclContext() == function && isa<clang::ParmVarDecl>(given)) {
    genericDrops.push_back({llvm::cast<clang::ParmVarDecl>(given)->getFunctionScopeIndex(), std::move(fact)});
    return;
  }
  if (given) fact.inside = fact.place, fact.place = userPlace(*called, *function, unit);
  facts.drops.push_back(std::move(fact));
}

/// Callables whose result is waited for: given to a member of something to await, or to what uses their result.
void BodyWalker::markContinuations(const Expr &call, const SinkCall *sink, llvm::ArrayRef<const Expr *> arguments) {
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
  bool chained = object && unit.valueType(object->getType().getNonReferenceType()).canBeAwaited();
  if (!chained && !(sink && sink->result == SinkCall::Result::Used)) return;
  for (const Expr *argument : arguments)
    if (isa<clang::LambdaExpr>(unwrap(argument)))
      for (const FunctionDecl *target : callableTargets(argument, unit)) unit.continuations.insert(target);
}

const std::vector<GenericDrop> &BodyWalker::dropsOf(const FunctionDecl &instantiation) {
  auto [known, isNew] = unit.genericDrops.try_emplace(&instantiation);
  if (!isNew) return known->second; // empty while it is being found: a recursive template
  const FunctionDecl *definition = nullptr;
  const clang::Stmt *body = instantiation.getBody(definition);
  if (!body || definition->isDependentContext() || unit.lookup.isImplementation(*definition)) return known->second;
  Function scratch;
  BodyWalker walker(definition, scratch, unit, [](const FunctionDecl &) {});
  if (const auto *coroutine = dyn_cast<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
  walker.statement(body);
  return known->second = std::move(walker.genericDrops);
}

void BodyWalker::dropsByCallee(const Expr &call, const FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments) {
  if (!callee.isTemplateInstantiation() || !unit.inProject(callee.getLocation())) return;
  if (isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee)) arguments = arguments.drop_front();
  for (const GenericDrop &generic : std::vector(dropsOf(callee))) {
    if (generic.parameter >= arguments.size()) continue;
    const Expr &given = *arguments[generic.parameter];
    const auto *own = llvm::dyn_cast_or_null<clang::ParmVarDecl>(givenByUser(given));
    if (own && own->getDeclContext() == function) { // given to us as well
      genericDrops.push_back({own->getFunctionScopeIndex(), generic.drop});
      continue;
    }
    Drop fact = generic.drop;
    if (auto targets = callableTargets(&given, unit); targets.size() == 1)
      fact.value.maker = unit.entity(*targets[0]), fact.value.name = unit.name(*targets[0]);
    fact.inside = fact.place;
    fact.place = unit.place(call.getExprLoc());
    facts.drops.push_back(std::move(fact));
  }
}

} // namespace coroguard
