// Who can change an object while somebody who refers into it is suspended.
#pragma once
#include "facts/object_changes.h"

namespace coroguard {

/// Who can change an object during a suspension, and which one of those that hold what is referred to.
struct Changer {
  const clang::ValueDecl *object = nullptr;
  const clang::FunctionDecl *by = nullptr; // null: code that this unit does not show
};

/// The changes that others make while one function, its task or what it has started, is suspended.
class Meanwhile {
public:
  Meanwhile(const clang::FunctionDecl &function, const ObjectChanges &changes);

  /// Of what is referred to, by what makes the reference wrong.
  std::vector<Changer> changersOf(const ReferredObject &object) const {
    return changersOf(object, [](const ObjectChange &) { return true; });
  }
  std::vector<Changer> changersOf(const ReferredObject &object,
                                  llvm::function_ref<bool(const ObjectChange &)> counts) const;

  /// Of what was looked up by a parameter: the function itself when others call it meanwhile for another key.
  std::vector<Changer> otherCalls(const ReferredObject &object) const;

  /// Can it happen while the function is suspended?
  bool isPossible(const ObjectChange &change) const;

private:
  bool isChange(const ObjectChange &change, const Holder &holder, ReferredObject::Root root) const;
  void addOwnOrUnseen(const Holder &holder, const ReferredObject &object, std::vector<Changer> &result) const;
  bool isOfSameObject(const ObjectChange &change, const clang::ValueDecl &decl, ReferredObject::Root root) const;
  bool isForbidden(const ObjectChange &change) const;

  const clang::FunctionDecl &function;
  const ObjectChanges &changes;
  llvm::SmallVector<const clang::ValueDecl *, 2> locks;
};

/// Does such a change make wrong what leads into this holder?
bool invalidates(ElementChange kind, const Holder &holder);

} // namespace coroguard
