#include "facts/task_uses.h"
#include "facts/awaitable_value.h"
#include "facts/inner_statements.h"
#include "facts/made_values.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/element_owner.h"

namespace coroguard {
namespace {

using clang::DeclRefExpr;
using clang::Expr;
using clang::QualType;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

using Kind = TaskVariable::Kind;
using EventKind = TaskEvent::Kind;

class UseFinder {
public:
  explicit UseFinder(UnitContext &unit) : unit(unit) {}

  void visit(const Stmt *statement) {
    if (!statement) return;
    if (const auto *declared = dyn_cast<clang::DeclStmt>(statement)) return declaration(*declared);
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(statement)) return lambda(*closure);
    // Behind the written operand of these there is only the machinery, which passes it on once more.
    if (const auto *await = dyn_cast<clang::CoawaitExpr>(statement)) return visit(await->getOperand());
    if (const auto *yield = dyn_cast<clang::CoyieldExpr>(statement)) return visit(yield->getOperand());
    if (const auto *result = dyn_cast<clang::CoreturnStmt>(statement)) return visit(result->getOperand());
    if (const auto *name = dyn_cast<DeclRefExpr>(statement)) return mention(*name);
    if (const auto *member = dyn_cast<clang::MemberExpr>(statement); member && isOtherMember(*member)) return;
    if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(statement)) memberCall(*call);
    if (const auto *call = dyn_cast<clang::CXXOperatorCallExpr>(statement)) assignment(*call);
    if (const auto *call = dyn_cast<clang::CallExpr>(statement); call && !isa<clang::CXXOperatorCallExpr>(call) && !call->isCallToStdMove())
      passed(call->arguments());
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(statement)) passed(construct->arguments());
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(statement); unary && unary->getOpcode() == clang::UO_AddrOf)
      escape(unary->getSubExpr());
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(statement); cast && cast->getType()->isVoidType()) castToVoid(*cast);
    bool standAlone = !isa<Expr, clang::ReturnStmt, clang::CoreturnStmt>(statement);
    for (const Stmt *child : statement->children()) {
      if (const auto *expression = llvm::dyn_cast_or_null<Expr>(child); expression && standAlone) unused.insert(unwrap(expression));
      visit(child);
    }
  }

  TaskUses uses;

