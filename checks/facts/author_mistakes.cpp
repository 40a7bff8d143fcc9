#include "facts/author_mistakes.h"
#include "facts/inner_statements.h"
#include "facts/published_frame.h"
#include "language/coroutine.h"
#include "language/name_words.h"
#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {
namespace {

using clang::CXXRecordDecl;
using clang::FunctionDecl;
using llvm::dyn_cast;
using llvm::isa;
using Form = AuthorMistake::Form;

/// `(void)std::current_exception();`: what it gives is let go of at once.
bool onlyFetches(const clang::Stmt &statement) {
  const auto *expression = dyn_cast<clang::Expr>(&statement);
  if (!expression) return false;
  expression = expression->IgnoreImplicit();
  if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) expression = cast->getSubExpr()->IgnoreImplicit();
  const auto *call = dyn_cast<clang::CallExpr>(expression);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  return callee && callee->isInStdNamespace() && isNamed(callee, {"current_exception"});
}

bool doesNothing(const clang::Stmt &statement);

/// `try { throw; } catch (...) {}`
bool swallowsAgain(const clang::CXXTryStmt &block) {
  bool isRethrown = llvm::all_of(block.getTryBlock()->body(), [](const clang::Stmt *each) {
    const auto *thrown = dyn_cast<clang::CXXThrowExpr>(each);
    return (thrown && !thrown->getSubExpr()) || doesNothing(*each);
  });
  for (unsigned i = 0; i < block.getNumHandlers(); ++i)
    if (!doesNothing(*block.getHandler(i)->getHandlerBlock())) return false;
  return isRethrown && !block.getHandler(block.getNumHandlers() - 1)->getExceptionDecl();
}

/// Of no use to anybody: a check at compile time, a name for a type, an exception that is let go of with the
/// function.
bool declaresNothing(const clang::Decl &decl) {
  if (isa<clang::StaticAssertDecl, clang::TypedefNameDecl>(decl)) return true;
  const auto *variable = dyn_cast<clang::VarDecl>(&decl);
  return variable && variable->isLocalVarDecl() && variable->getInit() && onlyFetches(*variable->getInit());
}

/// Is there nothing in the body that keeps the exception, tells of it or ends? What a macro stands for may be something
/// in another build.
bool doesNothing(const clang::Stmt &statement) {
  if (statement.getBeginLoc().isMacroID()) return false;
  if (const auto *block = dyn_cast<clang::CompoundStmt>(&statement))
    return llvm::all_of(block->body(), [](const clang::Stmt *each) { return doesNothing(*each); });
  if (const auto *result = dyn_cast<clang::ReturnStmt>(&statement)) return !result->getRetValue();
  if (const auto *declared = dyn_cast<clang::DeclStmt>(&statement))
    return llvm::all_of(declared->decls(), [](const clang::Decl *decl) { return declaresNothing(*decl); });
  if (const auto *block = dyn_cast<clang::CXXTryStmt>(&statement)) return swallowsAgain(*block);
  return isa<clang::NullStmt>(statement) || onlyFetches(statement);
}

bool hasPromiseMember(const CXXRecordDecl &record, clang::ASTContext &ast) {
  auto declares = [&](llvm::StringRef name) { return !record.lookup(&ast.Idents.get(name)).empty(); };
  for (llvm::StringRef name : {"get_return_object", "initial_suspend", "final_suspend", "return_void", "return_value", "yield_value"})
    if (declares(name)) return true;
  return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
    const CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
    return !parent || !parent->hasDefinition() || hasPromiseMember(*parent->getDefinition(), ast); // or who knows
  });
}

/// Is it, or is in it, a class that derives from this one?
bool isBase(const CXXRecordDecl &record, const clang::Decl &decl) {
  if (const auto *made = dyn_cast<clang::ClassTemplateDecl>(&decl)) return isBase(record, *made->getTemplatedDecl());
  const auto *derived = dyn_cast<CXXRecordDecl>(&decl);
  if (derived && derived->isThisDeclarationADefinition()) {
    auto isThis = [&](const clang::CXXBaseSpecifier &base) {
      const CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
      return parent && parent->getCanonicalDecl() == record.getCanonicalDecl();
    };
    if (llvm::any_of(derived->bases(), isThis)) return true;
  } else if (!isa<clang::TranslationUnitDecl, clang::LinkageSpecDecl, clang::NamespaceDecl>(decl)) {
    return false;
  }
  const auto *scope = llvm::cast<clang::DeclContext>(&decl);
  return llvm::any_of(scope->decls(), [&](const clang::Decl *inner) { return isBase(record, *inner); });
}

/// A promise, or a base that makes it one: others, a receiver say, may have a function of that name, too. Only what is
/// walked over anyway is looked at: a precompiled header of others holds no class that derives from the project's.
bool mayBePromise(const CXXRecordDecl &record, clang::ASTContext &ast) {
  return hasPromiseMember(record, ast) || llvm::any_of(ast.getTraversalScope(), [&](const clang::Decl *decl) { return isBase(record, *decl); });
}

bool knowsTerminate(clang::ASTContext &ast) {
  return llvm::any_of(ast.getTranslationUnitDecl()->lookup(&ast.Idents.get("std")), [&](const clang::NamedDecl *found) {
    const auto *scope = dyn_cast<clang::NamespaceDecl>(found);
    return scope && !scope->lookup(&ast.Idents.get("terminate")).empty();
  });
}

