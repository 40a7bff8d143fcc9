#include "facts/unit_context.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/frame_owner.h"
#include "language/std_functions.h"
#include <clang/AST/Attr.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {

UnitContext::UnitContext(clang::ASTContext &ast, const ExtractOptions &options)
    : ast(ast), lookup(*options.models, ast), files(ast.getSourceManager(), *options.scope) {}

Place UnitContext::place(clang::SourceLocation location) {
  const clang::SourceManager &sources = ast.getSourceManager();
  auto [id, offset] = sources.getDecomposedExpansionLoc(location);
  return {string(files.of(id).path), sources.getLineNumber(id, offset), sources.getColumnNumber(id, offset)};
}

std::vector<std::pair<StringId, clang::FileID>> UnitContext::projectFiles() {
  const clang::SourceManager &sources = ast.getSourceManager();
  std::vector<std::pair<StringId, clang::FileID>> result;
  for (unsigned i = 0; i < sources.local_sloc_entry_size(); ++i) {
    const clang::SrcMgr::SLocEntry &entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile()) continue;
    clang::FileID id = sources.getFileID(clang::SourceLocation::getFromRawEncoding(entry.getOffset()));
    if (const auto &file = files.of(id); file.inProject) result.emplace_back(string(file.path), id);
  }
  return result;
}

StringId UnitContext::entity(const clang::FunctionDecl &function) {
  auto [entry, isNew] = entities.try_emplace(function.getCanonicalDecl());
  if (isNew) {
    StringId id = string(entityId(function));
    entities[function.getCanonicalDecl()] = id;
    return id;
  }
  return entry->second;
}

StringId UnitContext::name(const clang::NamedDecl &decl) {
  auto [entry, isNew] = names.try_emplace(&decl);
  if (isNew) entry->second = string(qualifiedName(decl));
  return entry->second;
}

StringId UnitContext::name(const Callee &callee) {
  if (callee.functionObject) return name(*callee.functionObject);
  const auto *constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(callee.function);
  return constructor ? name(*constructor->getParent()) : name(*callee.function);
}

StringId UnitContext::text(clang::SourceRange range) {
  return string(clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(range), ast.getSourceManager(), ast.getLangOpts()));
}

/// A name without a namespace is too common to say by itself what a class is.
static bool isGlobalName(const TaskType &model) { return model.name.find("::") == std::string::npos; }

ValueType UnitContext::classify(clang::QualType type) {
  ValueType result;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || record->isLambda() || !record->hasDefinition() || record->isDependentContext()) return result;
  result.isTask = isCoroutineType(type, ast);
  result.awaitable = awaitableKind(type, ast);
  result.model = lookup.taskType(type);
  bool onlyNamed = result.model && !result.model->byAttribute && isGlobalName(*result.model);
  if (onlyNamed && !result.canBeAwaited()) result.model = nullptr;
  if (!result.canBeAwaited() && !result.model) return result;
  result.isTask |= result.model != nullptr;
  result.start = startOf(type, ast);
  if (result.start == Start::Unknown && result.model) result.start = result.model->start;
  result.isNodiscard = record->hasAttr<clang::WarnUnusedResultAttr>();
  bool ownsFrame = result.start != Start::Lazy && isCoroutineType(type, ast) && !endsItself(type, ast);
  result.stopsWhenDropped = ownsFrame && result.start == Start::Eager && destroysItsFrame(type);
  result.mayStopWhenDropped = ownsFrame && !(result.model && result.model->byAttribute);
  clang::QualType given = awaitResult(type, ast);
  result.givesGuard = lookup.guard(given) || isNamedLikeGuard(given);
  return result;
}

const ValueType &UnitContext::valueType(clang::QualType type) {
  const clang::Type *key = type.getCanonicalType().getTypePtr();
  auto known = valueTypes.find(key);
  if (known == valueTypes.end()) known = valueTypes.try_emplace(key, classify(type)).first;
  return known->second;
}

void setBlocks(Call &call, const BlockingCall &model, UnitContext &unit) {
  call.meaning = Meaning::Blocks;
  call.family = unit.string(model.family);
  call.why = unit.string(model.why);
  call.instead = unit.string(model.instead);
}

namespace {

/// A copy, move or converting construction from one value: what is constructed from is what we ask for.
const clang::Expr *copiedValue(const clang::Expr *expression) {
  const auto *construct = llvm::dyn_cast<clang::CXXConstructExpr>(expression);
  if (!construct || construct->getNumArgs() != 1) return nullptr;
  return construct->getConstructor()->isCopyOrMoveConstructor() ? construct->getArg(0) : nullptr;
}

} // namespace

const clang::Expr *unwrap(const clang::Expr *expression) {
  while (true) {
    const clang::Expr *inner = expression->IgnoreUnlessSpelledInSource();
    if (const auto *cleanups = llvm::dyn_cast<clang::FullExpr>(inner)) inner = cleanups->getSubExpr();
    if (const clang::Expr *argument = handedOn(*inner)) inner = argument;
    else if (const clang::Expr *copied = copiedValue(inner)) inner = copied;
    if (inner == expression) return expression;
    expression = inner;
  }
}

} // namespace coroguard