private:
  // --- Declarations ---------------------------------------------------------------------------------------------

  void declaration(const clang::DeclStmt &statement) {
    for (const clang::Decl *decl : statement.decls()) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      if (!variable) continue;
      if (variable->getType()->isReferenceType() && variable->getInit() && !variable->isImplicit()) escape(variable->getInit());
      if (variable->hasLocalStorage() && !variable->isImplicit()) declare(*variable);
      visit(variable->getInit());
    }
  }

  void declare(const VarDecl &variable) {
    std::optional<Kind> kind = kindOf(variable);
    if (!kind) return;
    unsigned index = uses.variables.size();
    if (*kind == Kind::Aggregate) {
      if (variable.getInit()) declareAggregate(variable, index);
      return;
    }
    uses.variables.push_back({&variable, *kind, false, false, {}});
    numbers[&variable] = index;
    if (variable.getInit()) fill(&variable, index, *variable.getInit(), *kind == Kind::Owner, /*replaces=*/true);
  }

  std::optional<Kind> kindOf(const VarDecl &variable) {
    QualType type = variable.getType();
    if (type->isReferenceType()) {
      const auto *stored = variable.getInit() ? dyn_cast<clang::MaterializeTemporaryExpr>(skipFull(variable.getInit())) : nullptr;
      if (!stored || stored->getExtendingDecl() != &variable) return std::nullopt;
      type = stored->getType();
    }
    auto isValue = [this](QualType candidate) { return unit.valueType(candidate).canBeAwaited(); };
    if (isValue(type)) return Kind::Value;
    if (ownsElement(type, isValue)) return Kind::Owner;
    const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
    bool isPlain = record && record->hasDefinition() && record->isAggregate() && record->getNumBases() == 0 &&
                   !record->isInStdNamespace() && !record->hasUserDeclaredDestructor();
    return isPlain ? std::optional(Kind::Aggregate) : std::nullopt;
  }

  static const Expr *skipFull(const Expr *expression) {
    const auto *full = dyn_cast<clang::FullExpr>(expression);
    const Expr *inner = full ? full->getSubExpr() : expression;
    while (const auto *cast = dyn_cast<clang::ImplicitCastExpr>(inner)) inner = cast->getSubExpr();
    return inner;
  }

  /// H h{fetch()}, H h(fetch()), H h{.task = fetch()}.
  void declareAggregate(const VarDecl &variable, unsigned index) {
    const Expr *init = unwrap(variable.getInit());
    llvm::ArrayRef<const Expr *> values;
    if (const auto *list = dyn_cast<clang::InitListExpr>(init)) {
      if (const auto *semantic = list->getSemanticForm()) list = semantic;
      values = list->inits();
    } else if (const auto *list = dyn_cast<clang::CXXParenListInitExpr>(init)) {
      values = list->getInitExprs();
    }
    TaskVariable aggregate{&variable, Kind::Aggregate, false, false, {}};
    const clang::CXXRecordDecl *record = variable.getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (!record) return;
    auto field = record->field_begin();
    auto last = record->field_end();
    for (size_t i = 0; i < values.size() && field != last; ++i, ++field) {
      if (!values[i] || !unit.valueType(field->getType()).canBeAwaited()) continue;
      for (const Expr *made : valuesIn(*values[i], unit).made) {
        addOrigin(&variable, index, *made, EventKind::Put);
        aggregate.fields.push_back(*field);
      }
    }
    if (aggregate.fields.empty()) return;
    uses.variables.push_back(std::move(aggregate));
    numbers[&variable] = index;
  }

  // --- Values come in -------------------------------------------------------------------------------------------

  void addEvent(const void *key, TaskEvent event) { uses.events[key].push_back(event); }

  void addOrigin(const void *key, unsigned variable, const Expr &made, EventKind kind) {
    std::optional<AwaitableValue> value = awaitableValue(made, unit);
    if (!value || uses.origins.size() == 64) return;
    addEvent(key, {kind, variable, unsigned(uses.origins.size()), 0});
    uses.origins.push_back({&made, *value, variable});
  }

  /// False when nothing is known of what comes in.
  bool fill(const void *key, unsigned variable, const Expr &from, bool isOwner, bool replaces) {
    MadeValues values = isOwner ? valuesOwnedBy(from, unit) : valuesIn(from, unit);
    bool known = false;
    for (const Expr *made : values.made) {
      addOrigin(key, variable, *made, replaces && !known ? EventKind::Make : EventKind::Put);
      known = true;
    }
    for (const DeclRefExpr *source : values.movedFrom) {
      auto number = numbers.find(source->getDecl());
      if (number == numbers.end() || number->second == variable) continue;
      addEvent(key, {replaces && !known ? EventKind::Take : EventKind::TakeIn, variable, 0, number->second});
      handled.insert(source);
      known = true;
    }
    return known;
  }

  /// The variable that an expression is, or is a part of: t, v[i], *p, m.first.
  std::optional<unsigned> variableIn(const Expr *expression, const DeclRefExpr *&name, bool &isPart) {
    expression = unwrap(expression);
    if ((name = dyn_cast<DeclRefExpr>(expression))) {
      auto number = numbers.find(name->getDecl());
      return number == numbers.end() ? std::nullopt : std::optional(number->second);
    }
    isPart = true;
    if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) return variableIn(index->getBase(), name, isPart);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) return variableIn(member->getBase(), name, isPart);
    const auto *call = dyn_cast<clang::CXXOperatorCallExpr>(expression);
    bool leadsIn = call && (call->getOperator() == clang::OO_Subscript || call->getOperator() == clang::OO_Star ||
                            call->getOperator() == clang::OO_Arrow);
    return leadsIn ? variableIn(call->getArg(0), name, isPart) : std::nullopt;
  }

  void assignment(const clang::CXXOperatorCallExpr &call) {
    if (!call.isAssignmentOp() || call.getNumArgs() != 2) return;
    const DeclRefExpr *name = nullptr;
    bool isPart = false;
    std::optional<unsigned> variable = variableIn(call.getArg(0), name, isPart);
    if (!variable) return;
    Kind kind = uses.variables[*variable].kind;
    if (kind == Kind::Aggregate || (kind == Kind::Value && isPart)) return;
    handled.insert(name);
    if (!fill(&call, *variable, *call.getArg(1), kind == Kind::Owner, !isPart))
      addEvent(&call, {EventKind::Consume, *variable, 0, 0});
  }

  // --- References that stay ---------------------------------------------------------------------------------------

  /// An lvalue that somebody gets a reference to, not a value that is moved from it.
  void escape(const Expr *expression) {
    expression = expression->IgnoreParens();
    if (const auto *full = dyn_cast<clang::FullExpr>(expression)) expression = full->getSubExpr()->IgnoreParens();
    if (const auto *name = dyn_cast<DeclRefExpr>(expression)) escape(*name->getDecl());
  }

  void escape(const clang::ValueDecl &decl) {
    auto number = numbers.find(&decl);
    if (number != numbers.end()) uses.variables[number->second].escapes = true;
  }

  /// A plain name as an argument is taken by reference; a const reference would have a cast around it.
  template <class Arguments> void passed(const Arguments &arguments) {
    for (const Expr *argument : arguments)
      if (!argument->getType().isConstQualified()) escape(argument);
  }

  // --- Uses -----------------------------------------------------------------------------------------------------

  void mention(const DeclRefExpr &name) {
    if (handled.contains(&name)) return;
    const clang::ValueDecl *decl = name.getDecl();
    if (const auto *binding = dyn_cast<clang::BindingDecl>(decl)) decl = binding->getDecomposedDecl();
    auto number = numbers.find(decl);
    if (number != numbers.end()) addEvent(&name, {EventKind::Consume, number->second, 0, 0});
  }

  /// A member of an aggregate next to the one that holds the value.
  bool isOtherMember(const clang::MemberExpr &member) {
    const auto *name = dyn_cast<DeclRefExpr>(member.getBase()->IgnoreParenImpCasts());
    auto number = name ? numbers.find(name->getDecl()) : numbers.end();
    if (number == numbers.end() || uses.variables[number->second].kind != Kind::Aggregate) return false;
    const auto *field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
    return field && !llvm::is_contained(uses.variables[number->second].fields, field);
  }

  void castToVoid(const clang::ExplicitCastExpr &cast) {
    const auto *name = dyn_cast<DeclRefExpr>(cast.getSubExpr()->IgnoreParenImpCasts());
    // A task that has not begun does not begin because somebody says that the variable is unused.
    if (name && numbers.contains(name->getDecl()) && unit.valueType(name->getType()).start == Start::Lazy) handled.insert(name);
  }

  void memberCall(const clang::CXXMemberCallExpr &call) {
    const Expr *object = call.getImplicitObjectArgument();
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    const auto *name = object ? dyn_cast<DeclRefExpr>(object->IgnoreParenImpCasts()) : nullptr;
    auto number = name ? numbers.find(name->getDecl()) : numbers.end();
    if (number == numbers.end() || !method) return;
    TaskVariable &variable = uses.variables[number->second];
    if (asks(*method, variable)) {
      variable.isAsked = true;
      handled.insert(name);
    } else if (variable.kind == Kind::Owner && (putIn(call, number->second) || onlySizes(call) || empties(call, number->second))) {
      handled.insert(name);
    }
  }

  /// A member that tells something about the value and does nothing with it.
  bool asks(const clang::CXXMethodDecl &method, const TaskVariable &variable) {
    if (unit.lookup.isReadyCheck(method)) return true;
    QualType result = method.getReturnType();
    if (!method.isConst() || !result->isArithmeticType()) return false;
    QualType given = awaitResult(variable.decl->getType(), unit.ast);
    return variable.kind != Kind::Value || isa<clang::CXXConversionDecl>(method) || given.isNull() ||
           given.getCanonicalType() != result.getCanonicalType();
  }

  /// push_back(fetch()), emplace(key, fetch()): the container's own business, and nobody uses what the call returns.
  bool putIn(const clang::CXXMemberCallExpr &call, unsigned variable) {
    if (!call.getType()->isVoidType() && !unused.contains(&call)) return false;
    bool known = false;
    for (const Expr *argument : call.arguments()) known |= fill(&call, variable, *argument, true, false);
    return known;
  }

  /// reserve(n), resize(n).
  static bool onlySizes(const clang::CXXMemberCallExpr &call) {
    return call.getType()->isVoidType() && call.getNumArgs() == 1 && call.getArg(0)->getType()->isArithmeticType();
  }

  /// tasks.clear(). The reset() of an optional is how one task is dropped on purpose.
  bool empties(const clang::CXXMemberCallExpr &call, unsigned variable) {
    const clang::CXXMethodDecl &method = *call.getMethodDecl();
    if (call.getNumArgs() != 0 || !method.getIdentifier() || !method.getParent()->isInStdNamespace()) return false;
    if (method.getName() != "clear") return false;
    addEvent(&call, {EventKind::Clear, variable, 0, 0});
    return true;
  }

  void lambda(const clang::LambdaExpr &lambda) {
    auto init = lambda.capture_init_begin();
    for (const clang::LambdaCapture &capture : lambda.captures()) {
      const auto *inner = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
      if (inner && inner->isInitCapture() && *init) initCapture(lambda, *inner, **init);
      if (inner && capture.getCaptureKind() == clang::LCK_ByRef) inner->isInitCapture() ? escape(*init) : escape(*inner);
      visit(*init++);
    }
  }

  /// [t = std::move(t)] or [t = fetch()], and the closure never mentions t.
  void initCapture(const clang::LambdaExpr &lambda, const VarDecl &capture, const Expr &init) {
    if (capture.getType()->isReferenceType() || mentions(lambda.getBody(), capture)) return;
    if (!unit.valueType(capture.getType()).canBeAwaited()) return;
    MadeValues values = valuesIn(init, unit);
    for (const DeclRefExpr *source : values.movedFrom) {
      auto number = numbers.find(source->getDecl());
      if (number == numbers.end()) continue;
      addEvent(source, {EventKind::Shut, number->second, 0, 0});
      handled.insert(source);
    }
    if (values.made.empty()) return;
    unsigned index = uses.variables.size();
    uses.variables.push_back({&capture, Kind::Value, false, false, {}});
    for (const Expr *made : values.made) {
      addOrigin(made, index, *made, EventKind::Make);
      addEvent(made, {EventKind::Shut, index, 0, 0});
    }
  }

  UnitContext &unit;
  llvm::DenseMap<const clang::ValueDecl *, unsigned> numbers;
  llvm::DenseSet<const DeclRefExpr *> handled;
  llvm::DenseSet<const Expr *> unused;
};

} // namespace

TaskUses findTaskUses(const clang::FunctionDecl &function, UnitContext &unit) {
  const Stmt *body = function.getBody();
  if (const auto *coroutine = llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(body)) body = coroutine->getBody();
  UseFinder finder(unit);
  finder.visit(body);
  return std::move(finder.uses);
}

} // namespace coroguard
