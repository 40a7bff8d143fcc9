#include "facts/checked_state.h"
#include "facts/inner_statements.h"
#include "language/name_words.h"
#include "language/replaceable.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;
using enum CheckEvent;

using enum CheckAnswer;

constexpr unsigned mostSteps = 32; // a variable initialised by itself, or code nobody wrote

/// nullptr or std::nullopt.
bool isNull(const Expr *value) {
  value = unwrap(value);
  const auto *name = dyn_cast<clang::DeclRefExpr>(value);
  bool isNullopt = name && name->getDecl()->isInStdNamespace() && name->getDecl()->getIdentifier() &&
                   name->getDecl()->getName() == "nullopt";
  return isNullopt || isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(value);
}

/// The container of which v.begin() (or v.end()) is asked; null for every other expression.
const Expr *boundOf(const Expr *value, std::initializer_list<llvm::StringRef> names) {
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(unwrap(value));
  bool isBound = call && isNamed(call->getMethodDecl(), names) && !call->getObjectType().isNull();
  return isBound && replaceableKind(call->getObjectType()) == Replaceable::Container ? call->getImplicitObjectArgument()
                                                                                     : nullptr;
}

/// What a local variable of a plain type was made of: `const bool open = p != nullptr`.
const Expr *keptAnswer(const Expr *expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  bool isAnswer =
      variable && variable->hasLocalStorage() && variable->getType().getNonReferenceType()->isArithmeticType();
  return isAnswer ? variable->getInit() : nullptr;
}

/// One step into what does not change an answer; null when there is none.
const Expr *within(const Expr *expression) {
  if (const auto *parens = dyn_cast<clang::ParenExpr>(expression)) return parens->getSubExpr();
  if (const auto *cast = dyn_cast<clang::CastExpr>(expression)) return cast->getSubExpr();
  if (const auto *full = dyn_cast<clang::FullExpr>(expression)) return full->getSubExpr();
  if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) return stored->getSubExpr();
  if (const auto *rewritten = dyn_cast<clang::CXXRewrittenBinaryOperator>(expression))
    return rewritten->getSemanticForm();
  return keptAnswer(expression);
}

class CheckFinder {
public:
  explicit CheckFinder(UnitContext &unit) : unit(unit) {}

  void visit(const Stmt &part) {
    if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&part)) return memberCall(*call);
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&part)) return operatorCall(*op);
    if (const auto *call = dyn_cast<clang::CallExpr>(&part)) return freeCall(*call);
    if (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(&part)) {
      if (cast->getCastKind() == clang::CK_PointerToBoolean) ask(part, cast->getSubExpr(), Present);
    } else if (const auto *member = dyn_cast<clang::MemberExpr>(&part)) {
      if (member->isArrow() && member->getBase()->getType()->isPointerType()) add(part, member->getBase(), Rely);
    } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(&part)) {
      if (unary->getOpcode() == clang::UO_Deref) add(part, unary->getSubExpr(), Rely);
    } else if (const auto *binary = dyn_cast<clang::BinaryOperator>(&part)) {
      if (binary->getOpcode() == clang::BO_Assign) add(part, binary->getLHS(), Set);
      if (binary->isEqualityOp())
        compared(part, binary->getLHS(), binary->getRHS(), binary->getOpcode() == clang::BO_EQ);
    }
  }

  std::vector<CheckedState> found;

