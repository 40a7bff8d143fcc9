#include "facts/forwarded_construction.h"

namespace coroguard {
namespace {

using clang::CXXConstructorDecl;
using clang::CXXRecordDecl;
using clang::Expr;
using llvm::dyn_cast;

struct Construction {
  clang::QualType type;
  unsigned firstArgument = 0;
};

clang::QualType argument(const clang::TemplateArgumentList *list, unsigned index) {
  if (!list || index >= list->size() || list->get(index).getKind() != clang::TemplateArgument::Type) return {};
  return list->get(index).getAsType();
}

/// What members of standard containers construct: the class's first template argument, with try_emplace the second.
Construction byMember(const clang::CXXMethodDecl &method) {
  const auto *owner = dyn_cast<clang::ClassTemplateSpecializationDecl>(method.getParent());
  if (!owner || !method.getIdentifier()) return {};
  llvm::StringRef name = method.getName(), of = owner->getName();
  bool hasPosition = llvm::is_contained({"vector", "deque", "list"}, of);
  bool isMap = llvm::is_contained({"map", "unordered_map", "multimap", "unordered_multimap"}, of);
  if (name == "emplace_back" || name == "emplace_front") return {argument(&owner->getTemplateArgs(), 0), 0};
  if (name == "emplace" && !isMap) return {argument(&owner->getTemplateArgs(), 0), hasPosition ? 1u : 0u};
  if (name == "try_emplace") return {argument(&owner->getTemplateArgs(), 1), 1};
  return {};
}

/// std::optional<T>(std::in_place, ...)
Construction byConstructor(const CXXConstructorDecl &constructor, llvm::ArrayRef<const Expr *> arguments) {
  const auto *owner = dyn_cast<clang::ClassTemplateSpecializationDecl>(constructor.getParent());
  if (!owner || arguments.empty() || !owner->getIdentifier() || owner->getName() != "optional") return {};
  const CXXRecordDecl *first = unwrap(arguments[0])->getType()->getAsCXXRecordDecl();
  bool inPlace = first && first->getIdentifier() && first->getName() == "in_place_t";
  return inPlace ? Construction{argument(&owner->getTemplateArgs(), 0), 1} : Construction{};
}

Construction constructionBy(const clang::FunctionDecl &callee, llvm::ArrayRef<const Expr *> arguments) {
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(&callee))
    return constructor->getParent()->isInStdNamespace() ? byConstructor(*constructor, arguments) : Construction{};
  if (const auto *method = dyn_cast<clang::CXXMethodDecl>(&callee))
    return method->getParent()->isInStdNamespace() ? byMember(*method) : Construction{};
  if (!callee.isInStdNamespace() || !callee.getIdentifier()) return {};
  const clang::TemplateArgumentList *list = callee.getTemplateSpecializationArgs();
  if (llvm::is_contained({"make_unique", "make_shared", "make_optional"}, callee.getName())) return {argument(list, 0), 0};
  if (callee.getName() == "construct_at") return {argument(list, 0), 1};
  return {};
}

bool accepts(const CXXConstructorDecl &constructor, size_t arguments) {
  return constructor.getMinRequiredArguments() <= arguments && arguments <= constructor.getNumParams();
}

bool sameTypes(const CXXConstructorDecl &constructor, llvm::ArrayRef<const Expr *> arguments, const clang::ASTContext &ast) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    clang::QualType parameter = constructor.getParamDecl(i)->getType().getNonReferenceType();
    if (!ast.hasSameUnqualifiedType(ast.getAdjustedParameterType(arguments[i]->getType()), ast.getAdjustedParameterType(parameter))) return false;
  }
  return true;
}

/// The only constructor that takes so many arguments, else the one whose parameters have their very types.
const CXXConstructorDecl *choose(const CXXRecordDecl &record, llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  llvm::SmallVector<const CXXConstructorDecl *, 4> candidates;
  for (const CXXConstructorDecl *constructor : record.ctors())
    if (accepts(*constructor, arguments.size()) && !constructor->isDeleted() &&
        (!constructor->isCopyOrMoveConstructor() || sameTypes(*constructor, arguments, unit.ast)))
      candidates.push_back(constructor);
  if (candidates.size() > 1) {
    bool allBlock = llvm::all_of(candidates, [&](const CXXConstructorDecl *c) { return unit.lookup.blocking(*c) != nullptr; });
    if (allBlock) return candidates[0];
    llvm::erase_if(candidates, [&](const CXXConstructorDecl *c) { return !sameTypes(*c, arguments, unit.ast); });
  }
  return candidates.size() == 1 ? candidates[0] : nullptr;
}

/// A thread's constructors are templates, and sinks by name.
const SinkCall *sinkOf(const CXXRecordDecl &record, UnitContext &unit) {
  for (const clang::Decl *member : record.decls()) {
    const auto *pattern = dyn_cast<clang::FunctionTemplateDecl>(member);
    const auto *constructor = dyn_cast<CXXConstructorDecl>(pattern ? pattern->getTemplatedDecl() : member);
    if (const SinkCall *sink = constructor ? unit.lookup.sink(*constructor) : nullptr) return sink;
  }
  return nullptr;
}

} // namespace

std::optional<ForwardedConstruction> forwardedConstruction(const clang::FunctionDecl &callee,
                                                           llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  Construction construction = constructionBy(callee, arguments);
  if (construction.type.isNull() || construction.firstArgument > arguments.size()) return std::nullopt;
  const CXXRecordDecl *record = construction.type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isDependentContext()) return std::nullopt;
  record = record->getDefinition();
  ForwardedConstruction made;
  made.type = record;
  made.arguments = arguments.drop_front(construction.firstArgument);
  while (!made.arguments.empty() && llvm::isa<clang::CXXDefaultArgExpr>(made.arguments.back())) made.arguments = made.arguments.drop_back();
  made.sink = made.arguments.empty() ? nullptr : sinkOf(*record, unit);
  made.constructor = choose(*record, made.arguments, unit);
  return made;
}

} // namespace coroguard
