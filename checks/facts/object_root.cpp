#include "facts/object_root.h"
#include "facts/readable_body.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::VarDecl;

class RootFinder {
public:
  RootFinder(const FunctionDecl &function, UnitContext &unit) : function(function), unit(unit) {}

  /// `dereferenced`: the expression is a pointer (or smart pointer) and its pointee is asked for.
  Root of(const Expr *expression, bool dereferenced = false) {
    if (++steps > 32) return {}; // a reference bound to itself, or code nobody wrote
    expression = unwrap(expression);
    if (const auto *member = llvm::dyn_cast<clang::MemberExpr>(expression)) return ofMember(*member);
    if (llvm::isa<clang::CXXThisExpr>(expression)) return ofThis();
    if (const auto *name = llvm::dyn_cast<clang::DeclRefExpr>(expression)) return ofName(*name, dereferenced);
    if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(expression)) return ofUnary(*unary, dereferenced);
    if (const auto *cast = llvm::dyn_cast<clang::ExplicitCastExpr>(expression)) return of(cast->getSubExpr(), dereferenced);
    if (const auto *index = llvm::dyn_cast<clang::ArraySubscriptExpr>(expression)) return of(index->getBase(), true);
    if (const auto *call = llvm::dyn_cast<clang::CallExpr>(expression)) return ofCall(*call, dereferenced);
    return {};
  }

