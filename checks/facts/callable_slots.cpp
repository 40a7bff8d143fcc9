#include "facts/callable_slots.h"
#include "facts/handoffs.h"
#include "facts/named_object.h"
#include "language/callee.h"
#include <clang/Index/USRGeneration.h>
#include <llvm/ADT/SmallString.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::ValueDecl;
using llvm::dyn_cast;

bool isErased(const clang::CXXRecordDecl &record) {
  return record.isInStdNamespace() && record.getIdentifier() &&
         llvm::is_contained({"function", "move_only_function", "copyable_function", "function_ref"}, record.getName());
}

bool isCallable(clang::QualType type) {
  type = type.getNonReferenceType();
  if (type->isFunctionPointerType() || type->isMemberFunctionPointerType()) return true;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return record && isErased(*record);
}

/// A callable, or a container, pair or optional of the standard library with callables in it.
bool holdsCallables(clang::QualType type, unsigned depth = 0) {
  if (isCallable(type)) return true;
  type = type.getNonReferenceType();
  if (const clang::ArrayType *array = type->getAsArrayTypeUnsafe()) return holdsCallables(array->getElementType(), depth + 1);
  const auto *record = dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (!record || !record->isInStdNamespace() || depth > 3) return false;
  return llvm::any_of(record->getTemplateArgs().asArray(), [&](const clang::TemplateArgument &argument) {
    return argument.getKind() == clang::TemplateArgument::Type && holdsCallables(argument.getAsType(), depth + 1);
  });
}

StringId slotId(const ValueDecl &decl, UnitContext &unit) {
  const auto *owner = dyn_cast<clang::FunctionDecl>(decl.getDeclContext());
  if (const auto *parameter = dyn_cast<clang::ParmVarDecl>(&decl); parameter && owner)
    return unit.string(std::string(unit.facts.text(unit.entity(*owner))) + "@parameter:" +
                       std::to_string(parameter->getFunctionScopeIndex()));
  const auto *variable = dyn_cast<clang::VarDecl>(&decl);
  if (variable && variable->hasLocalStorage() && owner) {
    Place place = unit.place(decl.getLocation());
    return unit.string(std::string(unit.facts.text(unit.entity(*owner))) + "@variable:" + decl.getNameAsString() + ":" +
                       std::to_string(place.line) + ":" + std::to_string(place.column));
  }
  llvm::SmallString<128> usr;
  return clang::index::generateUSRForDecl(&decl, usr) ? StringId{} : unit.string(usr);
}

/// The slot that an expression designates, none when it is not one.
StringId slotOf(const Expr *expression, UnitContext &unit) {
  const ValueDecl *decl = namedObject(expression);
  return decl && holdsCallables(decl->getType()) ? slotId(*decl, unit) : StringId{};
}

bool isEmpty(const Expr &value) {
  if (llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr, clang::ImplicitValueInitExpr, clang::CXXScalarValueInitExpr>(value))
    return true;
  if (const auto *list = dyn_cast<clang::InitListExpr>(&value)) return list->getNumInits() == 0;
  if (const auto *number = dyn_cast<clang::IntegerLiteral>(&value)) return number->getValue().isZero();
  const auto *construct = dyn_cast<clang::CXXConstructExpr>(&value);
  return construct && construct->getNumArgs() == 0;
}

void bind(StringId slot, const Expr *value, UnitContext &unit) {
  value = unwrap(value);
  if (!slot || isEmpty(*value)) return;
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(value)) {
    bind(slot, choice->getTrueExpr(), unit);
    return bind(slot, choice->getFalseExpr(), unit);
  }
  if (const auto *list = dyn_cast<clang::InitListExpr>(value)) {
    for (const Expr *item : list->inits()) bind(slot, item, unit);
    return;
  }
  std::vector<Binding> &bindings = unit.facts.bindings;
  if (StringId from = slotOf(value, unit)) return bindings.push_back({slot, {}, from});
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(value);
      construct && construct->getNumArgs() == 1 && isCallable(construct->getType()))
    return bind(slot, construct->getArg(0), unit); // a std::function around it
  auto targets = callableTargets(value, unit);
  for (const clang::FunctionDecl *target : targets) bindings.push_back({slot, unit.entity(*target), {}});
  if (targets.empty()) bindings.push_back({slot, {}, {}});
}

/// Where the argument goes nobody knows: into a function outside the project, or of a sink.
void escape(const Expr *argument, UnitContext &unit) {
  if (!holdsCallables(argument->getType())) return;
  if (StringId slot = slotOf(argument, unit)) unit.facts.bindings.push_back({{}, {}, slot});
}

bool isStdMember(const clang::FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  return method && method->getParent()->isInStdNamespace();
}

