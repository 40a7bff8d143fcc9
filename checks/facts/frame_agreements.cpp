#include "facts/frame_agreements.h"
#include "facts/handoffs.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "language/coroutine.h"
#include "language/locking.h"
#include "language/name_words.h"
#include <llvm/ADT/SmallPtrSet.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

/// Somebody keeps the awaiter alive.
bool keepsOwnFrame(const HandleScope &scope) {
  return findInner<clang::CallExpr>(scope.function().getBody(), [](const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    return callee && callee->getIdentifier() && (callee->getName() == "shared_from_this" || callee->getName() == "weak_from_this");
  });
}

/// Two sides meet: whoever comes second, this function or the one that was given the coroutine, goes on with it. Until
/// this one has come nobody else resumes.
bool meetsResumer(const HandleScope &scope, const clang::FieldDecl *count) {
  return findInner<clang::CallExpr>(scope.function().getBody(), [&](const clang::CallExpr &call) {
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
    const Expr *object = member ? member->getImplicitObjectArgument() : op && op->getNumArgs() > 0 ? op->getArg(0) : nullptr;
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (object) object = object->IgnoreParenImpCasts(); // not the base class that has the member
    const auto *part = dyn_cast_or_null<clang::MemberExpr>(object);
    if (part && part->getMemberDecl() == count) return false;
    clang::QualType type = object ? object->getType().getNonReferenceType() : clang::QualType();
    if (!callee || !object || !isAtomic(type->isPointerType() ? type->getPointeeType() : type)) return false;
    if (op) return scope.isFrame(object) && op->getOperator() != clang::OO_Equal;
    if (!callee->getIdentifier() || llvm::any_of(call.arguments(), [&](const Expr *each) { return scope.carries(each); })) return false;
    llvm::StringRef name = callee->getName();
    bool decides = name == "exchange" || name == "fetch_sub" || name == "test_and_set" || name.starts_with("compare_exchange");
    return decides || (scope.isFrame(object) && name.starts_with("fetch_"));
  });
}

/// The address of a flag goes with the handle, and what the function returns depends on the flag: whoever completes at
/// once says so in it, and does not resume.
bool agreesByFlag(const HandleScope &scope) {
  llvm::SmallPtrSet<const clang::Decl *, 2> flags;
  auto addFlags = [&](llvm::ArrayRef<const Expr *> arguments) {
    if (llvm::none_of(arguments, [&](const Expr *each) { return scope.carries(each); })) return;
    for (const Expr *each : arguments) {
      const auto *address = dyn_cast<clang::UnaryOperator>(each->IgnoreParenImpCasts());
      bool isAddress = address && address->getOpcode() == clang::UO_AddrOf;
      const auto *member = isAddress ? dyn_cast<clang::MemberExpr>(unwrap(address->getSubExpr())) : nullptr;
      if (member && scope.isFrame(member)) flags.insert(member->getMemberDecl());
    }
  };
  forEachInner(scope.function().getBody(), [&](const Stmt &inner) {
    if (const auto *call = dyn_cast<clang::CallExpr>(&inner)) addFlags({call->getArgs(), call->getNumArgs()});
    if (const auto *made = dyn_cast<clang::CXXConstructExpr>(&inner)) addFlags({made->getArgs(), made->getNumArgs()});
    if (const auto *list = dyn_cast<clang::InitListExpr>(&inner)) addFlags({list->getInits(), list->getNumInits()});
  });
  return findInner<clang::ReturnStmt>(scope.function().getBody(), [&](const clang::ReturnStmt &result) {
    return findInner<clang::MemberExpr>(&result, [&](const clang::MemberExpr &part) { return flags.contains(part.getMemberDecl()); });
  });
}

/// A step that waits for nobody and asks nobody: a new name, a new value.
bool onlySets(const Stmt &statement) {
  return isa<clang::DeclStmt, Expr>(statement) && !findInner<Expr>(&statement, [](const Expr &inner) {
    if (const auto *made = dyn_cast<clang::CXXConstructExpr>(&inner)) return !isCoroutineHandle(made->getType());
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    return call && !(op && op->getOperator() == clang::OO_Equal) && !isNamed(call->getDirectCallee(), {"store"});
  });
}

/// Does the function resume a coroutine in any case, and first of all?
bool resumesUnasked(const clang::FunctionDecl &function, UnitContext &unit) {
  const auto *block = llvm::dyn_cast_or_null<clang::CompoundStmt>(readableBody(&function, unit));
  if (!block) return false;
  for (const Stmt *each : block->body()) {
    const auto *expression = dyn_cast<Expr>(each);
    const auto *call = expression ? dyn_cast<clang::CallExpr>(expression->IgnoreImplicit()) : nullptr;
    if (call && call->getDirectCallee() && resumesHandle(*call->getDirectCallee())) return true;
    if (!onlySets(*each)) return false;
  }
  return false;
}

