#include "facts/changers.h"
#include "facts/change_order.h"
#include "facts/inner_statements.h"
#include "facts/serialised_by.h"

namespace coroguard {

using clang::FunctionDecl;
using clang::ValueDecl;
using llvm::dyn_cast;
using Whose = ReferredObject::Root;

bool invalidates(ElementChange kind, const Holder &holder) {
  if (kind == ElementChange::Replaces || kind == ElementChange::Empties) return true;
  if (holder.isAround) return false;
  return kind == ElementChange::Erases || !survivesInsertion(holder.decl->getType(), holder.byIterator);
}

Meanwhile::Meanwhile(const FunctionDecl &function, const ObjectChanges &changes)
    : function(function), changes(changes), locks(locksHeldBy(function, changes)) {}

std::vector<Changer> Meanwhile::changersOf(const ReferredObject &object,
                                           llvm::function_ref<bool(const ObjectChange &)> counts) const {
  std::vector<Changer> result;
  for (const Holder &holder : object.holders) {
    for (const ObjectChange &change : changes.during(function, *holder.decl))
      if (isChange(change, holder, object.root) && counts(change)) result.push_back({holder.decl, change.by});
    if (object.root != Whose::Other && object.root != Whose::Shared) addOwnOrUnseen(holder, object, result);
  }
  return result;
}

bool Meanwhile::isChange(const ObjectChange &change, const Holder &holder, Whose root) const {
  return isOfSameObject(change, *holder.decl, root) && invalidates(change.kind, holder) &&
         changes.isRepeated(change, *holder.decl) && isPossible(change);
}

void Meanwhile::addOwnOrUnseen(const Holder &holder, const ReferredObject &object, std::vector<Changer> &result) const {
  bool isContainer = replaceableKind(holder.decl->getType()) == Replaceable::Container;
  bool isGrown = object.isInserted && isContainer && invalidates(ElementChange::Inserts, holder);
  if (isGrown) result.push_back({holder.decl, &function});
  if (isContainer && !holder.isAround && changes.changesUnseen(*holder.decl)) result.push_back({holder.decl, nullptr});
}

std::vector<Changer> Meanwhile::otherCalls(const ReferredObject &object) const {
  const ObjectChanges::Functions *only = changes.onlyCallers(function);
  bool isAlone = !locks.empty() || (only && only->size() < 2);
  std::vector<Changer> result;
  if (isAlone || (object.root != Whose::This && object.root != Whose::Global)) return result;
  for (const Holder &holder : object.holders)
    if (invalidates(ElementChange::Inserts, holder) && changes.inserts(function, *holder.decl))
      result.push_back({holder.decl, &function});
  return result;
}

/// Objects of a class that everybody makes for himself change without meaning ours.
bool Meanwhile::isOfSameObject(const ObjectChange &change, const ValueDecl &decl, Whose root) const {
  if (root == Whose::Other || root == Whose::Shared) return changes.changesOfOthers(change, decl, root == Whose::Other);
  return change.root == Whose::This || change.root == Whose::Global || root == Whose::This;
}

bool Meanwhile::isPossible(const ObjectChange &change) const {
  return !takesOneOf(locks, *change.by, changes) && !takesTurns(*change.by, function, changes) &&
         !waitsFirst(change, function, changes, changes.unit) && !isForbidden(change);
}

/// Does the changer ask for a bool that the function sets: `if (busy) return`?
bool Meanwhile::isForbidden(const ObjectChange &change) const {
  return findInner<clang::IfStmt>(change.by->getBody(), [&](const clang::IfStmt &branch) {
    return findInner<clang::MemberExpr>(branch.getCond(), [&](const clang::MemberExpr &member) {
      const auto *flag = dyn_cast<clang::FieldDecl>(member.getMemberDecl());
      return flag && flag->getType()->isBooleanType() && changes.sets(function, *flag);
    });
  });
}

} // namespace coroguard
