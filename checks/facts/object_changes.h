// Who changes which members and global variables: every function of the unit that assigns, empties or refills one.
#pragma once
#include "facts/referred_object.h"
#include "language/replaceable.h"
#include <llvm/ADT/SmallPtrSet.h>

namespace coroguard {

struct ObjectChange {
  const clang::FunctionDecl *by = nullptr;
  ElementChange kind = ElementChange::None; // Empties: also of a pointer that becomes null or is deleted
  ReferredObject::Root root = ReferredObject::Root::None;
  bool isFresh = false; // assigned something just made, as whoever fills it for the first time does
  const clang::Stmt *at = nullptr;
};

class ObjectChanges {
public:
  using Functions = llvm::SmallPtrSet<const clang::FunctionDecl *, 4>;

  /// Reads the bodies of all these functions, lambdas among them as functions of their own.
  ObjectChanges(llvm::ArrayRef<const clang::FunctionDecl *> functions, UnitContext &unit);

  /// The changes of a field or variable that can happen while a coroutine is suspended: by functions other than itself,
  /// its object's constructors and destructors, and what only these call.
  std::vector<ObjectChange> during(const clang::FunctionDecl &coroutine, const clang::ValueDecl &decl) const;

  /// The changes that a lambda, what it calls, or a continuation in these makes behind a suspension.
  std::vector<ObjectChange> laterIn(const clang::FunctionDecl &lambda, const clang::ValueDecl &decl) const;

  /// Does the function itself put something into it?
  bool inserts(const clang::FunctionDecl &function, const clang::ValueDecl &decl) const;

  /// Is it called by this function alone, as far as anybody sees, or does it make or end an object?
  bool runsOnlyIn(const clang::FunctionDecl &function, const clang::FunctionDecl &other, unsigned depth = 0) const;

  /// Is this more than what sets an object up before anything runs: plain functions that only add, or only fill it once?
  bool isRepeated(const ObjectChange &change, const clang::ValueDecl &decl) const;

  /// Does nothing here change it although something must: it belongs to somebody else, or to a class of which not every
  /// function is to be seen?
  bool changesUnseen(const clang::ValueDecl &decl) const;

  /// Does the function, or the one around it when it is a lambda, use this member or variable?
  bool uses(const clang::FunctionDecl &function, const clang::ValueDecl &decl) const;

  /// The same, or one that it calls.
  bool asks(const clang::FunctionDecl &function, const clang::ValueDecl &decl) const;

  /// Does the function, or what it calls, assign or refill it?
  bool refills(const clang::FunctionDecl &function, const clang::ValueDecl &decl) const;

  /// Does whoever changes something so also set this flag, counter or owner: the function itself, or all that call it?
  bool sets(const clang::FunctionDecl &changer, const clang::ValueDecl &flag, unsigned depth = 0) const;

  /// Do others change an object of this member's class that the coroutine was lent, or shares? Only a class whose
  /// objects are active by themselves, and that no coroutine makes for itself: one that owns itself or changes in
  /// callbacks of its own; of a shared object, one that has coroutines of its own.
  bool changesOfOthers(const ObjectChange &change, const clang::ValueDecl &decl, bool isLent) const;

  /// All functions that mention this one; null when there may be others, or when nobody is known to.
  const Functions *onlyCallers(const clang::FunctionDecl &function) const;
  const Functions *knownCallers(const clang::FunctionDecl &function) const;

  UnitContext &unit;

private:
  using Key = clang::SourceLocation; // templates' instances share it
  static Key keyOf(const clang::NamedDecl &decl) { return decl.getCanonicalDecl()->getLocation(); }
  void look(const clang::Stmt &part, const clang::FunctionDecl &function);
  void declared(const clang::VarDecl &variable, const clang::FunctionDecl &function);
  void add(const clang::Expr *object, ElementChange kind, const clang::FunctionDecl &function, bool isFresh = false);
  void assigned(const clang::Expr *object, const clang::Expr *value, const clang::FunctionDecl &function);
  void passed(const clang::CallExpr &call, const clang::FunctionDecl &callee, const clang::FunctionDecl &function);
  bool calls(const clang::FunctionDecl &function, const clang::FunctionDecl &callee, unsigned depth) const;
  bool isCalledBack(const clang::FunctionDecl &function, unsigned depth = 0) const;
  bool isInternal(const clang::FunctionDecl &function) const;
  bool runsLater(const clang::FunctionDecl &function, unsigned depth = 0) const;

  llvm::DenseMap<Key, llvm::SmallVector<ObjectChange, 4>> changes;
  llvm::DenseMap<Key, Functions> users;
  llvm::DenseMap<const clang::FunctionDecl *, Functions> callers;
  llvm::DenseMap<const clang::FunctionDecl *, Functions> ownCallers; // that call it for their own object
  llvm::DenseSet<Key> frameClasses; // of which some coroutine has an object of its own
};

} // namespace coroguard
