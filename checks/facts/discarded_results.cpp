#include "facts/discarded_results.h"
#include "facts/awaitable_value.h"
#include "facts/generic_code.h"
#include "facts/handoffs.h"
#include "language/callee.h"
#include "language/written_code.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::QualType;
using llvm::dyn_cast;

/// The first function type among the template arguments, R(Args...), also inside of them.
const clang::FunctionType *signatureIn(const clang::CXXRecordDecl *record, int depth) {
  const auto *specialisation = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!specialisation) return nullptr;
  for (const clang::TemplateArgument &argument : specialisation->getTemplateArgs().asArray()) {
    llvm::ArrayRef<clang::TemplateArgument> parts(argument);
    if (argument.getKind() == clang::TemplateArgument::Pack) parts = argument.pack_elements();
    for (const clang::TemplateArgument &part : parts) {
      if (part.getKind() != clang::TemplateArgument::Type) continue;
      if (const auto *signature = part.getAsType()->getAs<clang::FunctionType>()) return signature;
      if (depth == 0) continue;
      if (const auto *inner = signatureIn(part.getAsType()->getAsCXXRecordDecl(), depth - 1)) return inner;
    }
  }
  return nullptr;
}

bool canBeCalled(const clang::CXXRecordDecl &record) {
  if (!record.hasDefinition()) return false;
  auto name = record.getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call);
  if (!record.lookup(name).empty()) return true;
  return llvm::any_of(record.bases(), [](const clang::CXXBaseSpecifier &base) {
    const clang::CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
    return parent && canBeCalled(*parent);
  });
}

/// The signature of a class whose objects hold a callable, whatever its name: std::function<void(int)>.
const clang::FunctionType *heldSignature(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!record || !canBeCalled(*record)) return nullptr;
  return signatureIn(record, 1);
}

bool holdsVoidCallable(QualType type) {
  const clang::FunctionType *signature = heldSignature(type);
  return signature && signature->getReturnType()->isVoidType();
}

class DiscardFinder {
public:
  DiscardFinder(const FunctionDecl *function, Function &facts, UnitContext &unit)
      : function(function), facts(facts), unit(unit) {}

  void walk(const clang::Stmt *body) {
    forEachWritten(body, [&](const clang::Stmt &stmt) {
      if (const auto *made = dyn_cast<clang::CXXConstructExpr>(&stmt)) constructed(*made);
      else if (const auto *call = dyn_cast<clang::CallExpr>(&stmt)) called(*call);
      return true;
    });
  }

private:
  void constructed(const clang::CXXConstructExpr &made) {
    const clang::CXXConstructorDecl *constructor = made.getConstructor();
    if (constructor->isCopyOrMoveConstructor() || made.getNumArgs() == 0) return;
    llvm::ArrayRef<const Expr *> arguments(made.getArgs(), made.getNumArgs());
    const SinkCall *sink = unit.lookup.sink(*constructor);
    if (sink && sink->result == SinkCall::Result::Dropped) given(arguments, unit.name(*constructor->getParent()));
    else if (holdsVoidCallable(made.getType())) given(arguments, typeName(made.getType()));
  }

