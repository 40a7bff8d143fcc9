#include "facts/awaited_twice.h"
#include "facts/awaitable_value.h"
#include "facts/feasible_path.h"
#include "language/await_result.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::DeclRefExpr;
using clang::Expr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;

/// A place where the result of a variable's task is taken: an await, or a wait that a model knows.
struct Await {
  const VarDecl *variable = nullptr;
  bool moves = false;
};

/// Can a task of this type give its result more than once? Only what surely cannot is of interest; what can be copied or
/// yields may be awaited again and again.
bool isSingleShot(clang::QualType type, UnitContext &unit) {
  if (type->isLValueReferenceType()) return false;
  type = type.getNonReferenceType();
  const ValueType &kind = unit.valueType(type);
  if (!kind.isTask) return false;
  if (kind.model && kind.model->awaits != TaskType::Awaits::Unknown) return kind.model->awaits == TaskType::Awaits::Once;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition()) return false;
  bool isCopied = llvm::any_of(record->ctors(), [&](const clang::CXXConstructorDecl *constructor) {
    // A copy that only a forgotten rule of three gives is not meant.
    return constructor->isCopyConstructor() && !constructor->isDeleted() && (constructor->isUserProvided() || !record->hasUserDeclaredDestructor());
  });
  isCopied |= record->hasSimpleCopyConstructor() && !record->hasUserDeclaredDestructor();
  return !isCopied && isCoroutineType(type, unit.ast) && !canYield(type, unit.ast);
}

class AwaitFinder {
public:
  explicit AwaitFinder(UnitContext &unit) : unit(unit) {}

  void visit(const Stmt *statement) {
    if (!statement) return;
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(statement)) return lambda(*closure);
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(statement)) {
      add(*await, await->getOperand());
      return visit(await->getOperand()); // the other children are the machinery
    }
    if (const auto *yield = dyn_cast<clang::CoyieldExpr>(statement)) return visit(yield->getOperand());
    if (const auto *result = dyn_cast<clang::CoreturnStmt>(statement)) return visit(result->getOperand());
    if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(statement); call && waits(*call))
      givesResult(*call) ? add(*call, call->getImplicitObjectArgument()) : look(*call->getImplicitObjectArgument());
    if (const auto *declared = dyn_cast<clang::DeclStmt>(statement)) {
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl); variable && variable->getInit()) {
          if (variable->getType()->isReferenceType()) keep(variable->getInit());
          visit(variable->getInit());
        }
      return;
    }
    if (const auto *name = dyn_cast<DeclRefExpr>(statement)) mention(*name);
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(statement); unary && unary->getOpcode() == clang::UO_AddrOf)
      keep(unary->getSubExpr());
    for (const Stmt *child : statement->children()) visit(child);
  }

  llvm::DenseMap<const Stmt *, Await> awaits;
  llvm::DenseMap<const Stmt *, llvm::SmallVector<const VarDecl *, 1>> mentions; // anything else: it may be filled again
  llvm::DenseSet<const clang::ValueDecl *> kept; // by a reference or pointer: others may fill it at any time

private:
  bool waits(const clang::CXXMemberCallExpr &call) {
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    const BlockingCall *blocks = method ? unit.lookup.blocking(*method) : nullptr;
    return blocks && blocks->family == "wait";
  }

  /// get(), or a wait() that gives what an await gives; not a wait() that leaves the result where it is.
  bool givesResult(const clang::CXXMemberCallExpr &call) {
    const clang::CXXMethodDecl &method = *call.getMethodDecl();
    clang::QualType given = method.getReturnType().getNonReferenceType().getCanonicalType().getUnqualifiedType();
    if (given->getAsCXXRecordDecl() && given->getAsCXXRecordDecl() == method.getParent()) return false; // *this
    // Of a task without a result only the template tells the one from the other: `T get()`, `void wait()`.
    const clang::FunctionDecl *pattern = method.getTemplateInstantiationPattern();
    if (pattern && pattern->getReturnType()->isDependentType()) return true;
    clang::QualType result = awaitResult(call.getObjectType(), unit.ast);
    return !given->isVoidType() && !result.isNull() && given == result.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  }

  /// Neither takes the result nor brings a new one.
  void look(const Expr &object) {
    if (const auto *name = dyn_cast<DeclRefExpr>(unwrap(&object))) handled.insert(name);
  }

  void add(const Expr &await, const Expr *operand) {
    const Expr *awaited = unwrap(operand);
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(awaited)) awaited = unwrap(cast->getSubExpr()); // static_cast<T &&>
    const auto *name = dyn_cast<DeclRefExpr>(awaited);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (!variable || !variable->hasLocalStorage() || !isSingleShot(variable->getType(), unit)) return;
    awaits[&await] = {variable, operand->isXValue() || operand->IgnoreImplicit()->isXValue()};
    handled.insert(name);
  }

  void keep(const Expr *expression) {
    if (const auto *name = dyn_cast<DeclRefExpr>(unwrap(expression))) kept.insert(name->getDecl());
  }

  void mention(const DeclRefExpr &name) {
    const auto *variable = dyn_cast<VarDecl>(name.getDecl());
    if (variable && !handled.contains(&name)) mentions[&name].push_back(variable);
  }

  void lambda(const clang::LambdaExpr &closure) {
    for (const clang::LambdaCapture &capture : closure.captures())
      if (const auto *variable = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr) {
        mentions[&closure].push_back(variable);
        if (capture.getCaptureKind() == clang::LCK_ByRef) kept.insert(variable);
      }
    for (const Expr *init : closure.capture_inits()) visit(init);
  }

  UnitContext &unit;
  llvm::DenseSet<const DeclRefExpr *> handled;
};

