// What a reference, pointer, iterator or view leads to: which replaceable objects of whom have to stay as they are so
// that it stays valid.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// An object that holds what is referred to. Innermost first in ReferredObject.
struct Holder {
  const clang::ValueDecl *decl = nullptr; // a field or a variable with global storage
  bool isAround = false;                  // it only holds another holder, as a plain member: matters when it is replaced
  bool byIterator = false;                // an iterator of its own leads into it
};

struct ReferredObject {
  enum class Root : unsigned char {
    None, // not known, or it belongs to the frame
    This,
    Global,
    Other,  // behind a parameter that is a reference or a pointer: usually an object of the caller, who waits
    Shared, // behind a shared owner that the frame holds
  };
  Root root = Root::None;
  llvm::SmallVector<Holder, 2> holders;
  bool isInserted = false; // it was put in by the very expression
};

/// What a variable of this type refers to that gets the value of `init`; no holders when it does not refer into
/// anything that can go.
ReferredObject referredObject(const clang::Expr &init, clang::QualType type, UnitContext &unit);

/// The same for the elements of a container, or of what an iterator leads into.
ReferredObject elementsOf(const clang::Expr &range, UnitContext &unit);

/// The field or global variable that an expression names, local references to it looked through, and whose it is. Null
/// declaration: something else.
struct NamedHolder {
  const clang::ValueDecl *decl = nullptr;
  ReferredObject::Root root = ReferredObject::Root::None;
};
NamedHolder namedHolder(const clang::Expr *expression, UnitContext &unit);

/// Can a variable of this type go stale: a reference, pointer, iterator or view?
bool canGoStale(clang::QualType type);

/// std::make_unique<T>(), new T: made here and owned by whoever holds it.
bool isJustMade(const clang::Expr *value);

} // namespace coroguard