  void called(const clang::CallExpr &call) {
    Callee callee = resolveCallee(call);
    if (callee.isIndirect()) return;
    llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
    const SinkCall *sink = unit.lookup.sink(callee);
    if (sink && sink->result == SinkCall::Result::Dropped) {
      given(arguments, unit.name(callee));
    } else if (const auto *assign = dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
      if (assign->getOperator() == clang::OO_Equal && holdsVoidCallable(arguments[0]->getType()))
        given(arguments.drop_front(), typeName(arguments[0]->getType()));
    } else if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      madeInPlace(*member, *callee.function, arguments);
    } else if (callee.function->isInStdNamespace() && callee.function->getIdentifier() &&
               llvm::is_contained({"make_shared", "make_unique", "make_optional"}, callee.function->getName())) {
      if (auto held = heldVoidCallable(call.getType()->getAsCXXRecordDecl())) given(arguments, typeName(*held));
    }
  }

  /// The first template argument of an owner, when it holds callables whose result nobody gets.
  static std::optional<QualType> heldVoidCallable(const clang::CXXRecordDecl *owner) {
    const auto *record = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(owner);
    if (!record) return std::nullopt;
    for (const clang::TemplateArgument &argument : record->getTemplateArgs().asArray())
      if (argument.getKind() == clang::TemplateArgument::Type && holdsVoidCallable(argument.getAsType())) return argument.getAsType();
    return std::nullopt;
  }

  /// handlers.emplace_back([] -> task<> { ... }) on a vector<function<void()>>.
  void madeInPlace(const clang::CXXMemberCallExpr &call, const FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments) {
    if (!callee.isInStdNamespace() && !call.getRecordDecl()->isInStdNamespace()) return;
    if (!callee.getIdentifier() || !callee.getName().starts_with("emplace") || !callee.getPrimaryTemplate()) return;
    if (auto held = heldVoidCallable(call.getRecordDecl())) given(arguments, typeName(*held));
  }

  StringId typeName(QualType type) {
    return unit.string(type.getNonReferenceType().getUnqualifiedType().getAsString(unit.ast.getPrintingPolicy()));
  }

  void given(llvm::ArrayRef<const Expr *> arguments, StringId taker) {
    for (const Expr *argument : arguments) callable(*argument, taker);
  }

  void callable(const Expr &argument, StringId taker) {
    const Expr *written = unwrap(&argument);
    if (unit.valueType(written->getType().getNonReferenceType()).canBeAwaited()) return; // a task and no callable
    std::vector<const FunctionDecl *> targets = callableTargets(written, unit);
    std::optional<AwaitableValue> value = resultOf(*written, targets);
    if (!value) return;
    if (!value->name) value->name = unit.text(written->getSourceRange());
    Misuse misuse;
    misuse.place = unit.place(written->getExprLoc());
    if (function && givenByUser(*written)) misuse.at = misuse.place, misuse.place = userPlace(*written, *function, unit);
    misuse.form = Misuse::Form::ResultDiscarded;
    misuse.value = *value;
    misuse.subject = taker;
    if (!targets.empty()) misuse.other = unit.place(targets.front()->getLocation());
    facts.misuses.push_back(std::move(misuse));
  }

  /// What every one of these functions gives, or what the callable's type says; nothing when they disagree.
  std::optional<AwaitableValue> resultOf(const Expr &callable, llvm::ArrayRef<const FunctionDecl *> targets) {
    if (targets.empty()) return awaitableResult(resultByType(callable.getType().getNonReferenceType()), nullptr, unit);
    std::optional<AwaitableValue> result;
    for (const FunctionDecl *target : targets) {
      if (target->getReturnType()->isUndeducedType() || target->isDependentContext()) return std::nullopt;
      result = awaitableResult(target->getReturnType(), target, unit);
      if (!result) return std::nullopt;
    }
    return result;
  }

  static QualType resultByType(QualType type) {
    if (type->isPointerType() || type->isMemberFunctionPointerType()) type = type->getPointeeType();
    if (const auto *pointed = type->getAs<clang::FunctionType>()) return pointed->getReturnType();
    const clang::FunctionType *signature = heldSignature(type);
    return signature ? signature->getReturnType() : QualType();
  }

  const FunctionDecl *function;
  Function &facts;
  UnitContext &unit;
};

} // namespace

void findDiscardedResults(const FunctionDecl &function, Function &facts, UnitContext &unit) {
  DiscardFinder finder(&function, facts, unit);
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(&function))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits())
      if (initializer->isWritten()) finder.walk(initializer->getInit());
  finder.walk(function.getBody());
}

void findDiscardedResults(const Expr &initializer, Function &facts, UnitContext &unit) {
  DiscardFinder(nullptr, facts, unit).walk(&initializer);
}

} // namespace coroguard