private:
  void memberCall(const clang::CXXMemberCallExpr &call) {
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    const Expr *object = call.getImplicitObjectArgument();
    if (!method || !object || object->getType()->isPointerType()) return;
    if (const auto *conversion = dyn_cast<clang::CXXConversionDecl>(method)) {
      if (conversion->getConversionType()->isBooleanType() && isCell(object)) ask(call, object, Present);
      return;
    }
    if (!method->getIdentifier()) return;
    auto is = [&](std::initializer_list<llvm::StringRef> names) { return isNamed(method, names); };
    if (isWeakPointer(object->getType())) return weak(call, *object, is({"lock"}));
    Replaceable kind = replaceableKind(object->getType());
    if (kind == Replaceable::Cell && is({"has_value", "get", "use_count"})) return ask(call, object, Present);
    if (kind == Replaceable::Container && is({"empty"})) return ask(call, object, Absent);
    if (kind == Replaceable::Container && is({"size"})) return ask(call, object, Count);
    if (kind == Replaceable::Container && is({"front", "back", "top", "pop", "pop_front", "pop_back"}))
      return void(add(call, object, Rely));
    if (kind == Replaceable::Container || kind == Replaceable::Cell)
      if (elementChange(*method) != ElementChange::None) add(call, object, Set);
  }

  /// lock() gives an owner, which may be kept: relying on it at once is done by visiting the -> around it.
  void weak(const clang::CXXMemberCallExpr &call, const Expr &object, bool locks) {
    if (!locks || !relied.contains(&call)) ask(call, &object, locks ? Present : Absent);
  }

  /// std::size(v) and the like.
  void freeCall(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (call.getNumArgs() == 1 && callee && callee->isInStdNamespace()) standardQuestion(call, callee, call.getArg(0));
  }

  void standardQuestion(const Stmt &part, const clang::NamedDecl *asked, const Expr *object) {
    if (!asked->getIdentifier() || replaceableKind(object->getType()) != Replaceable::Container) return;
    if (asked->getName() == "empty") ask(part, object, Absent);
    if (asked->getName() == "size" || asked->getName() == "ssize") ask(part, object, Count);
  }

  void operatorCall(const clang::CXXOperatorCallExpr &op) {
    const Expr *object = op.getNumArgs() > 0 ? op.getArg(0) : nullptr;
    if (!object) return;
    bool points = op.getOperator() == clang::OO_Arrow || (op.getOperator() == clang::OO_Star && op.getNumArgs() == 1);
    if (points) {
      const auto *locked = dyn_cast<clang::CXXMemberCallExpr>(unwrap(object));
      const clang::CXXMethodDecl *method = locked ? locked->getMethodDecl() : nullptr;
      if (method && isWeakPointer(locked->getImplicitObjectArgument()->getType())) {
        relied.insert(locked);
        return void(add(op, locked->getImplicitObjectArgument(), Rely));
      }
      if (isCell(object)) add(op, object, Rely);
    } else if (op.getOperator() == clang::OO_Equal) {
      add(op, object, Set);
    } else if (op.getOperator() == clang::OO_Subscript) {
      bool isIndexed = replaceableKind(object->getType()) == Replaceable::Container && !isMap(object->getType());
      if (isIndexed) add(op, object, Rely);
    } else if (op.getOperator() == clang::OO_EqualEqual || op.getOperator() == clang::OO_ExclaimEqual) {
      compared(op, object, op.getArg(1), op.getOperator() == clang::OO_EqualEqual);
    } else if (op.getOperator() == clang::OO_Call && op.getNumArgs() == 2) { // std::ranges::empty(v)
      const auto *name = dyn_cast<clang::DeclRefExpr>(object->IgnoreParenImpCasts());
      if (name && op.getDirectCallee() && isStdFunction(*op.getDirectCallee()))
        standardQuestion(op, name->getDecl(), op.getArg(1));
    }
  }

  void compared(const Stmt &part, const Expr *left, const Expr *right, bool isEqual) {
    CheckAnswer answer = isEqual ? Absent : Present;
    if (isNull(right)) ask(part, left, answer);
    if (isNull(left)) ask(part, right, answer);
    const Expr *container = boundOf(left, {"begin", "cbegin"});
    if (container && boundOf(right, {"end", "cend"})) ask(part, container, answer);
  }

  void ask(const Stmt &at, const Expr *object, CheckAnswer answer) {
    if (CheckedState *state = add(at, object, Check)) state->answers[&at] = answer;
  }

  /// By the object's own type: its base class with this operator may have nothing else.
  static bool isCell(const Expr *object) { return replaceableKind(unwrap(object)->getType()) == Replaceable::Cell; }

  CheckedState *add(const Stmt &at, const Expr *object, CheckEvent event) {
    NamedHolder named = namedHolder(object, unit);
    bool isWeak = isWeakPointer(object->getType());
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(object));
    if (isWeak && !named.decl && name) named = {name->getDecl(), ReferredObject::Root::Global}; // a local one will do
    bool isOurs = named.root == ReferredObject::Root::This || named.root == ReferredObject::Root::Global;
    if (!named.decl || !isOurs || (named.decl->getType().isConstQualified() && !isWeak)) return nullptr;
    CheckedState &state = stateOf(*named.decl, isWeak);
    state.events[&at] = event;
    return &state;
  }

  CheckedState &stateOf(const clang::ValueDecl &decl, bool isWeak) {
    auto known = llvm::find_if(found, [&](const CheckedState &state) { return state.decl == &decl; });
    if (known != found.end()) return *known;
    CheckedState &state = found.emplace_back();
    state.decl = &decl;
    state.isWeak = isWeak;
    return state;
  }

  UnitContext &unit;
  llvm::DenseSet<const Stmt *> relied; // calls of lock() whose result is used and not kept
};

