// Objects that can own themselves (enable_shared_from_this and the like), and coroutines that keep their object so.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// A class template like shared_ptr<T>: it can be dereferenced, and its end means something.
const clang::CXXRecordDecl *pointee(clang::QualType smartPointer);

/// Has it a base that is made for this very class and gives smart pointers to it?
bool canOwnItself(const clang::CXXRecordDecl &record);

/// Does the frame of this member coroutine hold a smart pointer to the coroutine's own object, or what an own member
/// gives to hold its object's end back (a gate's holder)?
bool keepsItself(const clang::FunctionDecl &coroutine);

/// The same, by a parameter: even before it has begun.
bool isGivenItself(const clang::FunctionDecl &coroutine);

} // namespace coroguard
