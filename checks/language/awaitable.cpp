#include "language/awaitable.h"
#include "language/record_lookup.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/SmallPtrSet.h>

using namespace clang;

namespace coroguard {
namespace {

DeclarationName named(const ASTContext &context, llvm::StringRef name) { return &context.Idents.get(name); }

bool isAwaiter(const CXXRecordDecl &record, const ASTContext &context) {
  return llvm::all_of(std::initializer_list<llvm::StringRef>{"await_ready", "await_suspend", "await_resume"},
                      [&](llvm::StringRef member) { return findMember(record, named(context, member)); });
}

const ClassTemplateDecl *templateOf(const CXXRecordDecl &record) {
  if (const auto *specialisation = dyn_cast<ClassTemplateSpecializationDecl>(&record))
    return specialisation->getSpecializedTemplate()->getCanonicalDecl();
  const ClassTemplateDecl *described = record.getDescribedClassTemplate();
  return described ? described->getCanonicalDecl() : nullptr;
}

bool sameRecordOrTemplate(const CXXRecordDecl &parameter, const CXXRecordDecl &argument, bool dependent) {
  if (parameter.getCanonicalDecl() == argument.getCanonicalDecl()) return true;
  const ClassTemplateDecl *pattern = templateOf(parameter);
  return dependent && pattern && pattern == templateOf(argument);
}

// A bare T accepts everything: an operator co_await for T says yes to every type of its namespace, an
// await_transform for T usually hands its argument through, which makes nothing awaitable.
enum class BareParameter { Accepts, Ignored };

bool acceptsBare(const FunctionDecl &function, BareParameter bare) {
  // Whether a constraint holds is unknown here, and unknown is not yes.
  const FunctionTemplateDecl *described = function.getDescribedFunctionTemplate();
  return bare == BareParameter::Accepts && described && !described->hasAssociatedConstraints();
}

/// Could the first parameter take a value of this type, conversions other than to a base left aside.
bool accepts(const FunctionDecl &function, QualType type, BareParameter bare) {
  if (function.param_empty() || function.isDeleted()) return false;
  QualType parameter = function.getParamDecl(0)->getType().getNonReferenceType();
  if (parameter->isTemplateTypeParmType()) return acceptsBare(function, bare);
  const CXXRecordDecl *wanted = recordOf(parameter);
  const CXXRecordDecl *given = recordOf(type);
  if (!wanted || !given)
    return parameter.getCanonicalType().getUnqualifiedType() == type.getCanonicalType().getUnqualifiedType();
  if (sameRecordOrTemplate(*wanted, *given, parameter->isDependentType())) return true;
  return anyInHierarchy(*given, [&](const CXXRecordDecl &base) {
    return sameRecordOrTemplate(*wanted, base, parameter->isDependentType());
  });
}

bool anyAccepts(DeclContext::lookup_result found, QualType type, BareParameter bare) {
  return llvm::any_of(found, [&](const NamedDecl *decl) {
    const FunctionDecl *function = decl->getUnderlyingDecl()->getAsFunction();
    return function && accepts(*function, type, bare);
  });
}

using Namespaces = llvm::SmallPtrSet<const DeclContext *, 4>;

// An inline namespace is associated together with the one around it.
void addNamespacesOf(const CXXRecordDecl &record, Namespaces &found) {
  for (const DeclContext *scope = record.getEnclosingNamespaceContext(); scope; scope = scope->getParent()) {
    found.insert(scope->getPrimaryContext());
    if (!scope->isInlineNamespace()) return;
  }
}

void addNamespacesOfArguments(const CXXRecordDecl &record, Namespaces &found) {
  const auto *specialisation = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  if (!specialisation) return;
  for (const TemplateArgument &argument : specialisation->getTemplateArgs().asArray()) {
    if (argument.getKind() != TemplateArgument::Type) continue;
    if (const CXXRecordDecl *type = recordOf(argument.getAsType())) addNamespacesOf(*type, found);
  }
}

bool hasFreeCoAwait(const CXXRecordDecl &record, QualType type, const ASTContext &context) {
  Namespaces namespaces;
  addNamespacesOf(record, namespaces);
  addNamespacesOfArguments(record, namespaces);
  anyInHierarchy(record, [&](const CXXRecordDecl &base) {
    addNamespacesOf(base, namespaces);
    return false;
  });
  DeclarationName operatorName = context.DeclarationNames.getCXXOperatorName(OO_Coawait);
  return llvm::any_of(namespaces, [&](const DeclContext *scope) {
    return anyAccepts(scope->lookup(operatorName), type, BareParameter::Accepts);
  });
}

bool isTransformed(const CXXRecordDecl &promise, QualType type, const ASTContext &context,
                   BareParameter bare = BareParameter::Ignored) {
  return anyInHierarchy(promise, [&](const CXXRecordDecl &candidate) {
    return anyAccepts(candidate.lookup(named(context, "await_transform")), type, bare);
  });
}

AwaitableKind kindOfRecord(const CXXRecordDecl &record, QualType type, const ASTContext &context) {
  if (findMember(record, context.DeclarationNames.getCXXOperatorName(OO_Coawait)))
    return AwaitableKind::MemberCoAwait;
  if (hasFreeCoAwait(record, type, context)) return AwaitableKind::FreeCoAwait;
  return isAwaiter(record, context) ? AwaitableKind::Awaiter : AwaitableKind::None;
}

} // namespace

AwaitableKind awaitableKind(QualType type, const ASTContext &context, const CXXRecordDecl *promise) {
  if (type.isNull()) return AwaitableKind::None;
  type = type.getNonReferenceType();
  if (const CXXRecordDecl *record = recordOf(type)) {
    AwaitableKind kind = kindOfRecord(*record, type, context);
    if (kind != AwaitableKind::None) return kind;
  }
  if (promise && isTransformed(*promise, type, context)) return AwaitableKind::Transformed;
  return AwaitableKind::None;
}

bool canBeAwaitedIn(QualType task, const CXXRecordDecl &promise, QualType type, const ASTContext &context) {
  bool isAwaitableItself = isAwaitable(awaitableKind(type, context));
  if (!findMember(promise, named(context, "await_transform"))) return isAwaitableItself;
  const CXXRecordDecl *own = recordOf(task), *given = recordOf(type);
  if (isAwaitableItself && own && given && sameRecordOrTemplate(*own, *given, /*dependent=*/true)) return true;
  return isTransformed(promise, type, context, isAwaitableItself ? BareParameter::Accepts : BareParameter::Ignored);
}

} // namespace coroguard
