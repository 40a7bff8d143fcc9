#include "facts/extract.h"
#include "facts/author_mistakes.h"
#include "facts/body_walker.h"
#include "facts/callable_slots.h"
#include "facts/generic_lambdas.h"
#include "facts/handles.h"
#include "facts/spawned_captures.h"
#include "facts/stale_uses.h"
#include "facts/suppression_comment.h"
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Index/USRGeneration.h>
#include <clang/Lex/Lexer.h>
#include <clang/Sema/SemaConsumer.h>

namespace coroguard {
namespace {

using clang::FunctionDecl;

/// Finds the function definitions of the project and gives each to a BodyWalker. Statements are not visited here.
class UnitVisitor : public clang::RecursiveASTVisitor<UnitVisitor> {
public:
  explicit UnitVisitor(UnitContext &unit) : unit(unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseStmt(clang::Stmt *) { return true; }

  bool TraverseDecl(clang::Decl *decl) {
    bool foreign = decl && !llvm::isa<clang::TranslationUnitDecl>(decl) && !unit.inProject(decl->getLocation());
    return foreign || RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitFunctionDecl(FunctionDecl *function) {
    findDroppableType(*function, unit);
    if (function->isThisDeclarationADefinition() && !function->isImplicit()) extract(*function);
    return true;
  }

  bool VisitCXXMethodDecl(clang::CXXMethodDecl *method) {
    addOverrides(*method);
    return true;
  }

  /// What the compiler wrote runs like what people wrote.
  bool VisitCXXRecordDecl(clang::CXXRecordDecl *record) {
    findCopyableOwner(*record, unit);
    if (!record->isThisDeclarationADefinition() || record->isDependentContext() || record->isLambda()) return true;
    for (const clang::CXXConstructorDecl *constructor : record->ctors())
      if (constructor->isDefaulted() && !constructor->isCopyOrMoveConstructor()) extract(*constructor);
    const clang::CXXDestructorDecl *destructor = record->getDestructor();
    if (!destructor || !destructor->isDefaulted() || destructor->isDeleted()) return true;
    extract(*destructor);
    if (destructor->isImplicit()) addOverrides(*destructor);
    return true;
  }

  bool VisitVarDecl(clang::VarDecl *variable) {
    if (variable->hasGlobalStorage() && variable->getInit()) bindInitializer(*variable, variable->getInit(), unit);
    if (variable->hasGlobalStorage() && variable->isThisDeclarationADefinition() && variable->getInit())
      initializer(*variable, *variable->getInit());
    return true;
  }

  bool VisitParmVarDecl(clang::ParmVarDecl *parameter) { // a default argument
    bool hasValue = parameter->hasDefaultArg() && !parameter->hasUninstantiatedDefaultArg() && !parameter->hasUnparsedDefaultArg();
    if (hasValue && !parameter->hasInheritedDefaultArg()) initializer(*parameter, *parameter->getDefaultArg());
    return true;
  }

  bool VisitFieldDecl(clang::FieldDecl *field) {
    if (const clang::Expr *init = field->getInClassInitializer()) initializer(*field, *init);
    if (field->hasInClassInitializer() && !field->getDeclContext()->isDependentContext())
      bindInitializer(*field, field->getInClassInitializer(), unit);
    return true;
  }

  /// What needs to know all functions.
  void finish() { findStaleUses(users, read, unit); }

private:
  void addOverrides(const clang::CXXMethodDecl &method) {
    if (method.isDependentContext()) return;
    for (const clang::CXXMethodDecl *base : method.overridden_methods()) {
      bool isPure = base->isPureVirtual() || (llvm::isa<clang::CXXDestructorDecl>(base) && base->getParent()->isAbstract());
      unit.facts.overrides.push_back({unit.entity(*base), unit.entity(method), isPure});
    }
  }

  /// Does it matter what this function does although there is no body to read? Of a destructor, the members' ends do.
  static bool hasFacts(const FunctionDecl &function) {
    if (llvm::isa<clang::CXXDestructorDecl>(function) && function.isDefaulted() && !function.isDeleted()) return true;
    return function.getBody() && !function.hasSkippedBody();
  }

  void extract(const FunctionDecl &function) {
    findAuthorMistakes(function, unit);
    if (function.isDependentContext() || !hasFacts(function)) return;
    if (function.isInvalidDecl() || !done.insert(&function).second) return;
    read.push_back(&function);
    if (unit.lookup.isImplementation(function)) return ofLibrary(function);
    Function facts = describe(function);
    const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
    facts.isLambda = method && method->getParent()->isLambda();
    facts.neverBlocks = unit.lookup.neverBlocks(function);
    facts.isHop = isHop(function, unit);
    BodyWalker walker(&function, facts, unit, [this](const FunctionDecl &inner) { extract(inner); });
    walker.walkFunction();
    bool isEmpty = function.isImplicit() && facts.calls.empty() && facts.handoffs.empty();
    bool isNeeded = !isEmpty || llvm::isa<clang::CXXDestructorDecl>(function); // as an overrider
    if (!isNeeded) return;
    users.push_back({&function, unit.facts.functions.size()});
    unit.facts.functions.push_back(std::move(facts));
  }

  Function describe(const FunctionDecl &function) {
    Function facts;
    facts.id = unit.entity(function);
    facts.name = unit.name(function);
    facts.place = unit.place(function.getLocation());
    return facts;
  }

  /// An async library does by design what its users must not, but this.
  void ofLibrary(const FunctionDecl &function) {
    if (!function.getIdentifier() || function.getName() != "await_suspend") return;
    Function facts = describe(function);
    findWakerCaptures(function, facts, unit);
    if (!facts.danglings.empty()) unit.facts.functions.push_back(std::move(facts));
  }

  /// Outside functions only what an initialiser starts or defines matters: static std::thread worker([] { ... });
  void initializer(const clang::NamedDecl &decl, const clang::Expr &init) {
    if (decl.getDeclContext()->isDependentContext() || init.isTypeDependent()) return;
    Function facts;
    llvm::SmallString<128> usr;
    if (clang::index::generateUSRForDecl(&decl, usr)) return;
    facts.id = unit.string(("initializer of " + usr).str());
    facts.name = unit.name(decl);
    facts.place = unit.place(decl.getLocation());
    BodyWalker walker(nullptr, facts, unit, [this](const FunctionDecl &inner) { extract(inner); });
    walker.walkInitializer(init);
    if (!facts.calls.empty() || !facts.handoffs.empty() || !facts.misuses.empty()) unit.facts.functions.push_back(std::move(facts));
  }

  UnitContext &unit;
  llvm::DenseSet<const FunctionDecl *> done;
  std::vector<const FunctionDecl *> read;
  std::vector<FunctionFacts> users; // of others' objects
};

/// Reads the comments of one file, only when it can hold a suppression at all.
void collectSuppressions(StringId path, clang::FileID id, UnitContext &unit) {
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  llvm::StringRef text = sources.getBufferData(id);
  if (!text.contains("NOLINT") && !text.contains("coroguard:")) return;
  clang::Lexer lexer(id, sources.getBufferOrFake(id), sources, unit.ast.getLangOpts());
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  for (bool atEnd = false; !atEnd;) {
    atEnd = lexer.LexFromRawLexer(token);
    if (!token.is(clang::tok::comment)) continue;
    unsigned offset = sources.getFileOffset(token.getLocation());
    auto parsed = parseSuppression(std::string_view(text.substr(offset, token.getLength())));
    if (!parsed) continue;
    Place place{path, sources.getLineNumber(id, offset), sources.getColumnNumber(id, offset)};
    unit.facts.suppressions.push_back({place, parsed->form, unit.string(parsed->rules), unit.string(parsed->reason)});
  }
}

/// A precompiled header holds nothing of the project, and walking over its declarations would load all of them.
void leaveOutPrecompiled(clang::ASTContext &context) {
  if (!context.getExternalSource()) return;
  std::vector<clang::Decl *> own;
  for (clang::Decl *decl : context.getTranslationUnitDecl()->noload_decls())
    if (!decl->isFromASTFile()) own.push_back(decl);
  context.setTraversalScope(own);
}

class Extractor : public clang::SemaConsumer {
public:
  Extractor(ExtractOptions options, std::function<void(Facts)> done) : options(options), done(std::move(done)) {}

  void Initialize(clang::ASTContext &context) override { files.emplace(context.getSourceManager(), *options.scope); }

  /// Asked for every function body before it is parsed (Sema::canSkipFunctionBody has already refused constexpr
  /// functions and deduced return types, whose bodies other code needs).
  bool shouldSkipFunctionBody(clang::Decl *decl) override {
    return options.skipForeignBodies && !files->inProject(decl->getLocation());
  }

  void InitializeSema(clang::Sema &s) override { sema = &s; }
  void ForgetSema() override { sema = nullptr; }

  void HandleTranslationUnit(clang::ASTContext &context) override {
    if (options.skipForeignBodies && sema && context.getLangOpts().CPlusPlus20) {
      leaveOutPrecompiled(context);
      instantiateGenericLambdas(context, *sema, [&](clang::SourceLocation place) { return files->inProject(place); });
    }
    done(extractFacts(context, options));
  }

private:
  clang::Sema *sema = nullptr;
  ExtractOptions options;
  std::function<void(Facts)> done;
  std::optional<SourceFiles> files;
};

} // namespace

Facts extractFacts(clang::ASTContext &context, const ExtractOptions &options) {
  UnitContext unit(context, options);
  clang::FileID main = context.getSourceManager().getMainFileID();
  unit.facts.units.push_back(unit.place(context.getSourceManager().getLocForStartOfFile(main)).file);
  leaveOutPrecompiled(context);
  UnitVisitor visitor(unit);
  visitor.TraverseDecl(context.getTranslationUnitDecl());
  visitor.finish();
  for (auto [path, id] : unit.projectFiles()) collectSuppressions(path, id, unit);
  return std::move(unit.facts);
}

std::unique_ptr<clang::ASTConsumer> makeExtractor(ExtractOptions options, std::function<void(Facts)> done) {
  return std::make_unique<Extractor>(options, std::move(done));
}

} // namespace coroguard
