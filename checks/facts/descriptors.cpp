#include "facts/descriptors.h"
#include "facts/named_object.h"
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using llvm::dyn_cast;

bool isConstantFalse(const Expr *expression, const clang::ASTContext &ast) {
  Expr::EvalResult result;
  return !expression->isValueDependent() && expression->EvaluateAsRValue(result, ast) && result.Val.isInt() &&
         result.Val.getInt().isZero();
}

/// The switch that this call makes, under the model's conditions.
const NonBlockingSwitch *switchOf(const clang::CallExpr &call, UnitContext &unit) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  const NonBlockingSwitch *made = callee ? unit.lookup.nonBlockingSwitch(*callee) : nullptr;
  if (!made) return nullptr;
  llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
  if (!made->named.empty() && !namesInArguments(made->named, arguments, unit.ast)) return nullptr;
  bool isOff = made->unlessZero && (*made->unlessZero >= arguments.size() || isConstantFalse(arguments[*made->unlessZero], unit.ast));
  return isOff ? nullptr : made;
}

/// The object that it makes non-blocking; null when that is the result.
const Expr *switchedObject(const clang::CallExpr &call, UnitContext &unit) {
  const NonBlockingSwitch *made = switchOf(call, unit);
  if (!made || made->ofResult) return nullptr;
  if (made->object) return *made->object < call.getNumArgs() ? call.getArg(*made->object) : nullptr;
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
  return member ? member->getImplicitObjectArgument() : nullptr;
}

bool switchesArgument(const clang::CallExpr &call, const ValueDecl &object, UnitContext &unit) {
  const Expr *switched = switchedObject(call, unit);
  return switched && namedObject(switched) == &object;
}

/// Is the value what a switch returns (a socket made with SOCK_NONBLOCK)?
bool isMadeNonBlocking(const Expr *value, UnitContext &unit) {
  const auto *call = value ? dyn_cast<clang::CallExpr>(unwrap(value)) : nullptr;
  const NonBlockingSwitch *made = call ? switchOf(*call, unit) : nullptr;
  return made && made->ofResult;
}

bool switches(const Stmt *stmt, const ValueDecl &object, UnitContext &unit) {
  if (!stmt) return false;
  if (const auto *call = dyn_cast<clang::CallExpr>(stmt); call && switchesArgument(*call, object, unit)) return true;
  if (const auto *assign = dyn_cast<clang::BinaryOperator>(stmt); assign && assign->isAssignmentOp())
    if (namedObject(assign->getLHS()) == &object && isMadeNonBlocking(assign->getRHS(), unit)) return true;
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return switches(child, object, unit); });
}

bool switches(const clang::FunctionDecl &function, const ValueDecl &object, UnitContext &unit) {
  if (const auto *constructor = dyn_cast<clang::CXXConstructorDecl>(&function))
    for (const clang::CXXCtorInitializer *initializer : constructor->inits())
      if (initializer->getMember() == &object && isMadeNonBlocking(initializer->getInit(), unit)) return true;
  return switches(function.getBody(), object, unit);
}

bool isSwitched(const ValueDecl &object, UnitContext &unit) {
  if (const auto *field = dyn_cast<clang::FieldDecl>(&object)) {
    const auto *record = dyn_cast<clang::CXXRecordDecl>(field->getParent());
    return isMadeNonBlocking(field->getInClassInitializer(), unit) ||
           (record && llvm::any_of(record->methods(), [&](const clang::CXXMethodDecl *method) {
              const clang::FunctionDecl *definition = nullptr;
              return method->isDefined(definition) && switches(*definition, object, unit);
            }));
  }
  const auto *variable = dyn_cast<clang::VarDecl>(&object);
  const auto *owner = dyn_cast<clang::FunctionDecl>(object.getDeclContext());
  return (variable && isMadeNonBlocking(variable->getInit(), unit)) || (owner && switches(*owner, object, unit));
}

/// The classes of which this unit's code of the project makes objects non-blocking.
class SwitchedClasses : public clang::RecursiveASTVisitor<SwitchedClasses> {
public:
  explicit SwitchedClasses(UnitContext &unit) : unit(unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  bool TraverseDecl(clang::Decl *decl) {
    bool foreign = decl && !llvm::isa<clang::TranslationUnitDecl>(decl) && !unit.inProject(decl->getLocation());
    return foreign || RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitCallExpr(clang::CallExpr *call) {
    const Expr *object = call->isTypeDependent() ? nullptr : switchedObject(*call, unit);
    const clang::CXXRecordDecl *record = object ? pointee(unwrap(object)->getType())->getAsCXXRecordDecl() : nullptr;
    if (record) unit.switchedClasses->insert(record->getCanonicalDecl());
    return true;
  }

  static clang::QualType pointee(clang::QualType type) {
    type = type.getNonReferenceType();
    return type->isPointerType() ? type->getPointeeType() : type;
  }

private:
  UnitContext &unit;
};

/// An object that belongs to somebody else, a reference or pointer that the function or class was given: whoever made
/// it may have switched it, where any of its class are.
bool mayBeSwitchedByOwner(const ValueDecl &object, const Expr &expression, UnitContext &unit) {
  if (!llvm::isa<clang::FieldDecl, clang::ParmVarDecl>(object)) return false;
  const clang::CXXRecordDecl *record = SwitchedClasses::pointee(unwrap(&expression)->getType())->getAsCXXRecordDecl();
  bool refers = object.getType()->isReferenceType() || object.getType()->isPointerType() ||
                object.getType().getNonReferenceType()->getAsCXXRecordDecl() != record; // shared_ptr
  if (!record || !refers) return false;
  if (!unit.switchedClasses) {
    unit.switchedClasses.emplace();
    SwitchedClasses(unit).TraverseDecl(unit.ast.getTranslationUnitDecl());
  }
  return unit.switchedClasses->contains(record->getCanonicalDecl());
}

} // namespace

bool namesInArguments(llvm::StringRef word, llvm::ArrayRef<const Expr *> arguments, const clang::ASTContext &ast) {
  const clang::SourceManager &sources = ast.getSourceManager();
  return llvm::any_of(arguments, [&](const Expr *argument) {
    clang::CharSourceRange range = sources.getExpansionRange(argument->getSourceRange());
    return clang::Lexer::getSourceText(range, sources, ast.getLangOpts()).contains(word);
  });
}

bool isNonBlockingDescriptor(const Expr *object, UnitContext &unit) {
  const ValueDecl *decl = object ? namedObject(object) : nullptr;
  if (!decl) return false;
  auto [entry, isNew] = unit.nonBlockingDescriptors.try_emplace(decl, false);
  if (isNew) entry->second = isSwitched(*decl, unit);
  return entry->second || mayBeSwitchedByOwner(*decl, *object, unit);
}

} // namespace coroguard
