#include "facts/referred_object.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "language/record_lookup.h"
#include "language/replaceable.h"
#include "language/std_functions.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::QualType;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using Whose = ReferredObject::Root;

constexpr unsigned mostSteps = 32; // a reference bound to itself, or code nobody wrote

/// The expression that a getter returns: the only one, or the last that is not null.
const Expr *returnedBy(const FunctionDecl &function, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if ((method && method->isVirtual()) || function.isDependentContext()) return nullptr;
  const clang::Stmt *body = readableBody(&function, unit);
  if (!body || llvm::isa<clang::CoroutineBodyStmt>(body)) return nullptr;
  const Expr *result = nullptr;
  forEachInner(body, [&](const clang::Stmt &part) {
    const auto *returned = dyn_cast<clang::ReturnStmt>(&part);
    const Expr *value = returned ? returned->getRetValue() : nullptr;
    if (value && !llvm::isa<clang::CXXNullPtrLiteralExpr>(unwrap(value))) result = value;
  });
  return result;
}

/// Is a value of this type a view of, or an iterator into, the container that unwrap() leaves of it?
bool makesView(const Expr &value, QualType type) {
  if (type->isReferenceType()) return false;
  const Expr *made = unwrap(&value);
  bool looksThrough = isSequenceView(type) || made->getType()->getAsCXXRecordDecl() != type->getAsCXXRecordDecl();
  return looksThrough && replaceableKind(made->getType()) == Replaceable::Container;
}

/// A shared owner, also one that cannot be reset.
bool isCopiedOwner(QualType type) {
  if (isSharedOwner(type)) return true;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->hasTrivialDestructor() || isIterator(type)) return false;
  clang::DeclarationNameTable &names = record->getASTContext().DeclarationNames;
  return findMember(*record, names.getCXXOperatorName(clang::OO_Arrow)) &&
         findMember(*record, names.getCXXOperatorName(clang::OO_Star));
}

/// Walks from an expression to the object it begins with, outermost step first.
class PathFinder {
public:
  explicit PathFinder(UnitContext &unit) : unit(&unit) {}

  bool lead(const Expr *expression) {
    if (!expression || ++steps > mostSteps) return false;
    expression = unwrap(expression);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) return throughMember(*member);
    if (llvm::isa<clang::CXXThisExpr>(expression)) return arrive(Whose::This);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return throughName(*name->getDecl());
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) return throughUnary(*unary);
    if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) return throughCast(*cast);
    if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) return lead(index->getBase());
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(expression)) return throughChoice(*choice);
    if (const auto *made = dyn_cast<clang::CXXConstructExpr>(expression)) return throughView(*made);
    if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return throughCall(*call);
    return false;
  }

  ReferredObject result;
  unsigned inside = 0; // steps into something since the last named object

