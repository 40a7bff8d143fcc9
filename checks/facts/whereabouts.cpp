#include "facts/whereabouts.h"
#include "facts/handoffs.h"
#include "facts/own_hops.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::Expr;
using Where = Whereabouts::Where;

Where placeOf(RunsOn runs) {
  switch (runs) {
  case RunsOn::Loop: return Where::Loop;
  case RunsOn::Offload: return Where::Offload;
  case RunsOn::OtherLoop: return Where::OtherLoop;
  default: return Where::Unknown;
  }
}

/// Of two hops to one place the first in the file stands for both.
Whereabouts join(const Whereabouts &a, const Whereabouts &b) {
  if (a.where == Where::Unreached) return b;
  if (b.where == Where::Unreached || a == b) return a;
  if (a.where != b.where) return {Where::Unknown, nullptr, false};
  bool isFirst = a.hop && b.hop && a.hop->getBeginLoc().getRawEncoding() < b.hop->getBeginLoc().getRawEncoding();
  return {a.where, a.hop && b.hop ? (isFirst ? a.hop : b.hop) : nullptr, a.onStrand || b.onStrand};
}

} // namespace

bool startsElsewhere(const clang::FunctionDecl &coroutine, UnitContext &unit) {
  const TaskType *task = unit.lookup.taskType(coroutine.getReturnType());
  if (!task || task->startedBehind.empty()) return false;
  for (unsigned i = 0; i + 1 < coroutine.getNumParams(); ++i) {
    const clang::CXXRecordDecl *tag = coroutine.getParamDecl(i)->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (!tag || qualifiedName(*tag) != task->startedBehind) continue;
    RunsOn runs = unit.lookup.executor(coroutine.getParamDecl(i + 1)->getType());
    return runs != RunsOn::Loop && runs != RunsOn::OtherLoop;
  }
  return false;
}

std::optional<AwaitedHop> awaitedHop(const FlowElement &element, UnitContext &unit) {
  if (element.kind != FlowElement::Kind::Suspension) return std::nullopt;
  const auto *await = llvm::dyn_cast<clang::CoawaitExpr>(element.statement);
  const auto *call = await ? llvm::dyn_cast<clang::CallExpr>(unwrap(await->getOperand())) : nullptr;
  Callee callee = call ? resolveCallee(*call) : Callee{};
  const Hop *hop = callee.function ? unit.lookup.hop(*callee.function) : nullptr;
  if (!hop && await) hop = unit.lookup.hop(unwrap(await->getOperand())->getType());
  if (!hop || hop->runs == RunsOn::Here) return std::nullopt; // it never suspends
  if (!call) return AwaitedHop{hop, {placeOf(hop->runs), nullptr, false}}; // an object: it leads back to where it was made
  if (hop->runs != RunsOn::Executor) return AwaitedHop{hop, {placeOf(hop->runs), call, false}};
  const auto *member = llvm::dyn_cast<clang::CXXMemberCallExpr>(call);
  const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
  llvm::ArrayRef<const Expr *> arguments(call->getArgs(), call->getNumArgs());
  if (llvm::isa<clang::CXXOperatorCallExpr>(call)) arguments = arguments.drop_front(); // a function object
  Executor executor = executorOf(hop->executor, object, arguments, unit);
  return AwaitedHop{hop, {placeOf(executor.runsOn), call, executor.isStrand}};
}

void followHop(Whereabouts &state, const FlowElement &element, OtherAwaits others, UnitContext &unit) {
  if (element.kind != FlowElement::Kind::Suspension) return;
  if (std::optional<AwaitedHop> hop = awaitedHop(element, unit)) state = hop->destination;
  else if (others == OtherAwaits::Unknown) state = {Where::Unknown, nullptr, false};
  else if (leadsToOwnThread(*element.statement, unit)) state = {Where::Offload, nullptr, false};
}

std::vector<Whereabouts> solveWhereabouts(const SuspensionCfg &cfg, OtherAwaits others, UnitContext &unit) {
  auto transfer = [&](Whereabouts &state, const FlowElement &element) { followHop(state, element, others, unit); };
  auto merge = [](Whereabouts &into, const Whereabouts &from, EdgeKind) { into = join(into, from); };
  return solveForward<Whereabouts>(cfg, {Where::Loop, nullptr, false}, merge, transfer);
}

} // namespace coroguard