/// Is it how much there is, maybe one less, or the lesser of that and something else?
bool isCount(const CheckedState &state, const Expr *expression) {
  for (unsigned steps = 0; expression && steps < mostSteps; ++steps) {
    auto known = state.answers.find(expression);
    if (known != state.answers.end()) return known->second == Count;
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(expression))
      return binary->isAdditiveOp() && (isCount(state, binary->getLHS()) || isCount(state, binary->getRHS()));
    if (const auto *call = dyn_cast<clang::CallExpr>(expression); call && isNamed(call->getDirectCallee(), {"min"}))
      return llvm::any_of(call->arguments(), [&](const Expr *argument) { return isCount(state, argument); });
    expression = within(expression);
  }
  return false;
}

bool isZero(const Expr *expression) {
  const auto *number = dyn_cast<clang::IntegerLiteral>(expression->IgnoreParenImpCasts());
  return number && number->getValue() == 0;
}

/// Does it mean that something is there that the count compares so with the other side?
bool saysPresent(clang::BinaryOperatorKind comparison, const Expr *other) {
  switch (comparison) {
  case clang::BO_GT:
  case clang::BO_GE: return true;
  case clang::BO_EQ: return isa<clang::IntegerLiteral>(other->IgnoreParenImpCasts()) && !isZero(other);
  case clang::BO_NE: return !isa<clang::IntegerLiteral>(other->IgnoreParenImpCasts()) || isZero(other);
  default: return false;
  }
}

std::optional<bool> comparedCount(const CheckedState &state, const clang::BinaryOperator &comparison) {
  if (isCount(state, comparison.getLHS())) return saysPresent(comparison.getOpcode(), comparison.getRHS());
  if (!isCount(state, comparison.getRHS())) return std::nullopt;
  auto turned = comparison.isEqualityOp() ? comparison.getOpcode()
                                          : clang::BinaryOperator::reverseComparisonOp(comparison.getOpcode());
  return saysPresent(turned, comparison.getLHS());
}

} // namespace

std::optional<bool> CheckedState::presentWhen(const Expr &condition, bool holds) const {
  const Expr *expression = &condition;
  for (unsigned steps = 0; expression && steps < mostSteps; ++steps) {
    auto known = answers.find(expression);
    if (known != answers.end()) return (known->second != Absent) == holds;
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) {
      if (unary->getOpcode() != clang::UO_LNot) return std::nullopt;
      holds = !holds;
      expression = unary->getSubExpr();
    } else if (const auto *binary = dyn_cast<clang::BinaryOperator>(expression)) {
      if (binary->isLogicalOp()) {
        if ((binary->getOpcode() == clang::BO_LAnd) != holds) return std::nullopt; // either side may be the reason
        std::optional<bool> left = presentWhen(*binary->getLHS(), holds);
        return left ? left : presentWhen(*binary->getRHS(), holds);
      }
      bool isNullRight = isNull(binary->getRHS());
      if (binary->isEqualityOp() && (isNullRight || isNull(binary->getLHS()))) {
        holds = holds == (binary->getOpcode() == clang::BO_NE);
        expression = isNullRight ? binary->getLHS() : binary->getRHS();
        continue;
      }
      std::optional<bool> present = binary->isComparisonOp() ? comparedCount(*this, *binary) : std::nullopt;
      return present ? std::optional(*present == holds) : std::nullopt;
    } else
      expression = within(expression);
  }
  return std::nullopt;
}

std::vector<CheckedState> checkedStates(const clang::FunctionDecl &coroutine, UnitContext &unit) {
  CheckFinder finder(unit);
  forEachInner(coroutine.getBody(), [&](const Stmt &part) { finder.visit(part); });
  llvm::erase_if(finder.found, [](const CheckedState &state) {
    auto has = [&](CheckEvent wanted) { return llvm::any_of(state.events, [&](const auto &event) { return event.second == wanted; }); };
    return !has(Check) || !has(Rely);
  });
  return std::move(finder.found);
}

} // namespace coroguard