private:
  bool arrive(Whose root) {
    result.root = root;
    return true;
  }

  bool throughMember(const clang::MemberExpr &member) {
    if (const auto *variable = dyn_cast<VarDecl>(member.getMemberDecl())) return throughName(*variable);
    const auto *field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
    if (!field) return false;
    if (field->isInStdNamespace() || field->getParent()->isInStdNamespace()) return lead(member.getBase()); // a pair's
    hold(*field);
    if (member.isArrow()) beyond = true; // what the pointer leads to stays where it is
    return lead(member.getBase());
  }

  /// The steps so far are steps into this object.
  void hold(const ValueDecl &decl) {
    QualType type = decl.getType();
    Replaceable kind = type.getNonReferenceType().isConstQualified() ? Replaceable::None : replaceableKind(type);
    bool isPart = !beyond && !result.holders.empty() && !type->isReferenceType();
    if (kind != Replaceable::None && (inside > 0 || isPart))
      result.holders.push_back({&decl, inside == 0 || kind == Replaceable::Class, byIterator && inside == 1});
    inside = 0;
    beyond = type->isPointerType() || type->isReferenceType();
  }

  bool throughName(const ValueDecl &decl) {
    if (const auto *binding = dyn_cast<clang::BindingDecl>(&decl)) {
      const auto *whole = dyn_cast<VarDecl>(binding->getDecomposedDecl());
      return whole && throughName(*whole);
    }
    const auto *variable = dyn_cast<VarDecl>(&decl);
    if (!variable || variable->getTLSKind() != VarDecl::TLS_None) return false;
    if (variable->hasGlobalStorage()) {
      hold(*variable);
      return arrive(Whose::Global);
    }
    if (llvm::isa<clang::ParmVarDecl>(variable) || copiesElement(*variable)) return throughOwner(*variable, nullptr);
    if (keepsCopy(*variable)) return false;
    bool isAlias = variable->isImplicit() || canGoStale(variable->getType()) || holdsIterator(*variable);
    if (isAlias && variable->getInit() && !isJustMade(variable->getInit())) {
      bool begins = variable->isImplicit() && !variable->getType()->isReferenceType(); // unwrap() looks through begin()
      return begins ? into(variable->getInit()) : lead(variable->getInit());
    }
    return throughOwner(*variable, variable->getInit());
  }

  /// A pointer that was loaded out of a container of pointers: an element that goes leaves what it points to.
  static bool copiesElement(const VarDecl &variable) {
    const Expr *init = variable.getType()->isPointerType() ? variable.getInit() : nullptr;
    if (!init) return false;
    while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(init->IgnoreParens())) init = cast->getSubExpr();
    const auto *load = dyn_cast<clang::ImplicitCastExpr>(init->IgnoreParens());
    return load && load->getCastKind() == clang::CK_LValueToRValue && llvm::isa<clang::CallExpr>(unwrap(load));
  }

  /// A reference to a container or owner that was made for it: for (auto &each : std::vector(list)).
  static bool keepsCopy(const VarDecl &variable) {
    const Expr *init = variable.getType()->isReferenceType() ? variable.getInit() : nullptr;
    if (const auto *full = llvm::dyn_cast_or_null<clang::FullExpr>(init)) init = full->getSubExpr();
    const auto *stored = llvm::dyn_cast_or_null<clang::MaterializeTemporaryExpr>(init);
    Replaceable kind = stored ? replaceableKind(stored->getType()) : Replaceable::None;
    return kind == Replaceable::Container || kind == Replaceable::Cell;
  }

  /// auto [it, inserted] = m.try_emplace(...).
  static bool holdsIterator(const VarDecl &variable) {
    const auto *decomposed = dyn_cast<clang::DecompositionDecl>(&variable);
    return decomposed && llvm::any_of(decomposed->bindings(), [](const clang::BindingDecl *binding) {
             return isIterator(binding->getType());
           });
  }

  /// A pointer, or an owning one, to an object that others have too: `self`, `session`.
  bool throughOwner(const VarDecl &variable, const Expr *init) {
    QualType type = variable.getType();
    if (result.holders.empty() || type->isRValueReferenceType() || (init && isJustMade(init)))
      return false; // given away to us
    if (type->isLValueReferenceType() || type->isPointerType()) return arrive(Whose::Other);
    return inside > 0 && isSharedOwner(type) && !isSnapshot(type) && arrive(Whose::Shared);
  }

  /// shared_ptr<const T>: whoever changes the object makes another one.
  static bool isSnapshot(QualType owner) {
    const auto *made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(owner->getAsCXXRecordDecl());
    const clang::TemplateArgument *object =
        made && made->getTemplateArgs().size() > 0 ? &made->getTemplateArgs()[0] : nullptr;
    return object && object->getKind() == clang::TemplateArgument::Type && object->getAsType().isConstQualified();
  }

  bool throughCast(const clang::ExplicitCastExpr &cast) {
    if (isSequenceView(cast.getType())) return into(cast.getSubExpr());
    bool isCopy = cast.isPRValue() && cast.getType()->isRecordType() && !isIterator(cast.getType());
    return !isCopy && lead(cast.getSubExpr());
  }

  bool throughUnary(const clang::UnaryOperator &unary) {
    if (unary.getOpcode() == clang::UO_Deref) return lead(unary.getSubExpr());
    return unary.getOpcode() == clang::UO_AddrOf && lead(unary.getSubExpr());
  }

  bool throughChoice(const clang::ConditionalOperator &choice) {
    bool isNull = llvm::isa<clang::CXXNullPtrLiteralExpr>(unwrap(choice.getTrueExpr()));
    return lead(isNull ? choice.getFalseExpr() : choice.getTrueExpr());
  }

  /// A view made of what it looks at.
  bool throughView(const clang::CXXConstructExpr &made) {
    return made.getNumArgs() > 0 && (isSequenceView(made.getType()) || isIterator(made.getType())) && into(made.getArg(0));
  }

  bool into(const Expr *object) {
    ++inside;
    return lead(object);
  }

  bool throughCall(const clang::CallExpr &call) {
    const FunctionDecl *callee = call.getDirectCallee();
    if (callee && inside > 0 && call.isPRValue() && isCopiedOwner(call.getType())) return throughOwnerCopy(call, *callee);
    if (!callee || !givesReference(call.getType(), call)) return false;
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call)) return throughOperator(*op, *callee);
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) return throughMethod(*member, *callee);
    if (call.getNumArgs() == 0 || !isStdFunction(*callee)) return throughGetter(*callee, nullptr);
    bool leadsOn = callee->getIdentifier() && llvm::is_contained({"ref", "as_const", "addressof", "to_address"}, callee->getName());
    return leadsOn ? lead(call.getArg(0)) : into(call.getArg(0));
  }

  /// A reference, pointer, iterator or view; or the pair that an insertion gives.
  static bool givesReference(QualType type, const clang::CallExpr &call) {
    if (call.isGLValue() || type->isPointerType() || isIterator(type) || isSequenceView(type)) return true;
    const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (record && record->isInStdNamespace() && record->getIdentifier() && record->getName() == "pair")
      return !record->field_empty() && isIterator(record->field_begin()->getType());
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call); // m | std::views::keys
    return record && (replaceableKind(type) == Replaceable::Class) && (op || record->isInStdNamespace());
  }

  bool throughOperator(const clang::CXXOperatorCallExpr &op, const FunctionDecl &callee) {
    switch (op.getOperator()) {
    case clang::OO_Star:
    case clang::OO_Arrow:
    case clang::OO_Subscript:
      return isIterator(op.getArg(0)->getType()) ? lead(op.getArg(0)) : into(op.getArg(0));
    case clang::OO_PlusPlus:
    case clang::OO_MinusMinus:
    case clang::OO_Plus:
    case clang::OO_Minus: return isIterator(op.getType()) && lead(op.getArg(0));
    case clang::OO_Pipe: return into(op.getArg(0));
    case clang::OO_Call: return isStdFunction(callee) && op.getNumArgs() > 1 && into(op.getArg(1)); // std::ranges::find
    default: return false;
    }
  }

  bool throughMethod(const clang::CXXMemberCallExpr &call, const FunctionDecl &callee) {
    const Expr *object = call.getImplicitObjectArgument();
    if (!isStdFunction(callee) && throughGetter(callee, object)) return true;
    if (llvm::isa<clang::CXXThisExpr>(unwrap(object)) || givesAway(call, callee)) return false; // who knows which member
    if (result.holders.empty() && inside == 0 && elementChange(callee) == ElementChange::Inserts) result.isInserted = true;
    return isIterator(object->getType()) ? lead(object) : into(object);
  }

  /// `owner.release()`: whoever gets the pointer owns the object.
  static bool givesAway(const clang::CXXMemberCallExpr &call, const FunctionDecl &callee) {
    return call.isPRValue() && call.getType()->isPointerType() && callee.getIdentifier() && callee.getName() == "release";
  }

  /// A function of the program's own that gives a part of its object, or of something global.
  bool throughGetter(const FunctionDecl &callee, const Expr *object) {
    const Expr *returned = returnedBy(callee, *unit);
    if (!returned) return false;
    PathFinder inner = *this;
    inner.inGetter = true;
    if (callee.getReturnType()->isPointerType() && copiesPointer(returned)) return false;
    if (makesView(*returned, callee.getReturnType())) ++inner.inside;
    if (!inner.lead(returned)) return false;
    if (inner.result.root != Whose::This && inner.result.root != Whose::Global) return false;
    bool wasInGetter = inGetter;
    *this = inner;
    inGetter = wasInGetter;
    if (inner.result.root == Whose::Global) return true;
    bool isArrow = object && object->getType()->isPointerType();
    beyond = isArrow;
    return object && lead(object);
  }

  /// *settings() where settings() copies a shared owner: behind the expression, only what it was copied from keeps the
  /// object. A range-for of C++23 keeps the copy, too.
  bool throughOwnerCopy(const clang::CallExpr &call, const FunctionDecl &callee) {
    if (!inGetter && unit->ast.getLangOpts().CPlusPlus23) return false;
    const Expr *returned = isStdFunction(callee) ? nullptr : returnedBy(callee, *unit);
    const auto *made = returned ? dyn_cast<clang::CXXConstructExpr>(returned->IgnoreImplicit()) : nullptr;
    if (!made || !made->getConstructor()->isCopyConstructor()) return false;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    return throughGetter(callee, member ? member->getImplicitObjectArgument() : nullptr);
  }