void bindArguments(const clang::FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  bool isForeign = !unit.inProject(callee.getLocation()) || unit.lookup.sink(callee);
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!holdsCallables(arguments[i]->getType()) && (i >= callee.getNumParams() || !isCallable(callee.getParamDecl(i)->getType())))
      continue;
    if (isForeign || i >= callee.getNumParams()) escape(arguments[i], unit);
    else if (isCallable(callee.getParamDecl(i)->getType())) bind(slotId(*callee.getParamDecl(i), unit), arguments[i], unit);
  }
}

/// push_back, emplace, insert, reset and whatever else takes a callable into a container.
void bindElements(const clang::CXXMemberCallExpr &call, UnitContext &unit) {
  const clang::ValueDecl *container = namedObject(call.getImplicitObjectArgument());
  if (!container || !holdsCallables(container->getType())) return;
  for (const Expr *argument : call.arguments()) {
    clang::QualType type = unwrap(argument)->getType();
    const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
    bool isCallableArgument = holdsCallables(type) || (record && record->isLambda());
    if (isCallableArgument) bind(slotId(*container, unit), argument, unit);
  }
}

void bindCall(const clang::CallExpr &call, UnitContext &unit) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  if (!callee) return;
  llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
    if (op->getOperator() == clang::OO_Equal) {
      if (StringId slot = slotOf(arguments[0], unit)) bind(slot, arguments[1], unit);
      return;
    }
    if (op->isComparisonOp() || isStdMember(*callee)) return;
    return bindArguments(*callee, llvm::isa<clang::CXXMethodDecl>(callee) ? arguments.drop_front() : arguments, unit);
  }
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  if (member && isStdMember(*callee)) return bindElements(*member, unit);
  bool passesOn = callee->isInStdNamespace() && call.getNumArgs() == 1; // std::move, std::forward, std::begin
  if (!passesOn) bindArguments(*callee, arguments, unit);
}

void bindFields(const clang::RecordDecl &record, llvm::ArrayRef<Expr *> values, UnitContext &unit) {
  auto value = values.begin();
  if (const auto *derived = dyn_cast<clang::CXXRecordDecl>(&record)) value += std::min<size_t>(derived->getNumBases(), values.size());
  for (const clang::FieldDecl *field : record.fields()) {
    if (value == values.end()) return;
    bindInitializer(*field, *value++, unit);
  }
}

} // namespace

bool describeSlotCall(const clang::CallExpr &call, Call &into, UnitContext &unit) {
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call);
  const Expr *callee = op ? call.getArg(0) : call.getCallee()->IgnoreParens();
  if (const auto *pointer = dyn_cast<clang::BinaryOperator>(callee); pointer && pointer->isPtrMemOp()) callee = pointer->getRHS();
  const ValueDecl *decl = namedObject(callee);
  if (!decl || !holdsCallables(decl->getType())) return false;
  into.slot = slotId(*decl, unit);
  bool isLocal = decl->getParentFunctionOrMethod() != nullptr;
  into.name = isLocal ? unit.string(decl->getNameAsString()) : unit.name(*decl);
  return bool(into.slot);
}

void bindInitializer(const ValueDecl &slot, const Expr *initializer, UnitContext &unit) {
  if (!initializer || initializer->isTypeDependent() || !holdsCallables(slot.getType())) return;
  if (const auto *unwritten = dyn_cast<clang::CXXDefaultInitExpr>(initializer)) initializer = unwritten->getExpr();
  if (namedObject(initializer) == slot.getCanonicalDecl()) return;
  const auto *variable = dyn_cast<clang::VarDecl>(&slot);
  if (variable && variable->isInitCapture()) return; // namedObject looks through it
  bind(slotId(slot, unit), initializer, unit);
}

void bindCallables(const clang::Stmt &stmt, UnitContext &unit) {
  if (const auto *assign = dyn_cast<clang::BinaryOperator>(&stmt)) {
    if (assign->getOpcode() == clang::BO_Assign && isCallable(assign->getLHS()->getType()))
      bind(slotOf(assign->getLHS(), unit), assign->getRHS(), unit);
  } else if (const auto *call = dyn_cast<clang::CallExpr>(&stmt)) {
    bindCall(*call, unit);
  } else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(&stmt)) {
    const clang::CXXConstructorDecl &callee = *construct->getConstructor();
    bool passesOn = isStdMember(callee) || callee.isCopyOrMoveConstructor();
    if (!passesOn) bindArguments(callee, llvm::ArrayRef(construct->getArgs(), construct->getNumArgs()), unit);
  } else if (const auto *list = dyn_cast<clang::InitListExpr>(&stmt)) {
    const clang::RecordDecl *record = list->getType()->getAsRecordDecl();
    if (record && record->isCompleteDefinition() && !record->isUnion()) bindFields(*record, list->inits(), unit);
  } else if (const auto *parenthesised = dyn_cast<clang::CXXParenListInitExpr>(&stmt)) {
    if (const clang::RecordDecl *record = parenthesised->getType()->getAsRecordDecl())
      bindFields(*record, const_cast<clang::CXXParenListInitExpr *>(parenthesised)->getInitExprs(), unit);
  }
}

} // namespace coroguard
