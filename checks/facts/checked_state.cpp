#include "facts/checked_state.h"
#include "facts/inner_statements.h"
#include "language/replaceable.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;
using enum CheckEvent;

bool isNull(const Expr *value) { return isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(unwrap(value)); }

class CheckFinder {
public:
  explicit CheckFinder(UnitContext &unit) : unit(unit) {}

  void visit(const Stmt &part) {
    if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&part)) return memberCall(*call);
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&part)) return operatorCall(*op);
    if (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(&part)) {
      if (cast->getCastKind() == clang::CK_PointerToBoolean) add(part, cast->getSubExpr(), Check);
    } else if (const auto *member = dyn_cast<clang::MemberExpr>(&part)) {
      if (member->isArrow() && member->getBase()->getType()->isPointerType()) add(part, member->getBase(), Rely);
    } else if (const auto *unary = dyn_cast<clang::UnaryOperator>(&part)) {
      if (unary->getOpcode() == clang::UO_Deref) add(part, unary->getSubExpr(), Rely);
    } else if (const auto *binary = dyn_cast<clang::BinaryOperator>(&part)) {
      if (binary->getOpcode() == clang::BO_Assign) add(part, binary->getLHS(), Set);
      if (binary->isEqualityOp()) compared(part, binary->getLHS(), binary->getRHS());
    }
  }

  std::vector<CheckedState> found;

private:
  void memberCall(const clang::CXXMemberCallExpr &call) {
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    const Expr *object = call.getImplicitObjectArgument();
    if (!method || !object || object->getType()->isPointerType()) return;
    if (const auto *conversion = dyn_cast<clang::CXXConversionDecl>(method)) {
      if (conversion->getConversionType()->isBooleanType() && isCell(object)) add(call, object, Check);
      return;
    }
    if (!method->getIdentifier()) return;
    auto is = [&](std::initializer_list<llvm::StringRef> names) { return llvm::is_contained(names, method->getName()); };
    if (isWeakPointer(object->getType())) return weak(call, *object, is({"lock"}));
    Replaceable kind = replaceableKind(object->getType());
    if (kind == Replaceable::Cell && is({"has_value"})) return add(call, object, Check);
    if (kind == Replaceable::Container && is({"empty", "size"})) return add(call, object, Check);
    if (kind == Replaceable::Container && is({"front", "back", "top", "pop", "pop_front", "pop_back"})) return add(call, object, Rely);
    if (kind == Replaceable::Container || kind == Replaceable::Cell)
      if (elementChange(*method) != ElementChange::None) add(call, object, Set);
  }

  /// lock() gives an owner, which may be kept: relying on it at once is done by visiting the -> around it.
  void weak(const clang::CXXMemberCallExpr &call, const Expr &object, bool locks) {
    if (!locks || !relied.contains(&call)) add(call, &object, Check);
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
        return add(op, locked->getImplicitObjectArgument(), Rely);
      }
      if (isCell(object)) add(op, object, Rely);
    } else if (op.getOperator() == clang::OO_Equal) {
      add(op, object, Set);
    } else if (op.getOperator() == clang::OO_Subscript) {
      bool isIndexed = replaceableKind(object->getType()) == Replaceable::Container && !isMap(object->getType());
      if (isIndexed) add(op, object, Rely);
    } else if (op.getOperator() == clang::OO_EqualEqual || op.getOperator() == clang::OO_ExclaimEqual) {
      compared(op, object, op.getArg(1));
    }
  }

  void compared(const Stmt &part, const Expr *left, const Expr *right) {
    if (isNull(right)) add(part, left, Check);
    if (isNull(left)) add(part, right, Check);
  }

  /// By the object's own type: its base class with this operator may have nothing else.
  static bool isCell(const Expr *object) { return replaceableKind(unwrap(object)->getType()) == Replaceable::Cell; }

  void add(const Stmt &at, const Expr *object, CheckEvent event) {
    NamedHolder named = namedHolder(object, unit);
    bool isWeak = isWeakPointer(object->getType());
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(object));
    if (isWeak && !named.decl && name) named = {name->getDecl(), ReferredObject::Root::Global}; // a local one will do
    if (!named.decl || named.root == ReferredObject::Root::None || named.root == ReferredObject::Root::Other) return;
    if (!named.decl->getType().isConstQualified() || isWeak) stateOf(*named.decl, isWeak).events[&at] = event;
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

} // namespace

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
