#include "facts/kept_arguments.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "facts/self_owner.h"
#include "language/written_code.h"
#include <clang/AST/StmtCXX.h>
#include <clang/Basic/SourceManager.h>
#include <map>

namespace coroguard {

/// keptArguments() of a coroutine that is awaited by `depth` others.
static std::vector<uint32_t> keptBy(const clang::FunctionDecl &coroutine, UnitContext &unit, unsigned depth);

namespace {

using clang::FunctionDecl;
using clang::SourceLocation;
using clang::SourceRange;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// The places of a coroutine that run when its caller may have gone on.
class LaterCode {
public:
  LaterCode(const CoroutineView &view, Start start, UnitContext &unit, unsigned depth)
      : unit(unit), sources(unit.ast.getSourceManager()), depth(depth) {
    everywhere = start == Start::Lazy;
    if (!view.suspensions().empty()) firstOperand = view.suspensions().front().operand;
    for (const SuspensionPoint &point : view.suspensions()) suspensions.push_back(expanded(point.expression->getBeginLoc()));
    forEachWritten(&view.writtenBody(), [&](const Stmt &stmt) {
      if (isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(stmt)) addLoop(stmt.getSourceRange());
      return true;
    });
  }

  bool contains(const clang::Expr &use) const {
    if (everywhere) return true;
    if (suspensions.empty()) return false;
    SourceLocation place = expanded(use.getBeginLoc());
    if (!before(place, suspensions.front()) && !isCopiedBefore(use)) return true;
    return llvm::any_of(loops, [&](SourceRange loop) { return isIn(place, loop); });
  }

private:
  /// In the operand of the first suspension, which is evaluated before: is only the value taken, so that nothing of the
  /// object itself goes into what is awaited?
  bool isCopiedBefore(const clang::Expr &use) const {
    std::vector<const Stmt *> around = writtenAround(firstOperand, use);
    for (size_t i = around.size(); i-- > 0;) {
      const auto *outer = dyn_cast<clang::Expr>(around[i]);
      if (!outer || isa<clang::CoawaitExpr>(outer)) return false;
      const auto *cast = dyn_cast<clang::CastExpr>(outer);
      bool isScalar = outer->getType()->isArithmeticType() || outer->getType()->isEnumeralType();
      if (cast && cast->getCastKind() == clang::CK_LValueToRValue && isScalar) return true;
      if (const auto *call = dyn_cast<clang::CallExpr>(outer); call && call->isPRValue() && isScalar) return true;
      const auto *made = dyn_cast<clang::CXXConstructExpr>(outer);
      bool copies = made && (made->getConstructor()->isCopyOrMoveConstructor() || made->getConstructor()->isInStdNamespace() ||
                             holdsCopyOnly(*made->getConstructor()->getParent(), use.getType()));
      if (copies && !isView(outer->getType())) return true;
      const auto *call = dyn_cast<clang::CallExpr>(outer);
      if (call && call->isPRValue() && !isView(outer->getType())) return isCopiedIn(*call, use);
    }
    return false;
  }

  /// Is such an object a member of the class or a base, and none of their members a reference or pointer to one?
  static bool holdsCopyOnly(const clang::CXXRecordDecl &record, clang::QualType object) {
    bool holds = false;
    return !mayRefer(record, object.getCanonicalType().getUnqualifiedType(), holds) && holds;
  }
  static bool mayRefer(const clang::CXXRecordDecl &record, clang::QualType object, bool &holds) {
    auto isIt = [&](clang::QualType type) { return type.getCanonicalType().getUnqualifiedType() == object; };
    for (const clang::FieldDecl *field : record.fields()) {
      clang::QualType type = field->getType();
      bool refers = (type->isReferenceType() || type->isPointerType()) && isIt(type->getPointeeType());
      if (refers && !isIt(type)) return true;
      holds |= isIt(type);
    }
    return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
      const clang::CXXRecordDecl *inner = base.getType()->getAsCXXRecordDecl();
      return !inner || !inner->hasDefinition() || mayRefer(*inner->getDefinition(), object, holds);
    });
  }

  /// An eager coroutine that is called there runs up to a suspension of its own, and may copy it before that.
  bool isCopiedIn(const clang::CallExpr &call, const clang::Expr &use) const {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const clang::FunctionDecl *definition = callee ? callee->getDefinition() : nullptr;
    if (const auto *closure = use.getType()->getAsCXXRecordDecl(); closure && closure->isLambda())
      return isOverWithCall(call, *closure);
    if (depth >= 2 || isa<clang::CXXOperatorCallExpr>(call) || !readableBody(callee, unit) || !CoroutineView::of(*definition)) return false;
    if (unit.valueType(call.getType()).start != Start::Eager) return false;
    std::vector<uint32_t> kept = keptBy(*definition, unit, depth + 1);
    for (unsigned i = 0; i < call.getNumArgs(); ++i)
      if (findInner<clang::Expr>(call.getArg(i), [&](const clang::Expr &inner) { return &inner == &use; }))
        return !llvm::is_contained(kept, 1 + i);
    return false;
  }