/// Behind the `{` of a body, where std::terminate() can be called.
Place behindBrace(const clang::Stmt &body, UnitContext &unit) {
  const auto *block = dyn_cast<clang::CompoundStmt>(&body);
  if (!block || block->getLBracLoc().isMacroID() || !knowsTerminate(unit.ast)) return {};
  return unit.place(clang::Lexer::getLocForEndOfToken(block->getLBracLoc(), 0, unit.ast.getSourceManager(), unit.ast.getLangOpts()));
}

void findSwallowed(const FunctionDecl &function, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  const clang::Stmt *body = function.getBody();
  if (!method || method->getParent()->isLambda() || !function.param_empty() || !body) return;
  if (!unit.ast.getLangOpts().CXXExceptions) return; // nobody calls it
  if (unit.ast.getDiagnostics().hasUncompilableErrorOccurred()) return; // bodies lack what could not be parsed
  if (!doesNothing(*body) || !mayBePromise(*method->getParent(), unit.ast)) return;
  unit.facts.authorMistakes.push_back({unit.place(function.getLocation()), Form::SwallowsException,
                                       unit.name(*method->getParent()), {}, {}, behindBrace(*body, unit)});
}

bool isSuspend(const FunctionDecl &function) {
  return isNamed(&function, {"await_suspend"}) && isa<clang::CXXMethodDecl>(function) && !function.isDependentContext() &&
         function.getNumParams() == 1 && isCoroutineHandle(function.getParamDecl(0)->getType().getNonReferenceType());
}

/// The definition that somebody wrote: of a template's instantiation the template or partial specialisation.
const CXXRecordDecl *writtenClass(const CXXRecordDecl &record) {
  if (const CXXRecordDecl *pattern = record.getTemplateInstantiationPattern()) return pattern->getDefinition();
  const auto *specialisation = dyn_cast<clang::ClassTemplateSpecializationDecl>(&record);
  if (record.hasDefinition() || !specialisation) return record.getDefinition();
  return specialisation->getSpecializedTemplate()->getTemplatedDecl()->getDefinition(); // nobody has needed it yet
}

bool saysNodiscard(const CXXRecordDecl &record) {
  return llvm::any_of(record.redecls(), [](const clang::TagDecl *each) { return each->hasAttr<clang::WarnUnusedResultAttr>(); });
}

/// What the template says of a specialisation that nobody has needed yet.
ValueType ofTemplate(clang::QualType type, UnitContext &unit) {
  ValueType result;
  result.model = unit.lookup.taskType(type);
  result.isTask = result.model || isCoroutineType(type, unit.ast);
  result.awaitable = awaitableKind(type, unit.ast);
  result.start = startOf(type, unit.ast);
  return result;
}

/// Asked by the compiler alone.
bool isMachinery(const FunctionDecl &function) {
  if (function.getOverloadedOperator() == clang::OO_Coawait) return true;
  return function.getIdentifier() &&
         llvm::is_contained({"await_transform", "initial_suspend", "final_suspend", "yield_value"}, function.getName());
}

/// Behind `class`, `struct` or `union`.
Place behindKeyword(const CXXRecordDecl &record, UnitContext &unit) {
  clang::SourceLocation keyword = record.getInnerLocStart();
  if (keyword.isInvalid() || keyword.isMacroID()) return {};
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  llvm::SmallString<16> spelled;
  llvm::StringRef text = clang::Lexer::getSpelling(keyword, spelled, sources, unit.ast.getLangOpts());
  bool isKeyword = text == record.getKindName();
  return isKeyword ? unit.place(clang::Lexer::getLocForEndOfToken(keyword, 0, sources, unit.ast.getLangOpts())) : Place{};
}

} // namespace

void findAuthorMistakes(const FunctionDecl &function, UnitContext &unit) {
  bool mayMatter = isNamed(&function, {"await_suspend"}) || isNamed(&function, {"unhandled_exception"});
  if (!mayMatter || function.isInvalidDecl() || !function.isThisDeclarationADefinition() || function.hasSkippedBody()) return;
  if (!function.getBody() || unit.lookup.isImplementation(function)) return;
  if (isNamed(&function, {"unhandled_exception"})) return findSwallowed(function, unit);
  if (!isSuspend(function) || isa<clang::CoroutineBodyStmt>(function.getBody())) return;
  const auto &suspend = llvm::cast<clang::CXXMethodDecl>(function);
  findPublishedUses(HandleScope(suspend), unit);
  findResumesInSuspend(suspend, unit);
}

void findDroppableType(const FunctionDecl &function, UnitContext &unit) {
  if (isMachinery(function) || function.getReturnType()->isDependentType()) return;
  const CXXRecordDecl *record = function.getReturnType()->getAsCXXRecordDecl();
  if (!record || record->isLambda() || !unit.inProject(record->getLocation())) return;
  const CXXRecordDecl *written = writtenClass(*record);
  if (!written || saysNodiscard(*written) || written->isUnion() || written->isLocalClass()) return;
  clang::QualType type = function.getReturnType().getUnqualifiedType();
  ValueType value = record->hasDefinition() ? unit.valueType(type) : ofTemplate(type, unit);
  if (!value.canBeAwaited()) return;
  bool mayDetach = value.model && value.model->drop == TaskType::Drop::Allowed;
  bool runsAlone = !isAwaitable(value.awaitable) && (startOf(type, unit.ast) == Start::Eager || endsItself(type, unit.ast));
  bool ownsItself = value.start == Start::Eager && endsItself(type, unit.ast);
  if (value.isNodiscard || mayDetach || runsAlone || ownsItself || unit.lookup.isImplementation(*written)) return;
  unit.facts.authorMistakes.push_back({unit.place(written->getLocation()), Form::NotNodiscard, unit.name(*written), {}, {},
                                       behindKeyword(*written, unit)});
}

} // namespace coroguard
