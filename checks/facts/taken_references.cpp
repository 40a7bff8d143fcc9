#include "facts/taken_references.h"
#include "facts/inner_statements.h"
#include "language/replaceable.h"
#include <llvm/ADT/FoldingSet.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;

class ReferenceFinder {
public:
  explicit ReferenceFinder(UnitContext &unit) : unit(unit) {}

  void visit(const Stmt &part) {
    if (const auto *loop = dyn_cast<clang::CXXForRangeStmt>(&part)) return range(*loop);
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&part)) return declaration(*declared, nullptr);
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(&part)) return this->binary(*binary);
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(&part); unary && unary->getOpcode() == clang::UO_LNot)
      return asked(unary->getSubExpr());
    if (const auto *branch = dyn_cast<clang::IfStmt>(&part)) return asked(branch->getCond());
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(&part)) return asked(choice->getCond());
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&part);
    if (op && op->getOperator() == clang::OO_Equal) assign(part, op->getArg(0), *op->getArg(1));
  }

  std::vector<TakenReference> found;

private:
  void range(const clang::CXXForRangeStmt &loop) {
    if (done.contains(loop.getBeginStmt())) return;
    declaration(*loop.getBeginStmt(), &loop);
    if (!found.empty() && found.back().loop == &loop) found.back().isLoopIterator = true;
    declaration(*loop.getLoopVarStmt(), &loop);
  }

  void declaration(const clang::DeclStmt &statement, const clang::CXXForRangeStmt *loop) {
    if (!done.insert(&statement).second) return;
    for (const clang::Decl *decl : statement.decls()) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      if (!variable || !variable->hasLocalStorage() || (variable->isImplicit() && !loop && !isBinding(*variable))) continue;
      if (const auto *whole = dyn_cast<clang::DecompositionDecl>(variable)) {
        for (const clang::BindingDecl *binding : whole->bindings())
          add(*binding, *whole, whole->getType()->isReferenceType() ? whole->getType() : binding->getType(), loop);
      } else add(*variable, *variable, variable->getType(), loop);
    }
  }

  static bool isBinding(const VarDecl &variable) { return llvm::isa<clang::DecompositionDecl>(variable); }

  void add(const clang::ValueDecl &variable, const VarDecl &declared, clang::QualType type, const clang::CXXForRangeStmt *loop) {
    if (!canGoStale(type)) return;
    TakenReference reference;
    reference.variable = &variable;
    reference.declared = &declared;
    reference.loop = loop;
    ReferredObject object;
    if (declared.getInit()) object = referredObject(*declared.getInit(), type, unit);
    if (object.holders.empty()) reference.declaredOurs = true;
    else reference.objects.push_back(std::move(object));
    numbers[&variable] = found.size();
    found.push_back(std::move(reference));
  }

  TakenReference *of(const Expr *expression) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(expression->IgnoreParenImpCasts());
    auto number = name ? numbers.find(name->getDecl()) : numbers.end();
    if (number == numbers.end()) return nullptr;
    named = name;
    return &found[number->second];
  }

  void assign(const Stmt &assignment, const Expr *target, const Expr &value) {
    TakenReference *reference = of(target);
    if (!reference || reference->variable->getType()->isReferenceType()) return;
    reference->targets.insert(named);
    ReferredObject object = referredObject(value, reference->variable->getType(), unit);
    reference->taken[&assignment] = !object.holders.empty();
    if (!object.holders.empty()) reference->objects.push_back(std::move(object));
  }

  void binary(const clang::BinaryOperator &binary) {
    if (binary.getOpcode() == clang::BO_Assign) assign(binary, binary.getLHS(), *binary.getRHS());
    if (!binary.isEqualityOp() && !binary.isLogicalOp()) return;
    asked(binary.getLHS());
    asked(binary.getRHS());
  }

  /// Whether a pointer is null does not depend on what it points to.
  void asked(const Expr *condition) {
    TakenReference *reference = condition ? of(condition) : nullptr;
    if (reference && reference->variable->getType()->isPointerType()) reference->targets.insert(named);
  }

  UnitContext &unit;
  llvm::DenseMap<const clang::ValueDecl *, size_t> numbers;
  llvm::DenseSet<const Stmt *> done;
  const clang::DeclRefExpr *named = nullptr;
};

bool isSame(const Expr &a, const Expr &b, const clang::ASTContext &ast) {
  llvm::FoldingSetNodeID first, second;
  a.Profile(first, ast, true);
  b.Profile(second, ast, true);
  return first == second;
}

