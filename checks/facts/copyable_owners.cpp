#include "facts/author_mistakes.h"
#include "facts/inner_statements.h"
#include "language/std_functions.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::CXXMethodDecl;
using clang::CXXRecordDecl;
using clang::Expr;
using llvm::dyn_cast;
using llvm::isa;

/// Also the coroutine_handle<promise_type> of a template.
bool isHandle(clang::QualType type) {
  const clang::NamedDecl *decl = type->getAsCXXRecordDecl();
  if (!decl)
    if (const auto *dependent = type->getAs<clang::TemplateSpecializationType>()) decl = dependent->getTemplateName().getAsTemplateDecl();
  return decl && decl->isInStdNamespace() && decl->getIdentifier() && decl->getName() == "coroutine_handle";
}

const clang::FieldDecl *ownField(const Expr *expression) {
  const auto *member = dyn_cast<clang::MemberExpr>(expression->IgnoreParenImpCasts());
  const auto *field = member ? dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
  return field && isa<clang::CXXThisExpr>(member->getBase()->IgnoreParenImpCasts()) ? field : nullptr;
}

std::string calledName(const clang::CallExpr &call) {
  const Expr *callee = call.getCallee()->IgnoreParenImpCasts();
  if (const auto *member = dyn_cast<clang::MemberExpr>(callee)) return member->getMemberNameInfo().getAsString();
  if (const auto *member = dyn_cast<clang::CXXDependentScopeMemberExpr>(callee)) return member->getMember().getAsString();
  if (const auto *member = dyn_cast<clang::UnresolvedMemberExpr>(callee)) return member->getMemberName().getAsString();
  return {};
}

const Expr *calledOn(const clang::CallExpr &call) {
  const Expr *callee = call.getCallee()->IgnoreParenImpCasts();
  if (const auto *member = dyn_cast<clang::MemberExpr>(callee)) return member->getBase();
  const auto *member = dyn_cast<clang::CXXDependentScopeMemberExpr>(callee);
  return member && !member->isImplicitAccess() ? member->getBase() : nullptr;
}

const clang::Stmt *bodyOf(const clang::FunctionDecl &function) {
  if (function.isDefaulted() || function.hasSkippedBody()) return nullptr;
  if (const clang::Stmt *body = function.getBody()) return body;
  const clang::FunctionDecl *pattern = function.getTemplateInstantiationPattern();
  return pattern && !pattern->hasSkippedBody() ? pattern->getBody() : nullptr;
}

/// Follows what is destroyed back to the field that it comes from: through copies in variables, std::exchange, addresses,
/// and the parameters of the functions that it is given to.
class DestroyedField {
public:
  explicit DestroyedField(const CXXRecordDecl &record) : record(record) {}

  /// The field whose coroutine the function destroys, itself or in one that it calls; `at` is where.
  const clang::FieldDecl *in(const clang::FunctionDecl &function, unsigned depth = 2) {
    const clang::FieldDecl *found = nullptr;
    const clang::Stmt *body = bodyOf(function);
    if (!body) return nullptr;
    forEachInner(body, [&](const clang::Stmt &inner) {
      const auto *call = dyn_cast<clang::CallExpr>(&inner);
      if (!call || found) return;
      const Expr *object = calledOn(*call);
      if (object && calledName(*call) == "destroy") {
        found = fieldOf(object);
        if (found) at = call->getExprLoc();
      }
      if (!found && depth > 0) found = inCalled(*call, object, depth - 1);
    });
    if (found) bodies.push_back(body);
    return found;
  }

