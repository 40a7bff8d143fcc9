#include "language/callee.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTLambda.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Index/USRGeneration.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringSwitch.h>

using namespace clang;

namespace coroguard {
namespace {

const Expr *stripped(const Expr *expression) {
  const Expr *previous = nullptr;
  while (expression != previous) {
    previous = expression;
    expression = expression->IgnoreParens()->IgnoreImplicit();
  }
  return expression;
}

// Clang resolves these to their operator(), but whom they call is only known at run time.
bool isTypeErasedCall(const FunctionDecl &function) {
  if (function.getOverloadedOperator() != OO_Call) return false;
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  if (!method || !method->getParent()->isInStdNamespace() || !method->getParent()->getIdentifier())
    return false;
  return llvm::StringSwitch<bool>(method->getParent()->getName())
      .Case("function", true)
      .Case("move_only_function", true)
      .Case("copyable_function", true)
      .Case("function_ref", true)
      .Default(false);
}

/// The object expression of a virtual dispatch, or null when the call is not one (a qualified name, a plain
/// function).
const Expr *dispatchedObject(const CallExpr &call) {
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call)) {
    const auto *callee = dyn_cast<MemberExpr>(member->getCallee()->IgnoreParens());
    return callee && !callee->hasQualifier() ? callee->getBase() : nullptr;
  }
  return isa<CXXOperatorCallExpr>(call) ? call.getArg(0) : nullptr;
}

void devirtualize(Callee &callee, const CallExpr &call) {
  const auto *method = dyn_cast<CXXMethodDecl>(callee.function);
  if (!method || !method->isVirtual()) return;
  const Expr *object = dispatchedObject(call);
  if (!object || object->isTypeDependent()) return;
  const CXXMethodDecl *known = method->getDevirtualizedMethod(object, /*IsAppleKext=*/false);
  if (known) callee.function = known;
  callee.isVirtual = known == nullptr;
}

const VarDecl *namedFunctionObject(const CallExpr &call) {
  if (!isa<CXXOperatorCallExpr>(call) || call.getNumArgs() == 0) return nullptr;
  const Expr *object = stripped(call.getArg(0));
  const VarDecl *variable = nullptr;
  if (const auto *reference = dyn_cast<DeclRefExpr>(object))
    variable = dyn_cast<VarDecl>(reference->getDecl());
  else if (const auto *member = dyn_cast<MemberExpr>(object))
    variable = dyn_cast<VarDecl>(member->getMemberDecl());
  return variable && variable->hasGlobalStorage() && !variable->isStaticLocal() ? variable : nullptr;
}

Callee calleeOfCall(const CallExpr &call) {
  Callee callee;
  const FunctionDecl *function = call.getDirectCallee();
  if (!function || function->isDependentContext() || isTypeErasedCall(*function)) return callee;
  callee.function = function;
  if (function->getOverloadedOperator() == OO_Call) callee.functionObject = namedFunctionObject(call);
  devirtualize(callee, call);
  return callee;
}

Callee constructorCallee(const CXXConstructorDecl *constructor) {
  Callee callee;
  if (constructor && !constructor->isDependentContext()) callee.function = constructor;
  return callee;
}

const FunctionDecl *enclosingFunction(const DeclContext *scope) {
  for (; scope && !scope->isFileContext(); scope = scope->getParent())
    if (const auto *function = dyn_cast<FunctionDecl>(scope)) return function;
  return nullptr;
}

const CXXRecordDecl *closureOf(const NamedDecl &decl) {
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(decl.getAsFunction());
  return method && isLambdaCallOperator(method) ? method->getParent() : nullptr;
}

std::string recordName(const CXXRecordDecl &record) {
  if (record.getIdentifier()) return record.getName().str();
  const TypedefNameDecl *alias = record.getTypedefNameForAnonDecl();
  return alias ? alias->getName().str() : std::string();
}