public:
  /// A pointer that somebody stored: where it points does not depend on where it was stored.
  static bool copiesPointer(const Expr *init) {
    const Expr *inner = init->IgnoreParens();
    if (const auto *choice = dyn_cast<clang::ConditionalOperator>(inner)) {
      bool isNull = llvm::isa<clang::CXXNullPtrLiteralExpr>(unwrap(choice->getTrueExpr()));
      return copiesPointer(isNull ? choice->getFalseExpr() : choice->getTrueExpr());
    }
    const auto *cast = dyn_cast<clang::ImplicitCastExpr>(inner);
    if (!cast || cast->getCastKind() != clang::CK_LValueToRValue) return false;
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(cast));
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    return !variable || !variable->hasLocalStorage();
  }

  bool byIterator = false;
  bool beyond = false;
  bool inGetter = false; // in what another function returns
  unsigned steps = 0;

private:
  UnitContext *unit; // a pointer, so that a try can be assigned
};

/// A copy of a view or iterator that lies somewhere; a local one is followed.
bool copiesView(const Expr &init) {
  const auto *made = dyn_cast<clang::CXXConstructExpr>(init.IgnoreImplicit());
  if (!made || !made->getConstructor()->isCopyOrMoveConstructor() || made->getNumArgs() == 0) return false;
  const Expr *from = unwrap(made->getArg(0));
  const auto *name = dyn_cast<clang::DeclRefExpr>(from);
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  if (name && llvm::isa<clang::BindingDecl>(name->getDecl())) return false;
  return made->getArg(0)->isGLValue() && from->isGLValue() && !(variable && variable->hasLocalStorage());
}

} // namespace