  clang::SourceLocation at;
  llvm::SmallVector<const clang::Stmt *, 2> bodies; // the destructor's, and those of what it calls to destroy

private:
  const clang::FieldDecl *inCalled(const clang::CallExpr &call, const Expr *object, unsigned depth) {
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call); op && op->getOperator() == clang::OO_Call)
      if (const auto *closure = dyn_cast<clang::LambdaExpr>(unwrap(op->getArg(0)))) // called at once
        return in(*closure->getCallOperator(), depth);
    if (!object || isa<clang::CXXThisExpr>(object->IgnoreParenImpCasts())) {
      std::string name = calledName(call);
      for (const CXXMethodDecl *method : record.methods())
        if (!name.empty() && method->getIdentifier() && method->getName() == name)
          if (const clang::FieldDecl *found = in(*method, depth)) return found;
    }
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (!callee || !bodyOf(*callee) || (object && !llvm::isa<CXXMethodDecl>(callee))) return nullptr;
    const clang::FunctionDecl *definition = callee->getDefinition() ? callee->getDefinition() : callee;
    for (unsigned i = 0; i < call.getNumArgs() && i < definition->getNumParams(); ++i) {
      const clang::FieldDecl *given = fieldOf(call.getArg(i));
      if (!given) continue;
      parameters[definition->getParamDecl(i)] = given;
      if (const clang::FieldDecl *found = in(*definition, depth)) return found;
    }
    return nullptr;
  }

  const clang::FieldDecl *fieldOf(const Expr *expression, unsigned steps = 8) {
    expression = expression ? unwrap(expression) : nullptr;
    if (!expression || steps == 0) return nullptr;
    if (const clang::FieldDecl *field = ownField(expression)) return isHandle(field->getType()) ? field : nullptr;
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) {
      const auto *variable = dyn_cast<clang::VarDecl>(name->getDecl());
      if (auto given = parameters.find(variable); given != parameters.end()) return given->second;
      return variable && variable->isLocalVarDecl() ? fieldOf(variable->getInit(), steps - 1) : nullptr;
    }
    if (const auto *made = dyn_cast<clang::CXXConstructExpr>(expression))
      return made->getNumArgs() == 1 ? fieldOf(made->getArg(0), steps - 1) : nullptr;
    const auto *call = dyn_cast<clang::CallExpr>(expression);
    if (!call) return nullptr;
    if (const Expr *object = calledOn(*call); object && (calledName(*call) == "address" || isConversion(*call)))
      return fieldOf(object, steps - 1);
    const clang::FunctionDecl *callee = call->getDirectCallee();
    bool passesOn = callee ? isStdFunction(*callee) : isNamed(*call, {"exchange", "move", "from_address"});
    return passesOn && call->getNumArgs() > 0 ? fieldOf(call->getArg(0), steps - 1) : nullptr;
  }

  static bool isConversion(const clang::CallExpr &call) {
    return llvm::isa_and_nonnull<clang::CXXConversionDecl>(call.getDirectCallee());
  }

  /// Of a template, whose callee is not known yet.
  static bool isNamed(const clang::CallExpr &call, std::initializer_list<llvm::StringRef> names) {
    const Expr *callee = call.getCallee()->IgnoreParenImpCasts();
    if (const auto *overloads = dyn_cast<clang::OverloadExpr>(callee))
      return llvm::is_contained(names, overloads->getName().getAsString());
    const auto *scoped = dyn_cast<clang::DependentScopeDeclRefExpr>(callee);
    return scoped && llvm::is_contained(names, scoped->getDeclName().getAsString());
  }

  const CXXRecordDecl &record;
  llvm::DenseMap<const clang::VarDecl *, const clang::FieldDecl *> parameters;
};

/// `if (handle) handle.destroy()`
bool asksOrDestroys(const clang::CallExpr &call) {
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  const CXXMethodDecl *method = member ? member->getMethodDecl() : nullptr;
  return method && isHandle(member->getObjectType()) && (isa<clang::CXXConversionDecl>(method) || calledName(call) == "destroy");
}

/// What a user wrote copies the handle as it is: nothing is called that could count, clone or forbid.
bool copiesPlainly(const CXXMethodDecl &method, const clang::FieldDecl &handle) {
  const clang::Stmt *body = bodyOf(method);
  if (!body || method.isTemplated()) return false;
  bool copies = false, calls = false;
  auto look = [&](const clang::Stmt &inner) {
    if (const auto *member = dyn_cast<clang::MemberExpr>(&inner))
      copies |= member->getMemberDecl() == &handle && !isa<clang::CXXThisExpr>(member->getBase()->IgnoreParenImpCasts());
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner)) calls |= op->getOperator() != clang::OO_Equal;
    else if (const auto *call = dyn_cast<clang::CallExpr>(&inner))
      calls |= !asksOrDestroys(*call) && !call->isCallToStdMove();
    if (isa<clang::CXXBoolLiteralExpr, clang::IntegerLiteral, clang::CXXNullPtrLiteralExpr>(inner)) calls = true; // owns(false)
    const auto *unary = dyn_cast<clang::UnaryOperator>(&inner);
    calls |= (unary && unary->isIncrementDecrementOp()) || isa<clang::CXXThrowExpr, clang::CompoundAssignOperator>(inner);
  };
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(&method))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits()) forEachInner(initializer->getInit(), look);
  forEachInner(body, look);
  return copies && !calls;
}

