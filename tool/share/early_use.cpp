// What is declared in a shared header is known from the first line on. A use before the unit includes that header means
// something else without sharing.
#include "tool/share/watch.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/SourceManager.h>

namespace coroguard {

using clang::Decl;
using clang::SourceLocation;

class EarlyUses : public clang::RecursiveASTVisitor<EarlyUses> {
public:
  EarlyUses(clang::ASTContext &context, SharingWatch &watch) : sources(context.getSourceManager()), watch(watch) {}

  bool TraverseDecl(Decl *decl) {
    if (!decl || !watch.found.empty()) return true;
    bool isAll = llvm::isa<clang::TranslationUnitDecl>(decl);
    if (!isAll && (decl->isFromASTFile() || !isBeforeLast(decl->getBeginLoc()))) return true;
    return RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr *use) { return check(use->getDecl(), use->getLocation()); }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr *use) { return check(use->getConstructor(), use->getLocation()); }
  bool VisitTagTypeLoc(clang::TagTypeLoc use) { return check(use.getDecl(), use.getNameLoc()); }
  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc use) { return check(use.getTypePtr()->getDecl(), use.getNameLoc()); }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc use) {
    return check(use.getTypePtr()->getTemplateName().getAsTemplateDecl(), use.getTemplateNameLoc());
  }

private:
  bool isBeforeLast(SourceLocation place) const {
    return place.isValid() && sources.isBeforeInTranslationUnit(sources.getExpansionLoc(place), watch.last);
  }

  bool isKnownAt(const Decl &decl, SourceLocation place) const {
    clang::OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(sources.getExpansionLoc(decl.getLocation())));
    if (!decl.isFromASTFile() || !file) return true;
    const size_t *header = watch.headerOf(file->getUniqueID());
    return !header || (watch.isVisible(*header) && sources.isBeforeInTranslationUnit(watch.visibleSince[*header], place));
  }

  bool check(const Decl *decl, SourceLocation use) {
    SourceLocation place = sources.getExpansionLoc(use);
    if (!decl || use.isInvalid() || !decl->isFromASTFile() || decl->isImplicit() || !isBeforeLast(use)) return true;
    bool isKnown = llvm::any_of(decl->redecls(), [&](const Decl *one) { return isKnownAt(*one, place); });
    const auto *named = llvm::dyn_cast<clang::NamedDecl>(decl);
    if (!isKnown) watch.differs("'" + (named ? named->getNameAsString() : std::string()) + "' is used before the header that declares it");
    return isKnown;
  }

  const clang::SourceManager &sources;
  SharingWatch &watch;
};

void SharingWatch::inspect(clang::ASTContext &context) {
  if (found.empty() && last.isValid()) EarlyUses(context, *this).TraverseDecl(context.getTranslationUnitDecl());
}

} // namespace coroguard