private:
  Root ofMember(const clang::MemberExpr &member) {
    if (const auto *variable = llvm::dyn_cast<VarDecl>(member.getMemberDecl())) return ofVariable(*variable, false);
    return of(member.getBase(), member.isArrow());
  }

  /// In a closure `this` is the one of the method around it, not the closure.
  Root ofThis() {
    const clang::DeclContext *context = &function;
    while (const auto *inner = llvm::dyn_cast<clang::CXXMethodDecl>(context)) {
      if (!inner->getParent()->isLambda()) return {Root::Kind::This, 0, unit.entity(*inner)};
      context = inner->getParent()->getParent();
      while (context && !llvm::isa<FunctionDecl>(context)) context = context->getParent();
      if (!context) break;
    }
    return {};
  }

  Root ofUnary(const clang::UnaryOperator &unary, bool dereferenced) {
    if (unary.getOpcode() == clang::UO_AddrOf) return of(unary.getSubExpr(), false);
    if (unary.getOpcode() == clang::UO_Deref) return of(unary.getSubExpr(), true);
    return of(unary.getSubExpr(), dereferenced);
  }

  /// Operators and members of the standard library that lead from an owner or container to what it holds, and std::ref.
  Root ofCall(const clang::CallExpr &call, bool dereferenced) {
    const FunctionDecl *callee = call.getDirectCallee();
    if (!callee) return {};
    if (const auto *op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
      bool points = op->getOperator() == clang::OO_Arrow || (op->getOperator() == clang::OO_Star && op->getNumArgs() == 1);
      if (points) return of(op->getArg(0), !ownsAlone(op->getArg(0)->getType()));
      return op->getOperator() == clang::OO_Subscript && isStdMember(*callee) ? of(op->getArg(0)) : Root{};
    }
    if (!callee->getIdentifier()) return {};
    llvm::StringRef name = callee->getName();
    if (const auto *member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      const Expr *object = member->getImplicitObjectArgument();
      if (!isStdMember(*callee)) return throughAccessor(*callee, object, llvm::ArrayRef(call.getArgs(), call.getNumArgs()), dereferenced);
      if (name == "get" || name == "lock") return of(object, !ownsAlone(object->getType()));
      bool leadsIn = llvm::is_contained({"front", "back", "at", "value", "top", "data", "shared_from_this"}, name);
      return leadsIn ? of(object) : Root{};
    }
    bool isRef = callee->isInStdNamespace() && (name == "ref" || name == "addressof");
    if (isRef && call.getNumArgs() == 1) return of(call.getArg(0));
    return throughAccessor(*callee, nullptr, llvm::ArrayRef(call.getArgs(), call.getNumArgs()), dereferenced);
  }

  /// A function of the program's own that only returns a reference or pointer to a part of its object, to a global
  /// object or to what one of its arguments designates.
  Root throughAccessor(const FunctionDecl &callee, const Expr *object, llvm::ArrayRef<const Expr *> arguments, bool dereferenced) {
    const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&callee);
    bool leadsOn = callee.getReturnType()->isReferenceType() || dereferenced;
    if (!leadsOn || callee.isDependentContext() || (method && method->isVirtual())) return {};
    const auto *body = llvm::dyn_cast_or_null<clang::CompoundStmt>(readableBody(&callee, unit));
    const auto *result = body && body->size() == 1 ? llvm::dyn_cast<clang::ReturnStmt>(body->body_front()) : nullptr;
    if (!result || !result->getRetValue()) return {};
    const FunctionDecl *definition = callee.getDefinition();
    RootFinder inside(*definition, unit);
    inside.steps = steps;
    Root root = inside.of(result->getRetValue(), dereferenced);
    if (root.kind == Root::Kind::Global) return root;
    if (root.owner != unit.entity(*definition)) return {};
    if (root.kind == Root::Kind::This && object) return of(object, object->getType()->isPointerType());
    bool isArgument = root.kind == Root::Kind::Parameter && root.index < arguments.size();
    return isArgument ? of(arguments[root.index], dereferenced) : Root{};
  }

  /// Does what it holds live and move with it, as if it were a member?
  static bool ownsAlone(clang::QualType type) {
    const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
    return record && record->isInStdNamespace() && record->getIdentifier() &&
           (record->getName() == "unique_ptr" || record->getName() == "optional");
  }

  static bool isStdMember(const FunctionDecl &function) {
    const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
    return method && method->getParent()->isInStdNamespace();
  }

  Root ofName(const clang::DeclRefExpr &name, bool dereferenced) {
    const auto *variable = llvm::dyn_cast<VarDecl>(name.getDecl());
    return variable ? ofVariable(*variable, dereferenced) : Root{};
  }

  Root ofVariable(const VarDecl &variable, bool dereferenced) {
    if (variable.isInitCapture()) return ofInitCapture(variable, dereferenced);
    if (variable.getTLSKind() != VarDecl::TLS_None) return {}; // every thread has its own
    if (variable.isStaticLocal()) return {Root::Kind::Variable, 0, ownerOf(variable)}; // whose thread comes first makes it
    if (variable.hasGlobalStorage()) return {Root::Kind::Global, 0, {}};
    if (const auto *parameter = llvm::dyn_cast<clang::ParmVarDecl>(&variable))
      return ofParameter(*parameter, dereferenced);
    bool alias = variable.getType()->isReferenceType() || dereferenced;
    if (alias && variable.getInit()) return of(variable.getInit(), dereferenced);
    if (dereferenced && !isCapturedFromOutside(variable)) return {}; // a pointer to who knows what
    if (!dereferenced && isOwnCopy(variable)) return {Root::Kind::Variable, 0, unit.entity(function)};
    return {Root::Kind::Variable, 0, ownerOf(variable)};
  }

  Root ofParameter(const clang::ParmVarDecl &parameter, bool dereferenced) {
    bool refers = dereferenced || parameter.getType()->isReferenceType() || parameter.getType()->isPointerType();
    if (!refers && isOwnCopy(parameter)) return {Root::Kind::Variable, 0, unit.entity(function)};
    Root::Kind kind = refers ? Root::Kind::Parameter : Root::Kind::Variable;
    return {kind, refers ? parameter.getFunctionScopeIndex() : 0, ownerOf(parameter)};
  }

  Root ofInitCapture(const VarDecl &variable, bool dereferenced) {
    bool refers = dereferenced || variable.getType()->isReferenceType();
    if (refers && variable.getInit()) return of(variable.getInit(), dereferenced);
    return {Root::Kind::Variable, 0, unit.entity(function)};
  }

  StringId ownerOf(const VarDecl &variable) {
    const auto *owner = llvm::dyn_cast<FunctionDecl>(variable.getDeclContext());
    return owner ? unit.entity(*owner) : StringId{};
  }

  bool isCapturedFromOutside(const VarDecl &variable) { return variable.getDeclContext() != &function; }

  /// Captured by copy into the closure whose body we are in.
  bool isOwnCopy(const VarDecl &variable) {
    const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
    if (!method || !method->getParent()->isLambda()) return false;
    for (const clang::LambdaCapture &capture : method->getParent()->captures())
      if (capture.capturesVariable() && capture.getCapturedVar() == &variable)
        return capture.getCaptureKind() == clang::LCK_ByCopy;
    return false;
  }

  const FunctionDecl &function;
  UnitContext &unit;
  unsigned steps = 0;
};

} // namespace

Root objectRoot(const Expr *expression, const FunctionDecl &function, UnitContext &unit) {
  clang::QualType type = expression->getType();
  const LoopBoundType *bound = unit.lookup.loopBoundType(type.getNonReferenceType());
  bool isPointer = type->isPointerType() || (bound && bound->isHandle); // the pointee is what people mean
  return RootFinder(function, unit).of(expression, isPointer);
}

} // namespace coroguard