bool isCopyable(clang::QualType type);

bool membersAllow(const CXXRecordDecl &record) {
  auto allows = [](clang::QualType type) { return isCopyable(type); };
  return llvm::all_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return allows(base.getType()); }) &&
         llvm::all_of(record.fields(), [&](const clang::FieldDecl *field) { return allows(field->getType()); });
}

enum class Copy : uint8_t { No, Implicit, Written };

/// Of the constructors or the assignments.
template <class Members> Copy copyOf(const CXXRecordDecl &record, Members members, bool isDeclared, const clang::FieldDecl *handle) {
  for (const CXXMethodDecl *member : members) {
    if (member->isImplicit()) return member->isDeleted() ? Copy::No : Copy::Implicit;
    if (member->isDeleted() || member->getAccess() == clang::AS_private) continue;
    if (member->isDefaulted() && membersAllow(record)) return Copy::Implicit;
    if (!handle || (!member->isDefaulted() && copiesPlainly(*member, *handle))) return Copy::Written;
  }
  bool isMoveOnly = record.hasUserDeclaredMoveConstructor() || record.hasUserDeclaredMoveAssignment();
  return isDeclared || isMoveOnly || !membersAllow(record) ? Copy::No : Copy::Implicit;
}

/// Can the compiler move an object of the type? In doubt it cannot.
bool isMovable(clang::QualType type) {
  const CXXRecordDecl *record = type->isDependentType() ? nullptr : type->getAsCXXRecordDecl();
  if (!record || isCopyable(type)) return true;
  if (!record->hasDefinition()) return false;
  record = record->getDefinition();
  bool isWritten = llvm::any_of(record->ctors(), [](const clang::CXXConstructorDecl *each) {
    return each->isMoveConstructor() && !each->isDeleted() && each->getAccess() != clang::AS_private;
  });
  return isWritten || record->needsImplicitMoveConstructor();
}

/// Of two objects the handle is the same behind the move, which does not empty the one that it moves from.
bool movesPlainly(const CXXMethodDecl &method, const CXXRecordDecl &record, const clang::FieldDecl &handle) {
  if (method.isImplicit() || method.isDeleted() || method.getAccess() == clang::AS_private) return false;
  if (method.isDefaulted()) {
    auto allows = [](clang::QualType type) { return isMovable(type); };
    return llvm::all_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return allows(base.getType()); }) &&
           llvm::all_of(record.fields(), [&](const clang::FieldDecl *field) { return allows(field->getType()); });
  }
  const auto *body = llvm::dyn_cast_or_null<clang::CompoundStmt>(bodyOf(method));
  return isa<clang::CXXConstructorDecl>(method) && body && body->body_empty() && copiesPlainly(method, handle);
}

/// Does what is destroyed depend on a member that a move may empty: `if (owner) coroutine.destroy()`?
bool asksAnother(const DestroyedField &destroyed, const clang::FieldDecl &handle) {
  return llvm::any_of(destroyed.bodies, [&](const clang::Stmt *body) {
    return findInner<clang::MemberExpr>(body, [&](const clang::MemberExpr &member) {
      const auto *field = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
      return field && field != &handle && !field->getType()->isScalarType();
    });
  });
}

/// The move that leaves two owners; of several the first.
const CXXMethodDecl *plainMove(const CXXRecordDecl &record, const DestroyedField &destroyed,
                               const clang::FieldDecl &handle) {
  if (asksAnother(destroyed, handle)) return nullptr;
  for (const CXXMethodDecl *method : record.methods()) {
    const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(method);
    bool isMove = constructor ? constructor->isMoveConstructor() : method->isMoveAssignmentOperator();
    if (isMove && movesPlainly(*method, record, handle)) return method;
  }
  return nullptr;
}

