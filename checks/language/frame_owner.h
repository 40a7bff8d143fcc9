// Does dropping a value destroy the coroutine behind it: what the destructor of its type says.
#pragma once

namespace clang {
class QualType;
} // namespace clang

namespace coroguard {

/// Is it certain that the destructor of this type (or of one of its members) destroys the coroutine of its handle,
/// whatever the coroutine is doing? A destructor that nobody can see, or that asks anything but whether there is a
/// handle, is not certain.
bool destroysItsFrame(clang::QualType type);

} // namespace coroguard