/// Do all callables that get the coroutine here resume it, whatever an atomic says? Then nobody meets anybody.
bool isResumedUnasked(const HandleScope &scope, UnitContext &unit) {
  bool any = false, all = true;
  forEachInner(scope.function().getBody(), [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    if (!call || llvm::none_of(call->arguments(), [&](const Expr *each) { return scope.carries(each); })) return;
    for (const Expr *argument : call->arguments())
      for (const clang::FunctionDecl *target : callableTargets(argument, unit)) {
        any = true;
        all &= resumesUnasked(*target, unit);
      }
  });
  return any && all;
}

bool isNumber(const Expr *expression, uint64_t number) {
  const auto *literal = dyn_cast<clang::IntegerLiteral>(expression->IgnoreParenImpCasts());
  return literal && literal->getValue() == number;
}

/// `owners.fetch_sub(1)`, `--owners`: where the count lies, or null.
const clang::MemberExpr *loweredBy(const clang::CallExpr &call) {
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
  bool fetches = member && isNamed(member->getMethodDecl(), {"fetch_sub"}) && isNumber(member->getArg(0), 1);
  bool isPrefix = op && op->getOperator() == clang::OO_MinusMinus && op->getNumArgs() == 1;
  if (!fetches && !isPrefix) return nullptr;
  const Expr *object = fetches ? member->getImplicitObjectArgument() : op->getArg(0);
  const auto *part = dyn_cast<clang::MemberExpr>(object->IgnoreParenImpCasts());
  return part && isa<clang::FieldDecl>(part->getMemberDecl()) && isAtomic(part->getType()) ? part : nullptr;
}

/// The call that lowers the count, itself or by the variable that holds what it said.
const clang::CallExpr *lowering(const Expr *expression, const clang::FieldDecl &count) {
  expression = unwrap(expression);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) {
    const auto *variable = dyn_cast<clang::VarDecl>(name->getDecl());
    expression = variable && variable->isLocalVarDecl() && variable->getInit() ? unwrap(variable->getInit()) : nullptr;
  }
  const auto *call = dyn_cast_or_null<clang::CallExpr>(expression);
  const clang::MemberExpr *part = call ? loweredBy(*call) : nullptr;
  return part && part->getMemberDecl() == &count ? call : nullptr;
}

bool lowersAndResumes(const Stmt *body, const clang::ValueDecl &count) {
  bool lowers = findInner<clang::CallExpr>(body, [&](const clang::CallExpr &call) {
    const clang::MemberExpr *part = loweredBy(call);
    return part && part->getMemberDecl() == &count;
  });
  return lowers && findInner<clang::CallExpr>(body, [](const clang::CallExpr &call) {
    return call.getDirectCallee() && resumesHandle(*call.getDirectCallee());
  });
}

} // namespace

bool agreesWhoGoesOn(const HandleScope &scope, UnitContext &unit, const clang::FieldDecl *count) {
  if (keepsOwnFrame(scope) || agreesByFlag(scope)) return true;
  return meetsResumer(scope, count) && !isResumedUnasked(scope, unit);
}

const clang::FieldDecl *ownerCount(const HandleScope &scope) {
  const clang::FieldDecl *result = nullptr;
  const Stmt *body = scope.function().getBody();
  forEachInner(body, [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const clang::MemberExpr *part = call && !result ? loweredBy(*call) : nullptr;
    if (!part || !scope.isFrame(part)) return;
    bool isShared = findInner<clang::LambdaExpr>(body, [&](const clang::LambdaExpr &closure) {
      return scope.carries(&closure) && lowersAndResumes(closure.getBody(), *part->getMemberDecl());
    });
    if (isShared) result = dyn_cast<clang::FieldDecl>(part->getMemberDecl());
  });
  return result;
}

const clang::CallExpr *leftToOthers(const FlowEdge &edge, const clang::FieldDecl &count) {
  if (!edge.condition) return nullptr;
  const Expr *asked = edge.condition->IgnoreParenImpCasts();
  bool isTrue = edge.whenTrue;
  for (auto *unary = dyn_cast<clang::UnaryOperator>(asked); unary && unary->getOpcode() == clang::UO_LNot;
       unary = dyn_cast<clang::UnaryOperator>(asked)) {
    isTrue = !isTrue;
    asked = unary->getSubExpr()->IgnoreParenImpCasts();
  }
  const auto *comparison = dyn_cast<clang::BinaryOperator>(asked);
  if (!comparison) { // if (--owners)
    const clang::CallExpr *call = lowering(asked, count);
    return isTrue && call && isa<clang::CXXOperatorCallExpr>(call) ? call : nullptr;
  }
  if (!comparison->isEqualityOp() || (comparison->getOpcode() == clang::BO_EQ) == isTrue) return nullptr;
  for (bool isLeft : {true, false}) {
    const clang::CallExpr *call = lowering(isLeft ? comparison->getLHS() : comparison->getRHS(), count);
    const Expr *other = isLeft ? comparison->getRHS() : comparison->getLHS();
    if (call && isNumber(other, isa<clang::CXXOperatorCallExpr>(call) ? 0 : 1)) return call; // the last one's answer
  }
  return nullptr;
}

} // namespace coroguard
