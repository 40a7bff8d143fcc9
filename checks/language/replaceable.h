// Types whose objects give references to what can go while they stay: containers, optionals, owning pointers. Known by
// their shape; of the standard's containers it is known in addition what an insertion leaves valid.
#pragma once

namespace clang {
class FunctionDecl;
class QualType;
} // namespace clang

namespace coroguard {

enum class Replaceable : unsigned char {
  None,      // a value, a view, an array, a pointer
  Class,     // any other class: what its members give may refer into it
  Cell,      // an optional, variant or owning pointer
  Container,
};
Replaceable replaceableKind(clang::QualType type);

/// What a member function does to what the object holds, by its name; of several the worst.
enum class ElementChange : unsigned char { None, Inserts, Erases, Replaces, Empties };
ElementChange elementChange(const clang::FunctionDecl &method);

/// Does an insertion leave references (or iterators) valid? What is not known is taken for valid.
bool survivesInsertion(clang::QualType container, bool isIterator);

/// A class that can be dereferenced and moved on; not a pointer.
bool isIterator(clang::QualType type);

/// A class that refers to a sequence that others own: a string_view, a span.
bool isSequenceView(clang::QualType type);

/// A map, whose operator[] inserts.
bool isMap(clang::QualType type);

/// A cell of which several can own one object: it can be copied, and does not hold the object itself.
bool isSharedOwner(clang::QualType type);

/// A weak pointer: it asks, with lock() or expired(), for what others own.
bool isWeakPointer(clang::QualType type);

} // namespace coroguard