llvm::SmallVector<const CXXMethodDecl *, 2> copyConstructors(const CXXRecordDecl &record) {
  llvm::SmallVector<const CXXMethodDecl *, 2> result;
  for (const clang::CXXConstructorDecl *constructor : record.ctors())
    if (constructor->isCopyConstructor()) result.push_back(constructor);
  return result;
}

llvm::SmallVector<const CXXMethodDecl *, 2> copyAssignments(const CXXRecordDecl &record) {
  llvm::SmallVector<const CXXMethodDecl *, 2> result;
  for (const CXXMethodDecl *method : record.methods())
    if (method->isCopyAssignmentOperator()) result.push_back(method);
  return result;
}

/// Can an object of the type be copied, as far as its class tells? In doubt it cannot.
bool isCopyable(clang::QualType type) {
  if (type->isReferenceType()) return true;
  if (isHandle(type) || !type->isDependentType()) {
    const CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (!record || isHandle(type)) return true;
    if (!record->hasDefinition()) return false;
    record = record->getDefinition();
    return copyOf(*record, copyConstructors(*record), record->hasUserDeclaredCopyConstructor(), nullptr) != Copy::No;
  }
  return type->isTemplateTypeParmType() ? false : type->isPointerType();
}

/// Where the copies can be deleted; nowhere when somebody has written them, or when no constructor is declared: an
/// aggregate would be none any more, and the default constructor of another class be gone.
Place beforeDestructor(const CXXRecordDecl &record, const clang::CXXDestructorDecl &destructor, UnitContext &unit) {
  bool isWritten = record.hasUserDeclaredCopyConstructor() || record.hasUserDeclaredCopyAssignment();
  clang::SourceLocation place = destructor.getCanonicalDecl()->getBeginLoc();
  return isWritten || !record.hasUserDeclaredConstructor() || place.isMacroID() ? Place{} : unit.place(place);
}

} // namespace

void findCopyableOwner(const CXXRecordDecl &record, UnitContext &unit) {
  bool isWritten = record.isThisDeclarationADefinition() && !record.isLambda() && !record.isLocalClass() && !record.isInvalidDecl();
  if (!isWritten || record.isUnion()) return;
  if (const auto *specialisation = dyn_cast<clang::ClassTemplateSpecializationDecl>(&record))
    if (clang::isTemplateInstantiation(specialisation->getSpecializationKind())) return; // the template says it all
  if (llvm::none_of(record.fields(), [](const clang::FieldDecl *field) { return isHandle(field->getType()); })) return;
  const clang::CXXDestructorDecl *destructor = nullptr; // getDestructor() chooses none in a template
  for (const CXXMethodDecl *method : record.methods())
    if (const auto *found = dyn_cast<clang::CXXDestructorDecl>(method)) destructor = found;
  DestroyedField destroyed(record);
  const clang::FieldDecl *handle = destructor && destructor->isUserProvided() ? destroyed.in(*destructor) : nullptr;
  if (!handle || unit.lookup.isImplementation(record)) return;
  Copy construct = copyOf(record, copyConstructors(record), record.hasUserDeclaredCopyConstructor(), handle);
  bool isFixed = llvm::any_of(record.fields(), [](const clang::FieldDecl *field) {
    return field->getType()->isReferenceType() || field->getType().isConstQualified();
  });
  Copy assign = isFixed ? Copy::No : copyOf(record, copyAssignments(record), record.hasUserDeclaredCopyAssignment(), handle);
  bool isCopied = construct != Copy::No || assign != Copy::No;
  const CXXMethodDecl *move = isCopied ? nullptr : plainMove(record, destroyed, *handle);
  if (!isCopied && !move) return;
  Place place = unit.place(move ? move->getLocation() : record.getLocation());
  unit.facts.authorMistakes.push_back({place, AuthorMistake::Form::CopyableOwner, unit.name(record),
                                       unit.string(handle->getName()), unit.place(destroyed.at),
                                       move ? place : beforeDestructor(record, *destructor, unit)});
}

} // namespace coroguard