std::string ownName(const NamedDecl &decl) {
  if (const IdentifierInfo *identifier = decl.getIdentifier()) return identifier->getName().str();
  if (const auto *record = dyn_cast<CXXRecordDecl>(&decl)) return recordName(*record);
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(decl.getAsFunction());
  if (method && isa<CXXConstructorDecl>(method)) return recordName(*method->getParent());
  if (method && isa<CXXDestructorDecl>(method)) return "~" + recordName(*method->getParent());
  return decl.getDeclName().getAsString();
}

// What a scope adds to a qualified name: inline and anonymous namespaces, unnamed records and closures
// nothing.
std::string scopeName(const DeclContext &scope) {
  const auto *named = dyn_cast<NamedDecl>(&scope);
  const auto *space = dyn_cast<NamespaceDecl>(&scope);
  const auto *enumeration = dyn_cast<EnumDecl>(&scope);
  if (!named || (space && (space->isInline() || space->isAnonymousNamespace()))) return {};
  if ((enumeration && !enumeration->isScoped()) || closureOf(*named)) return {};
  return ownName(*named);
}

std::string lambdaName(const CXXRecordDecl &closure) {
  for (const DeclContext *scope = closure.getDeclContext(); !scope->isFileContext();
       scope = scope->getParent()) {
    const auto *named = dyn_cast<NamedDecl>(scope);
    const auto *record = dyn_cast<CXXRecordDecl>(scope);
    if (!named || closureOf(*named) || (record && record->isLambda())) continue;
    return "lambda in " + qualifiedName(*named);
  }
  return "lambda";
}

std::string mainFile(const ASTContext &context) {
  const SourceManager &sources = context.getSourceManager();
  OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getMainFileID());
  if (!file) return {};
  llvm::StringRef real = file->getFileEntry().tryGetRealPathName();
  return (real.empty() ? file->getName() : real).str();
}

std::string unitPrefix(const ASTContext &context) { return mainFile(context) + "#"; }

std::string usrOf(const Decl &decl) {
  llvm::SmallString<128> usr;
  bool failed = index::generateUSRForDecl(&decl, usr);
  return failed ? std::string() : std::string(usr);
}

std::string place(const ASTContext &context, SourceLocation location) {
  const SourceManager &sources = context.getSourceManager();
  std::string text = std::to_string(sources.getExpansionLineNumber(location)) + ":" +
                     std::to_string(sources.getExpansionColumnNumber(location));
  if (!location.isMacroID()) return text;
  return text + ":" + std::to_string(sources.getSpellingLineNumber(location)) + ":" +
         std::to_string(sources.getSpellingColumnNumber(location));
}

void addClosurePlaces(llvm::ArrayRef<TemplateArgument> arguments, const ASTContext &context,
                      std::string &id) {
  for (const TemplateArgument &argument : arguments) {
    if (argument.getKind() == TemplateArgument::Pack) addClosurePlaces(argument.pack_elements(), context, id);
    if (argument.getKind() != TemplateArgument::Type) continue;
    const CXXRecordDecl *record = argument.getAsType().getNonReferenceType()->getAsCXXRecordDecl();
    if (record && record->isLambda()) id += "@closure:" + place(context, record->getLocation());
    if (const auto *specialisation = dyn_cast_or_null<ClassTemplateSpecializationDecl>(record))
      addClosurePlaces(specialisation->getTemplateArgs().asArray(), context, id);
  }
}

// Clang's USR calls every closure type of an inline function "@Sa": the instantiations of a template with two
// lambdas of one function would be the same.
std::string closurePlaces(const Decl &decl) {
  std::string places;
  const FunctionDecl *function = decl.getAsFunction();
  const TemplateArgumentList *arguments = function ? function->getTemplateSpecializationArgs() : nullptr;
  if (arguments) addClosurePlaces(arguments->asArray(), decl.getASTContext(), places);
  for (const DeclContext *scope = decl.getDeclContext(); scope; scope = scope->getParent())
    if (const auto *specialisation = dyn_cast<ClassTemplateSpecializationDecl>(scope))
      addClosurePlaces(specialisation->getTemplateArgs().asArray(), decl.getASTContext(), places);
  return places;
}