  /// A lambda that is no coroutine does all that it does in the call, by itself or by a function that calls it at once.
  bool isOverWithCall(const clang::CallExpr &call, const clang::CXXRecordDecl &closure) const {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    const SinkCall *sink = callee ? unit.lookup.sink(*callee) : nullptr;
    bool isCall = method && method->getParent() == &closure;
    if (!callee || !(isCall || callee->isInStdNamespace() || (sink && sink->runs == RunsOn::Here))) return false;
    const clang::CXXMethodDecl *body = isCall ? method : closure.getLambdaCallOperator();
    return body && !body->getDescribedFunctionTemplate() && !CoroutineView::of(*body);
  }

  SourceLocation expanded(SourceLocation place) const { return sources.getExpansionLoc(place); }
  bool before(SourceLocation a, SourceLocation b) const { return sources.isBeforeInTranslationUnit(a, b); }
  bool isIn(SourceLocation place, SourceRange range) const {
    return !before(place, range.getBegin()) && !before(range.getEnd(), place);
  }
  void addLoop(SourceRange range) {
    SourceRange loop(expanded(range.getBegin()), sources.getExpansionRange(range.getEnd()).getEnd());
    if (llvm::any_of(suspensions, [&](SourceLocation point) { return isIn(point, loop); })) loops.push_back(loop);
  }

  UnitContext &unit;
  const clang::SourceManager &sources;
  unsigned depth; // of coroutines that await one another
  bool everywhere = false;
  const clang::Expr *firstOperand = nullptr;
  std::vector<SourceLocation> suspensions;
  std::vector<SourceRange> loops; // with a suspension in them
};

bool holdsPointer(const clang::CXXRecordDecl &record, int depth) {
  for (const clang::FieldDecl *field : record.fields()) {
    clang::QualType type = field->getType();
    if (type->isPointerType() || type->isReferenceType()) return true;
    const clang::CXXRecordDecl *inner = type->getAsCXXRecordDecl();
    if (depth > 0 && inner && inner->hasDefinition() && holdsPointer(*inner->getDefinition(), depth - 1)) return true;
  }
  return depth > 0 && llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
           const clang::CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
           return parent && parent->hasDefinition() && holdsPointer(*parent->getDefinition(), depth - 1);
         });
}

bool isBorrowed(clang::QualType type) {
  return type->isReferenceType() || type->isPointerType() || isView(type);
}

} // namespace

bool isView(clang::QualType type) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || record->isLambda() || !record->hasDefinition() || record->isDependentContext()) return false;
  record = record->getDefinition();
  return record->hasTrivialDestructor() && !record->hasNonTrivialCopyConstructor() && holdsPointer(*record, 2);
}

static std::vector<KeptUse> keptUses(const FunctionDecl &coroutine, UnitContext &unit, unsigned depth) {
  auto view = CoroutineView::of(coroutine);
  if (!view) return {};
  LaterCode later(*view, unit.valueType(coroutine.getReturnType()).start, unit, depth);
  std::map<uint32_t, SourceLocation> first;
  forEachWritten(&view->writtenBody(), [&](const Stmt &stmt) {
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(&stmt)) {
      const auto *parameter = dyn_cast<clang::ParmVarDecl>(name->getDecl());
      bool isLent = parameter && isBorrowed(parameter->getType()) && parameter->getDeclContext() == &coroutine;
      if (isLent && later.contains(*name)) first.try_emplace(1 + parameter->getFunctionScopeIndex(), name->getLocation());
    } else if (const auto *object = dyn_cast<clang::CXXThisExpr>(&stmt)) {
      if (later.contains(*object)) first.try_emplace(objectArgument, object->getLocation());
    }
    return true;
  });
  if (first.contains(objectArgument) && keepsItself(coroutine)) first.erase(objectArgument); // it is no argument then
  std::vector<KeptUse> uses;
  for (const auto &[argument, place] : first) uses.push_back({argument, place});
  return uses;
}

std::vector<KeptUse> keptUses(const FunctionDecl &coroutine, UnitContext &unit) { return keptUses(coroutine, unit, 0); }

static std::vector<uint32_t> keptBy(const FunctionDecl &coroutine, UnitContext &unit, unsigned depth) {
  std::vector<uint32_t> kept;
  for (const KeptUse &use : keptUses(coroutine, unit, depth)) kept.push_back(use.argument);
  return kept;
}

std::vector<uint32_t> keptArguments(const FunctionDecl &coroutine, UnitContext &unit) { return keptBy(coroutine, unit, 0); }

bool keepsClosure(const clang::CXXMethodDecl &callOperator, UnitContext &unit) {
  auto view = CoroutineView::of(callOperator);
  if (!view || callOperator.getParent()->capture_size() == 0) return false;
  LaterCode later(*view, unit.valueType(callOperator.getReturnType()).start, unit, 0);
  bool kept = false;
  forEachWritten(&view->writtenBody(), [&](const Stmt &stmt) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(&stmt);
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    bool isCapture = variable && (variable->isInitCapture() || name->refersToEnclosingVariableOrCapture());
    if ((isCapture || isa<clang::CXXThisExpr>(stmt)) && later.contains(*llvm::cast<clang::Expr>(&stmt))) kept = true;
    return !kept;
  });
  return kept;
}

} // namespace coroguard
