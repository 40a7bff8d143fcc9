#include "facts/asynchronous_loops.h"
#include "facts/inner_statements.h"
#include "language/callee.h"
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// The lambda in an argument; of a generic one what is instantiated.
const FunctionDecl *closureCall(const Expr *argument) {
  const auto *made = findInner<clang::LambdaExpr>(argument);
  if (!made) return nullptr;
  const clang::FunctionTemplateDecl *generic = made->getLambdaClass()->getDependentLambdaCallOperator();
  bool isUsed = generic && !generic->specializations().empty();
  return isUsed ? *generic->specializations().begin() : made->getCallOperator();
}

bool isRangeArgument(const Expr *argument) {
  clang::QualType type = argument->getType();
  return isIterator(type) || (argument->isLValue() && replaceableKind(type) == Replaceable::Container);
}

/// Keeps the callable for round after round, and gives a task: not what starts a round for all elements at once.
bool runsRounds(const clang::CallExpr &call, UnitContext &unit) {
  const SinkCall *sink = unit.lookup.sink(resolveCallee(call));
  return sink && sink->runs == RunsOn::Loop && sink->callable == SinkCall::Callable::Kept &&
         unit.valueType(call.getType()).canBeAwaited();
}

/// What comes first is what it goes over, what comes last is called with each element; map_reduce() takes two.
std::optional<AsynchronousLoop> asLoop(const clang::CallExpr &call, UnitContext &unit) {
  bool givesObject = call.getType()->isRecordType() && !isa<clang::CXXOperatorCallExpr>(call);
  if (!givesObject || call.getNumArgs() < 2 || !isRangeArgument(call.getArg(0)) || !runsRounds(call, unit))
    return std::nullopt;
  const FunctionDecl *body = closureCall(call.getArg(call.getNumArgs() - 1));
  if (llvm::any_of(call.arguments(), [&](const Expr *argument) {
        const FunctionDecl *closure = closureCall(argument);
        return closure && closure != body;
      }))
    return std::nullopt;
  AsynchronousLoop loop{&call, body, elementsOf(*call.getArg(0), unit)};
  return loop.object.holders.empty() ? std::nullopt : std::optional(std::move(loop));
}

/// The named function around lambdas.
const FunctionDecl &outermost(const FunctionDecl &function) {
  const FunctionDecl *result = &function;
  while (const auto *method = dyn_cast<clang::CXXMethodDecl>(result)) {
    const clang::DeclContext *context = method->getParent()->isLambda() ? method->getParent()->getParent() : nullptr;
    const auto *outer = llvm::dyn_cast_or_null<FunctionDecl>(context);
    if (!outer) break;
    result = outer;
  }
  return *result;
}

/// Those who are asked before something ends whether all work is done: gate.close(), scope.join().
bool isJoin(const clang::CXXMemberCallExpr &call) {
  const clang::CXXMethodDecl *method = call.getMethodDecl();
  return method && method->getIdentifier() && call.getNumArgs() == 0 &&
         llvm::is_contained({"close", "stop", "join", "wait", "shutdown"}, method->getName());
}

/// Does the changer wait for the function, or for a gate that it or its callers hold, before it changes anything?
bool comesBehind(const ObjectChange &change, const FunctionDecl &function, const ObjectChanges &changes) {
  const clang::SourceManager &sources = changes.unit.ast.getSourceManager();
  const ObjectChanges::Functions *callers = changes.knownCallers(function);
  auto isHeld = [&](const clang::ValueDecl &gate) {
    return changes.uses(function, gate) ||
           (callers && llvm::any_of(*callers, [&](const FunctionDecl *caller) { return changes.uses(*caller, gate); }));
  };
  return findInner<clang::CallExpr>(outermost(*change.by).getBody(), [&](const clang::CallExpr &call) {
    if (!sources.isBeforeInTranslationUnit(call.getBeginLoc(), change.at->getBeginLoc())) return false;
    const FunctionDecl *callee = call.getDirectCallee();
    if (callee && callee->getCanonicalDecl() == function.getCanonicalDecl()) return true;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const auto *gate = member && isJoin(*member) ? dyn_cast<clang::MemberExpr>(unwrap(member->getImplicitObjectArgument()))
                                                 : nullptr;
    return gate && isHeld(*gate->getMemberDecl());
  });
}

} // namespace

std::vector<AsynchronousLoop> asynchronousLoops(const FunctionDecl &function, UnitContext &unit) {
  std::vector<AsynchronousLoop> result;
  forEachInner(function.getBody(), [&](const Stmt &part) {
    const auto *call = dyn_cast<clang::CallExpr>(&part);
    if (std::optional<AsynchronousLoop> loop = call ? asLoop(*call, unit) : std::nullopt)
      result.push_back(std::move(*loop));
  });
  return result;
}

std::optional<Changer> changerOf(const AsynchronousLoop &loop, const FunctionDecl &function,
                                 const ObjectChanges &changes) {
  const FunctionDecl &whole = outermost(function);
  auto isOther = [&](const ObjectChange &change) {
    return !changes.runsOnlyIn(outermost(*change.by), whole) && !comesBehind(change, whole, changes);
  };
  std::vector<Changer> others = Meanwhile(function, changes).changersOf(loop.object, isOther);
  if (!others.empty()) return others.front();
  for (const Holder &holder : loop.body ? loop.object.holders : llvm::SmallVector<Holder, 2>())
    for (const ObjectChange &change : changes.laterIn(*loop.body, *holder.decl))
      if (invalidates(change.kind, holder)) return Changer{holder.decl, change.by};
  return std::nullopt;
}

} // namespace coroguard
