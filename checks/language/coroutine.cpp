#include "language/coroutine.h"
#include "language/name_words.h"
#include "language/record_lookup.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/ADT/SmallPtrSet.h>

using namespace clang;

namespace coroguard {
namespace {

bool isOperatorCoAwait(const FunctionDecl *function) {
  return function && function->getOverloadedOperator() == OO_Coawait;
}

// Clang stores `co_yield x` as an await of promise.yield_value(x), possibly through an operator co_await.
const Expr *yieldedValue(const Expr *operand) {
  const Expr *current = operand->IgnoreImplicit();
  while (const auto *call = dyn_cast<CallExpr>(current)) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call);
    if (member && isOperatorCoAwait(call->getDirectCallee()))
      current = member->getImplicitObjectArgument()->IgnoreImplicit();
    else if (call->getNumArgs() > 0 &&
             (isNamed(call->getDirectCallee(), {"yield_value"}) || isOperatorCoAwait(call->getDirectCallee())))
      current = call->getArg(0)->IgnoreImplicit();
    else
      return current;
    if (isNamed(call->getDirectCallee(), {"yield_value"})) return current;
  }
  return current;
}

/// Collects the written suspension points of one function. With implicit code off, the visitor sees exactly
/// what was written: matchers and the statement's children also hold the machinery (36 awaits where 10 are
/// written).
class SuspensionCollector : public RecursiveASTVisitor<SuspensionCollector> {
public:
  explicit SuspensionCollector(std::vector<SuspensionPoint> &points) : points(points) {}

  // A nested lambda's body is another function; its captures are evaluated here.
  bool TraverseLambdaExpr(LambdaExpr *lambda, DataRecursionQueue * = nullptr) {
    for (Expr *init : lambda->capture_inits())
      if (init && !TraverseStmt(init)) return false;
    return true;
  }
  bool TraverseCXXRecordDecl(CXXRecordDecl *) { return true; }
  bool TraverseBlockExpr(BlockExpr *, DataRecursionQueue * = nullptr) { return true; }

  bool VisitCoawaitExpr(CoawaitExpr *await) {
    if (!await->isImplicit()) add(*await, await->getOperand()->IgnoreImplicit(), SuspensionKind::Await);
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *await) {
    add(*await, await->getOperand()->IgnoreImplicit(), SuspensionKind::Await);
    return true;
  }
  bool VisitCoyieldExpr(CoyieldExpr *yield) {
    add(*yield, yieldedValue(yield->getOperand()), SuspensionKind::Yield);
    return true;
  }

private:
  // The two forms of an initialiser list share their elements, which are then visited twice.
  void add(const Expr &expression, const Expr *operand, SuspensionKind kind) {
    if (seen.insert(&expression).second) points.push_back({&expression, operand, kind});
  }

  std::vector<SuspensionPoint> &points;
  llvm::SmallPtrSet<const Expr *, 16> seen;
};

/// Where a type's promise was found; the record is null when it has no name before instantiation.
struct FoundPromise {
  const CXXRecordDecl *record = nullptr;
};

std::optional<FoundPromise> promiseMember(const CXXRecordDecl &record, const ASTContext &context) {
  const auto *member = dyn_cast_or_null<TypeDecl>(findMember(record, &context.Idents.get("promise_type")));
  if (!member) return std::nullopt;
  if (const auto *alias = dyn_cast<TypedefNameDecl>(member))
    return FoundPromise{recordOf(alias->getUnderlyingType())};
  return FoundPromise{dyn_cast<CXXRecordDecl>(member)};
}

const ClassTemplateDecl *coroutineTraits(const ASTContext &context) {
  for (const NamedDecl *space : context.getTranslationUnitDecl()->lookup(&context.Idents.get("std"))) {
    const auto *std = dyn_cast<NamespaceDecl>(space);
    if (!std) continue;
    for (const NamedDecl *traits : std->lookup(&context.Idents.get("coroutine_traits")))
      if (const auto *found = dyn_cast<ClassTemplateDecl>(traits->getUnderlyingDecl())) return found;
  }
  return nullptr;
}

QualType plain(QualType type) { return type.getCanonicalType().getUnqualifiedType(); }

bool firstArgumentIs(llvm::ArrayRef<TemplateArgument> arguments, QualType type) {
  return !arguments.empty() && arguments.front().getKind() == TemplateArgument::Type &&
         plain(arguments.front().getAsType()) == type;
}

// coroutine_traits<task<T>, Args...> for a task<int>: same template, arguments not compared.
bool firstArgumentIsTemplateOf(llvm::ArrayRef<TemplateArgument> arguments, QualType type) {
  const auto *given = dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (!given || arguments.empty() || arguments.front().getKind() != TemplateArgument::Type) return false;
  const CXXRecordDecl *pattern = recordOf(arguments.front().getAsType());
  const ClassTemplateDecl *wanted = pattern ? pattern->getDescribedClassTemplate() : nullptr;
  return wanted && wanted->getCanonicalDecl() == given->getSpecializedTemplate()->getCanonicalDecl();
}

