#include "language/locking.h"
#include "language/record_lookup.h"
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/StringSwitch.h>

using namespace clang;

namespace coroguard {

LockChange lockChange(const CXXMethodDecl &method) {
  if (!method.getIdentifier() || method.isStatic()) return LockChange::None;
  if (const LockAnnotation said = lockAnnotation(method); said.does != LockAnnotation::Does::Nothing && said.locks.empty()) {
    if (said.does == LockAnnotation::Does::Unlocks) return LockChange::Unlocks;
    return said.does == LockAnnotation::Does::Locks ? LockChange::Locks : LockChange::None;
  }
  if (method.getName() == "release") return LockChange::Unlocks; // gives up the mutex, whatever it returns
  if (!method.getReturnType()->isVoidType()) return LockChange::None;
  return llvm::StringSwitch<LockChange>(method.getName())
      .Case("lock", LockChange::Locks)
      .Case("lock_shared", LockChange::Locks)
      .Case("unlock", LockChange::Unlocks)
      .Case("unlock_shared", LockChange::Unlocks)
      .Case("swap", LockChange::Unlocks) // of a guard: nobody knows with whom
      .Default(LockChange::None);
}

static bool hasVoidMember(const CXXRecordDecl &record, llvm::StringRef name) {
  IdentifierInfo &identifier = record.getASTContext().Idents.get(name);
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(findMember(record, DeclarationName(&identifier)));
  return method && method->getReturnType()->isVoidType() && method->getMinRequiredArguments() == 0;
}

bool isLockable(QualType type) {
  if (type.isNull()) return false;
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  const CXXRecordDecl *record = recordOf(type);
  if (!record) return false;
  if (isCapability(*record)) return true;
  return (hasVoidMember(*record, "lock") && hasVoidMember(*record, "unlock")) ||
         (hasVoidMember(*record, "lock_shared") && hasVoidMember(*record, "unlock_shared"));
}

template <class Attribute> static bool readAnnotation(const FunctionDecl &function, LockAnnotation::Does does, LockAnnotation &into) {
  const auto *attribute = function.getAttr<Attribute>();
  if (!attribute) return false;
  into = {does, llvm::ArrayRef<Expr *>(attribute->args_begin(), attribute->args_size())};
  return true;
}

LockAnnotation lockAnnotation(const FunctionDecl &function) {
  LockAnnotation said;
  const FunctionDecl &latest = *function.getMostRecentDecl();
  using Does = LockAnnotation::Does;
  if (!latest.hasAttrs() || readAnnotation<ReleaseCapabilityAttr>(latest, Does::Unlocks, said)) return said;
  if (!readAnnotation<AcquireCapabilityAttr>(latest, Does::Locks, said)) readAnnotation<TryAcquireCapabilityAttr>(latest, Does::Tries, said);
  return said;
}

bool isCapability(const CXXRecordDecl &record) {
  const auto *attribute = record.getAttr<CapabilityAttr>();
  return attribute && attribute->getName() != "role";
}

bool isScopedLockable(const CXXRecordDecl &record) {
  return record.hasAttr<ScopedLockableAttr>() && llvm::none_of(record.ctors(), [](const CXXConstructorDecl *made) {
           return lockAnnotation(*made).does == LockAnnotation::Does::Unlocks;
         });
}

bool constructsLocked(const CXXConstructExpr &guard) {
  bool any = false;
  for (const Expr *argument : guard.arguments()) {
    if (isa<CXXDefaultArgExpr>(argument)) continue;
    const CXXRecordDecl *record = recordOf(argument->getType());
    bool adopts = record && record->getIdentifier() && record->getName() == "adopt_lock_t";
    if (!adopts && !isLockable(argument->getType())) return false;
    any |= !adopts;
  }
  return any;
}

bool isAtomic(QualType type) {
  if (type.isNull()) return false;
  type = type.getNonReferenceType();
  if (type->isAtomicType()) return true;
  const CXXRecordDecl *record = recordOf(type);
  if (!record || !record->isInStdNamespace() || !record->getIdentifier()) return false;
  llvm::StringRef name = record->getName();
  return name == "atomic" || name == "atomic_flag" || name == "atomic_ref";
}

} // namespace coroguard