bool namesDecl(const Expr &expression, const clang::ValueDecl &decl) {
  return findInner<Expr>(&expression, [&](const Expr &inner) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    const auto *member = dyn_cast<clang::MemberExpr>(&inner);
    return (name && name->getDecl() == &decl) || (member && member->getMemberDecl() == &decl);
  });
}

/// What a shared owner in the frame is a copy of: `auto keep = owner;`.
const Expr *copiedOwner(const VarDecl &variable) {
  if (!variable.hasLocalStorage() || !variable.getInit() || !isSharedOwner(variable.getType())) return nullptr;
  const auto *made = dyn_cast<clang::CXXConstructExpr>(variable.getInit()->IgnoreImplicit());
  return made && made->getConstructor()->isCopyConstructor() ? made->getArg(0)->IgnoreParenImpCasts() : nullptr;
}

/// Is the owner only looked through: neither reset, moved nor lent?
bool staysAsItIs(const VarDecl &owner, const Stmt *body) {
  llvm::DenseSet<const Stmt *> looked;
  return !findInner<Expr>(body, [&](const Expr &inner) {
    const auto *cast = dyn_cast<clang::ImplicitCastExpr>(&inner);
    if (cast && cast->getType().isConstQualified()) looked.insert(cast->getSubExpr()->IgnoreParens());
    const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
    return name && name->getDecl() == &owner && !owner.getType().isConstQualified() && !looked.contains(name);
  });
}

/// `auto keep = owner; auto &object = *owner;`, one right behind the other and in any order: while the frame has the copy,
/// the object stays.
bool isKeptByCopy(const TakenReference &reference, const clang::FunctionDecl &coroutine, UnitContext &unit) {
  const auto *variable = dyn_cast<VarDecl>(reference.declared);
  bool isPlain = variable && variable->getInit() && !reference.loop && reference.taken.empty();
  if (!isPlain || reference.objects.size() != 1 || reference.objects.front().holders.size() != 1) return false;
  const clang::ValueDecl *holder = reference.objects.front().holders.front().decl;
  auto keeps = [&](const Stmt *statement) {
    const auto *declared = dyn_cast<clang::DeclStmt>(statement);
    const auto *owner = declared && declared->isSingleDecl() ? dyn_cast<VarDecl>(declared->getSingleDecl()) : nullptr;
    const Expr *original = owner ? copiedOwner(*owner) : nullptr;
    return original && namesDecl(*original, *holder) && staysAsItIs(*owner, coroutine.getBody()) &&
           findInner<Expr>(variable->getInit(), [&](const Expr &inner) { return isSame(inner, *original, unit.ast); });
  };
  auto declares = [&](const Stmt *statement) {
    const auto *declared = dyn_cast<clang::DeclStmt>(statement);
    return declared && llvm::is_contained(declared->decls(), variable);
  };
  auto isHeld = [&](const clang::CompoundStmt &block) {
    bool isKept = false, isDeclared = false;
    for (const Stmt *statement : block.body()) {
      bool isOther = findInner<clang::CoroutineSuspendExpr>(statement); // the owner may hold another object behind it
      if (isOther) isKept = isDeclared = false;
      isKept |= keeps(statement);
      isDeclared |= declares(statement);
      if (isKept && isDeclared) return true;
    }
    return false;
  };
  return findInner<clang::CompoundStmt>(coroutine.getBody(), isHeld);
}

} // namespace

std::optional<bool> TakenReference::isTakenAt(const Stmt &statement) const {
  if (const auto *list = dyn_cast<clang::DeclStmt>(&statement); list && llvm::is_contained(list->decls(), declared)) return !declaredOurs;
  auto assigned = taken.find(&statement);
  return assigned == taken.end() ? std::nullopt : std::optional(assigned->second);
}

bool TakenReference::isUsedAt(const Stmt &statement) const {
  if (const auto *closure = dyn_cast<clang::LambdaExpr>(&statement))
    return llvm::any_of(closure->captures(), [&](const clang::LambdaCapture &capture) {
      return capture.capturesVariable() && capture.getCapturedVar() == variable;
    });
  const auto *name = dyn_cast<clang::DeclRefExpr>(&statement);
  return name && name->getDecl() == variable && !targets.contains(name);
}

std::vector<TakenReference> takenReferences(const clang::FunctionDecl &coroutine, UnitContext &unit) {
  ReferenceFinder finder(unit);
  forEachInner(coroutine.getBody(), [&](const Stmt &part) { finder.visit(part); });
  llvm::erase_if(finder.found, [&](const TakenReference &reference) {
    return reference.objects.empty() || isKeptByCopy(reference, coroutine, unit);
  });
  return std::move(finder.found);
}

} // namespace coroguard