std::optional<FoundPromise> promiseFromTraits(const ClassTemplateDecl &traits, QualType type,
                                              const ASTContext &context) {
  for (const ClassTemplateSpecializationDecl *existing : traits.specializations())
    if (existing->getDefinition() && firstArgumentIs(existing->getTemplateArgs().asArray(), type))
      if (auto promise = promiseMember(*existing, context)) return promise;
  llvm::SmallVector<ClassTemplatePartialSpecializationDecl *, 4> partials;
  const_cast<ClassTemplateDecl &>(traits).getPartialSpecializations(partials);
  for (const ClassTemplatePartialSpecializationDecl *partial : partials) {
    llvm::ArrayRef<TemplateArgument> arguments = partial->getTemplateArgs().asArray();
    if (firstArgumentIs(arguments, type) || firstArgumentIsTemplateOf(arguments, type))
      if (auto promise = promiseMember(*partial, context)) return promise;
  }
  return std::nullopt;
}

std::optional<FoundPromise> findPromise(QualType returnType, const ASTContext &context) {
  if (returnType.isNull() || returnType->isUndeducedType()) return std::nullopt;
  QualType type = plain(returnType);
  // No traits, no coroutines: <coroutine> is not included.
  const ClassTemplateDecl *traits = coroutineTraits(context);
  if (!traits) return std::nullopt;
  if (auto promise = promiseFromTraits(*traits, type, context)) return promise;
  if (type->isReferenceType()) return std::nullopt;
  const CXXRecordDecl *record = recordOf(type);
  return record ? promiseMember(*record, context) : std::nullopt;
}

// `auto initial_suspend() { return std::suspend_always{}; }` in a class template has no type until a
// coroutine needs it.
QualType returnedType(const FunctionDecl &function) {
  const FunctionDecl *pattern = function.getTemplateInstantiationPattern();
  const Stmt *body = pattern ? pattern->getBody() : function.getBody();
  const auto *statements = dyn_cast_or_null<CompoundStmt>(body);
  if (!statements || statements->body_empty()) return {};
  const auto *last = dyn_cast<ReturnStmt>(statements->body_back());
  return last && last->getRetValue() ? last->getRetValue()->getType() : QualType();
}

const CXXRecordDecl *returnedRecord(const FunctionDecl &function) {
  for (const FunctionDecl *declaration : function.redecls())
    if (const CXXRecordDecl *record = recordOf(declaration->getReturnType())) return record;
  return function.getReturnType()->getContainedAutoType() ? recordOf(returnedType(function)) : nullptr;
}

} // namespace

std::optional<CoroutineView> CoroutineView::of(const FunctionDecl &function) {
  const FunctionDecl *definition = nullptr;
  const auto *body = dyn_cast_or_null<CoroutineBodyStmt>(function.getBody(definition));
  if (!body || !body->getBody()) return std::nullopt;
  CoroutineView view;
  view.decl = definition;
  view.body = body->getBody();
  if (const VarDecl *promise = body->getPromiseDecl()) view.promiseRecord = recordOf(promise->getType());
  SuspensionCollector(view.points).TraverseStmt(const_cast<Stmt *>(view.body));
  return view;
}

const CXXRecordDecl *promiseOf(QualType returnType, const ASTContext &context) {
  std::optional<FoundPromise> promise = findPromise(returnType, context);
  return promise ? promise->record : nullptr;
}

bool isCoroutineType(QualType type, const ASTContext &context) {
  return findPromise(type, context).has_value();
}

/// The standard awaiter that a promise's member returns, or null for any other.
static const CXXRecordDecl *standardAwaiter(QualType returnType, llvm::StringRef memberName, const ASTContext &context) {
  const CXXRecordDecl *promise = promiseOf(returnType, context);
  const NamedDecl *member = promise ? findMember(*promise, &context.Idents.get(memberName)) : nullptr;
  const FunctionDecl *function = member ? member->getAsFunction() : nullptr;
  const CXXRecordDecl *awaiter = function ? returnedRecord(*function) : nullptr;
  return awaiter && awaiter->isInStdNamespace() && awaiter->getIdentifier() ? awaiter : nullptr;
}

bool endsItself(QualType returnType, const ASTContext &context) {
  const CXXRecordDecl *awaiter = standardAwaiter(returnType, "final_suspend", context);
  return awaiter && awaiter->getName() == "suspend_never";
}

bool canYield(QualType returnType, const ASTContext &context) {
  const CXXRecordDecl *promise = promiseOf(returnType, context);
  return promise && findMember(*promise, &context.Idents.get("yield_value"));
}

Start startOf(QualType returnType, const ASTContext &context) {
  const CXXRecordDecl *awaiter = standardAwaiter(returnType, "initial_suspend", context);
  if (!awaiter) return Start::Unknown;
  if (awaiter->getName() == "suspend_always") return Start::Lazy;
  if (awaiter->getName() == "suspend_never") return Start::Eager;
  return Start::Unknown;
}

bool isCoroutineHandle(QualType type) {
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->getIdentifier() && record->getName() == "coroutine_handle";
}

bool resumesHandle(const FunctionDecl &function) {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  const CXXRecordDecl *record = method ? method->getParent() : nullptr;
  if (!record || !record->isInStdNamespace() || !record->getIdentifier()) return false;
  if (record->getName() != "coroutine_handle") return false;
  return method->getOverloadedOperator() == OO_Call || isNamed(method, {"resume"});
}

} // namespace coroguard
