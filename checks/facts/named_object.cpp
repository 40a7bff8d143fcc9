#include "facts/named_object.h"
#include "facts/unit_context.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;

constexpr unsigned longestPath = 32; // a reference bound to itself, or code nobody wrote

const ValueDecl *objectOf(const Expr *expression, unsigned steps);

/// In std, or in a namespace that only the implementation of the library may have: there its iterators live.
bool isStd(const clang::FunctionDecl *function) {
  if (!function) return false;
  const clang::DeclContext *outermost = function->getDeclContext();
  for (const clang::DeclContext *scope = outermost; !scope->isTranslationUnit(); scope = scope->getParent()) outermost = scope;
  const auto *space = dyn_cast<clang::NamespaceDecl>(outermost);
  return space && (space->isStdNamespace() || space->getName().starts_with("__"));
}

/// Is the variable only another way to the object it was initialised from: a reference, an iterator, a capture?
bool leadsOn(const VarDecl &variable) {
  if (!variable.getInit() || llvm::isa<clang::ParmVarDecl>(variable)) return false;
  bool isOfRangeFor = variable.isImplicit(); // its begin and end, whose calls unwrap() takes for implicit ones
  if (isOfRangeFor || variable.isInitCapture() || variable.getType()->isReferenceType()) return true;
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(unwrap(variable.getInit()));
  return call && isStd(call->getMethodDecl()) && !variable.getType()->isScalarType() &&
         !variable.getType()->isBooleanType();
}

const ValueDecl *ofBinding(const clang::BindingDecl &binding, unsigned steps) {
  if (const auto *member = dyn_cast_or_null<clang::MemberExpr>(binding.getBinding())) return objectOf(member, steps);
  const auto *whole = dyn_cast<VarDecl>(binding.getDecomposedDecl());
  return whole && whole->getInit() ? objectOf(whole->getInit(), steps) : nullptr;
}

const ValueDecl *ofName(const ValueDecl &decl, unsigned steps) {
  if (const auto *binding = dyn_cast<clang::BindingDecl>(&decl)) return ofBinding(*binding, steps);
  const auto *variable = dyn_cast<VarDecl>(&decl);
  if (!variable) return nullptr;
  const ValueDecl *source = leadsOn(*variable) ? objectOf(variable->getInit(), steps) : nullptr;
  return source ? source : variable;
}

const ValueDecl *ofMember(const clang::MemberExpr &member, unsigned steps) {
  const auto *field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
  if (!field) return dyn_cast<VarDecl>(member.getMemberDecl());
  return field->getParent()->isRecord() && field->isInStdNamespace() ? objectOf(member.getBase(), steps) : field;
}

/// Members, operators and std::get of the standard library lead from a container or owner to what it holds.
const ValueDecl *ofCall(const clang::CallExpr &call, unsigned steps) {
  if (!isStd(call.getDirectCallee())) return nullptr;
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) return objectOf(member->getImplicitObjectArgument(), steps);
  return call.getNumArgs() > 0 ? objectOf(call.getArg(0), steps) : nullptr;
}

const ValueDecl *objectOf(const Expr *expression, unsigned steps) {
  if (!expression || ++steps > longestPath) return nullptr;
  expression = unwrap(expression);
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) return objectOf(unary->getSubExpr(), steps);
  if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) return objectOf(cast->getSubExpr(), steps);
  if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) return objectOf(index->getBase(), steps);
  if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) return ofMember(*member, steps);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return ofName(*name->getDecl(), steps);
  if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return ofCall(*call, steps);
  return nullptr;
}

} // namespace

const ValueDecl *namedObject(const Expr *expression) {
  const ValueDecl *decl = objectOf(expression, 0);
  return decl ? llvm::cast<ValueDecl>(decl->getCanonicalDecl()) : nullptr;
}

} // namespace coroguard