std::string idOfScope(const NamedDecl &scope) {
  std::string usr = usrOf(scope);
  if (llvm::StringRef(usr).contains("@Sa")) usr += closurePlaces(scope);
  // Nor does a USR tell the conversions of one class to two specialisations of one template apart.
  if (const auto *conversion = dyn_cast<CXXConversionDecl>(&scope))
    usr += conversion->getConversionType().getCanonicalType().getAsString();
  if (scope.isExternallyVisible() && !usr.empty()) return usr;
  return unitPrefix(scope.getASTContext()) + usr;
}

// A lambda outside of functions: in the initialiser of a field or variable, or in a default argument.
std::string ownerOutsideFunctions(const CXXRecordDecl &closure) {
  if (const auto *owner = dyn_cast_or_null<NamedDecl>(closure.getLambdaContextDecl()))
    if (!isa<ParmVarDecl>(owner)) return idOfScope(*owner);
  if (const auto *record = dyn_cast<CXXRecordDecl>(closure.getDeclContext())) return idOfScope(*record);
  // Clang does not keep which variable it initialises; the file tells apart equal places of two headers.
  const ASTContext &context = closure.getASTContext();
  const SourceManager &sources = context.getSourceManager();
  return unitPrefix(context) + sources.getFilename(sources.getExpansionLoc(closure.getLocation())).str();
}

std::string templateArguments(const FunctionDecl &function) {
  const TemplateArgumentList *arguments = function.getTemplateSpecializationArgs();
  if (!arguments) return {};
  std::string text;
  llvm::raw_string_ostream stream(text);
  printTemplateArgumentList(stream, arguments->asArray(), function.getASTContext().getPrintingPolicy());
  return text;
}

std::string lambdaId(const FunctionDecl &callOperator, const CXXRecordDecl &closure) {
  const FunctionDecl *outer = enclosingFunction(closure.getDeclContext());
  return (outer ? entityId(*outer) : ownerOutsideFunctions(closure)) +
         "@lambda:" + place(callOperator.getASTContext(), closure.getLocation()) +
         templateArguments(callOperator);
}

} // namespace

Callee resolveCallee(const Expr &call) {
  const Expr *expression = stripped(&call);
  if (const auto *plain = dyn_cast<CallExpr>(expression)) return calleeOfCall(*plain);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expression))
    return constructorCallee(construct->getConstructor());
  if (const auto *inherited = dyn_cast<CXXInheritedCtorInitExpr>(expression))
    return constructorCallee(inherited->getConstructor());
  const auto *allocation = dyn_cast<CXXNewExpr>(expression);
  if (allocation && allocation->getConstructExpr())
    return constructorCallee(allocation->getConstructExpr()->getConstructor());
  return {};
}

std::string qualifiedName(const NamedDecl &decl) {
  if (const CXXRecordDecl *closure = closureOf(decl)) return lambdaName(*closure);
  std::string name = ownName(decl);
  for (const DeclContext *scope = decl.getDeclContext(); scope; scope = scope->getParent()) {
    std::string outer = scopeName(*scope);
    if (!outer.empty()) name.insert(0, outer + "::");
  }
  return name;
}

std::string entityId(const FunctionDecl &function) {
  if (const CXXRecordDecl *closure = closureOf(function)) return lambdaId(function, *closure);
  const FunctionDecl &canonical = *function.getCanonicalDecl();
  // The USR of a local class's member does not tell the instantiations of the function around it apart.
  if (const FunctionDecl *outer = enclosingFunction(canonical.getDeclContext()))
    return entityId(*outer) + "@" + usrOf(canonical);
  return idOfScope(canonical);
}

} // namespace coroguard