bool isJustMade(const Expr *value) {
  value = unwrap(value);
  const auto *call = dyn_cast<clang::CallExpr>(value);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  bool isMaker = callee && callee->getIdentifier() && callee->getName().starts_with("make");
  return llvm::isa<clang::CXXNewExpr>(value) || isMaker;
}

bool canGoStale(QualType type) {
  return type->isReferenceType() || type->isPointerType() || isIterator(type) || isSequenceView(type);
}

ReferredObject referredObject(const Expr &init, QualType type, UnitContext &unit) {
  if (!canGoStale(type)) return {};
  bool isReference = type->isReferenceType();
  if (isReference && !init.isGLValue()) return {};
  const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(init.IgnoreParenCasts());
  if (isReference && stored && !canGoStale(stored->getType())) return {};
  if (type->isPointerType() && PathFinder::copiesPointer(&init)) return {};
  if (!isReference && !type->isPointerType() && copiesView(init)) return {};
  PathFinder finder(unit);
  finder.byIterator = isIterator(type);
  if (makesView(init, type)) finder.inside = 1;
  if (!finder.lead(&init) || finder.result.root == Whose::None) return {};
  return std::move(finder.result);
}

ReferredObject elementsOf(const Expr &range, UnitContext &unit) {
  if (isIterator(range.getType())) return referredObject(range, range.getType(), unit);
  PathFinder finder(unit);
  finder.byIterator = true;
  finder.inside = 1;
  if (!finder.lead(&range) || finder.result.root == Whose::None) return {};
  return std::move(finder.result);
}

NamedHolder namedHolder(const Expr *expression, UnitContext &unit) {
  for (unsigned steps = 0; expression && steps < mostSteps; ++steps) {
    expression = unwrap(expression);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
      if (const auto *variable = dyn_cast<VarDecl>(member->getMemberDecl())) return {variable, Whose::Global};
      const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
      if (!field) return {};
      PathFinder finder(unit);
      finder.inside = 1; // as if something in it were meant
      bool known = finder.lead(member) && finder.result.root != Whose::None;
      return {field, known ? finder.result.root : Whose::None};
    }
    const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    if (!variable) return {};
    if (variable->hasGlobalStorage()) return {variable, Whose::Global};
    if (!variable->getType()->isReferenceType() || !variable->getInit()) return {};
    expression = variable->getInit();
  }
  return {};
}

} // namespace coroguard