class TwiceFinder {
public:
  TwiceFinder(const AwaitFinder &found, const SuspensionCfg &cfg, UnitContext &unit, Function &facts)
      : found(found), cfg(cfg), unit(unit), facts(facts) {}

  void run() {
    llvm::DenseSet<const VarDecl *> variables;
    for (const auto &[await, what] : found.awaits)
      if (!found.kept.contains(what.variable)) variables.insert(what.variable);
    for (const VarDecl *variable : variables)
      if (std::optional<Path> path = secondAwait(*variable)) report(*variable, *path);
  }

private:
  struct Path {
    const Stmt *first = nullptr;
    const Stmt *second = nullptr;
    auto operator<=>(const Path &) const = default;
  };

  /// Is the second await certainly one too many?
  bool isTooMany(const VarDecl &variable, const Path &path) const {
    clang::QualType type = variable.getType().getNonReferenceType();
    const TaskType *model = unit.valueType(type).model;
    if (path.first == path.second) return true; // round a loop that does not make it
    return found.awaits.lookup(path.first).moves || awaitsRvalueOnly(type, unit.ast) ||
           (model && model->awaits == TaskType::Awaits::Once);
  }

  static const Stmt *statementOf(const FlowElement &element) {
    return element.kind == FlowElement::Kind::Statement || element.kind == FlowElement::Kind::Suspension ? element.statement : nullptr;
  }

  bool isTouched(const VarDecl &variable, const FlowElement &element, const Stmt &statement) const {
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&statement); declared && llvm::is_contained(declared->decls(), &variable)) return true;
    auto mentioned = found.mentions.find(&statement);
    return mentioned != found.mentions.end() && llvm::is_contained(mentioned->second, &variable);
  }

  std::optional<Path> secondAwait(const VarDecl &variable) {
    auto step = [&](Path &path, const FlowElement &element, std::vector<Path> &branches) {
      if (element.variable == &variable && path.first) return OnPath::Ends;
      const Stmt *statement = statementOf(element);
      if (!statement) return OnPath::Goes;
      if (path.first && isTouched(variable, element, *statement)) return OnPath::Ends;
      if (found.awaits.lookup(statement).variable != &variable) return OnPath::Goes;
      if (!path.first) {
        branches.push_back({statement, nullptr});
        return OnPath::Goes;
      }
      path.second = statement;
      return isTooMany(variable, path) ? OnPath::Arrives : OnPath::Goes;
    };
    auto follows = [](const Path &, EdgeKind kind) { return kind == EdgeKind::Flow; };
    return findPath(cfg, unit.ast, Path{}, step, follows);
  }

  void report(const VarDecl &variable, const Path &path) {
    Misuse misuse;
    misuse.place = unit.place(llvm::cast<Expr>(path.second)->getExprLoc());
    misuse.form = Misuse::Form::AwaitedAgain;
    misuse.value = awaitableValueOf(variable.getType().getNonReferenceType(), unit);
    misuse.subject = unit.string(variable.getName());
    misuse.other = unit.place(llvm::cast<Expr>(path.first)->getExprLoc());
    facts.misuses.push_back(std::move(misuse));
  }

  const AwaitFinder &found;
  const SuspensionCfg &cfg;
  UnitContext &unit;
  Function &facts;
};

} // namespace

void findAwaitedTwice(FunctionFlow &flow, Function &facts) {
  const Stmt *body = flow.function.getBody();
  if (const auto *coroutine = dyn_cast<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
  AwaitFinder finder(flow.unit);
  finder.visit(body);
  if (finder.awaits.empty()) return;
  if (const SuspensionCfg *cfg = flow.cfg()) TwiceFinder(finder, *cfg, flow.unit, facts).run();
}

} // namespace coroguard
