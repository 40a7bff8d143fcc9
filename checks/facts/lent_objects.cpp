#include "facts/lent_objects.h"
#include "facts/kept_arguments.h"
#include "language/callee.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::QualType;
using llvm::dyn_cast;
using llvm::isa;

/// Has an object of this type nothing that could be missed when it is gone: a tag, a closure without captures?
bool isEmpty(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || !record->isEmpty()) return false;
  return record->isLambda() || llvm::all_of(record->methods(), [](const clang::CXXMethodDecl *method) {
           return isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(method) || method->isStatic() ||
                  method->isOverloadedOperator();
         });
}

/// The types of the parameters, as far as the called expression tells; of a std::function those of its signature.
struct Signature {
  const FunctionDecl *callee = nullptr;                // null: not known
  const clang::FunctionProtoType *prototype = nullptr; // of what is called indirectly

  QualType parameter(unsigned index) const {
    if (callee) return index < callee->getNumParams() ? callee->getParamDecl(index)->getType() : QualType();
    return prototype && index < prototype->getNumParams() ? prototype->getParamType(index) : QualType();
  }
};

Signature signatureOf(const clang::CallExpr &call) {
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call); op && op->getOperator() == clang::OO_Call)
    if (const clang::FunctionProtoType *erased = erasedSignature(op->getArg(0)->getType())) return {nullptr, erased};
  if (Callee callee = resolveCallee(call); callee.function) return {callee.function};
  QualType type = call.getCallee()->getType();
  if (type->isPointerType()) type = type->getPointeeType();
  return {nullptr, type->getAs<clang::FunctionProtoType>()};
}

class LentFinder {
public:
  LentFinder(const clang::CallExpr &call, const ValueType &made, const DyingObjects &dying, UnitContext &unit)
      : call(call), signature(signatureOf(call)), made(made), dying(dying), unit(unit) {}

  std::vector<LentObject> find() {
    llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
    const auto *method = dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
    if (isa<clang::CXXOperatorCallExpr>(call) && method && !arguments.empty()) {
      if (!method->isStatic()) object(*arguments.front(), *method);
      arguments = arguments.drop_front();
    } else if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call); member && method) {
      object(*member->getImplicitObjectArgument(), *method);
    }
    for (unsigned i = 0; i < arguments.size(); ++i) argument(*arguments[i], i);
    return std::move(found);
  }

private:
  /// The variable or temporary whose member coroutine this is, also the one that a smart pointer owns.
  void object(const Expr &object, const clang::CXXMethodDecl &method) {
    if (method.isExplicitObjectMemberFunction() || method.getRefQualifier() == clang::RQ_RValue) return;
    QualType type = object.getType().getNonReferenceType();
    bool isTask = unit.valueType(type.getUnqualifiedType()).canBeAwaited();
    if (type->isPointerType() && !isa<clang::CXXOperatorCallExpr>(unwrap(&object))) return;
    if (method.getParent()->isLambda() || !signature.callee || isTask) return;
    Referred owner = isView(type) || isEmpty(type) ? Referred{} : dying.designated(&object);
    if (owner) found.push_back({&object, owner, objectArgument, true});
  }

  void argument(const Expr &given, unsigned index) {
    QualType type = signature.parameter(index);
    if (type.isNull()) return;
    bool byReference = type->isReferenceType() && !isView(type.getNonReferenceType());
    bool refers = byReference || type->isPointerType() || isView(type.getNonReferenceType());
    if (!refers || unit.valueType(given.getType().getNonReferenceType().getUnqualifiedType()).canBeAwaited()) return;
    Referred object = byReference ? dying.designated(&given) : dying.viewed(&given);
    if (!object || isEmpty(object.variable ? object.variable->getType() : object.temporary->getType())) return;
    found.push_back({&given, object, 1 + index, onlyIfKept(index, byReference, object)});
  }

  bool onlyIfKept(unsigned index, bool byReference, const Referred &object) const {
    if (made.start != Start::Lazy || !made.isTask) return true;
    if (!signature.callee) return false;
    bool isForwarding = writtenType(*signature.callee, index)->isRValueReferenceType();
    bool isConst = byReference && signature.parameter(index)->getPointeeType().isConstQualified();
    bool isForeign = !unit.inProject(signature.callee->getLocation()) || unit.lookup.isImplementation(*signature.callee);
    return isForwarding || (isForeign && (isConst || object.temporary));
  }

  const clang::CallExpr &call;
  Signature signature;
  const ValueType &made;
  const DyingObjects &dying;
  UnitContext &unit;
  std::vector<LentObject> found;
};

} // namespace

QualType writtenType(const FunctionDecl &callee, unsigned index) {
  const FunctionDecl *pattern = callee.getTemplateInstantiationPattern();
  if (pattern) { // a pack stands for all that follow it
    for (unsigned i = 0; i < pattern->getNumParams() && i <= index; ++i)
      if (const auto *pack = pattern->getParamDecl(i)->getType()->getAs<clang::PackExpansionType>())
        return pack->getPattern();
  }
  if (!pattern || index >= pattern->getNumParams()) pattern = &callee;
  return index < pattern->getNumParams() ? pattern->getParamDecl(index)->getType() : QualType();
}

std::vector<LentObject> lentObjects(const clang::CallExpr &call, const ValueType &made, const DyingObjects &dying,
                                    UnitContext &unit) {
  return LentFinder(call, made, dying, unit).find();
}

} // namespace coroguard
