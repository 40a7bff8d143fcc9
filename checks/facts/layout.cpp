#include "facts/layout.h"
#include "facts/enumerators.h"
#include "facts/fields.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/xxhash.h>

namespace coroguard {
namespace {

/// Writes a letter for each field; lists and structures in brackets.
struct Describer {
  std::string text;

  template <class... T> void operator()(T &...field) { (visit(field), ...); }

private:
  void visit(StringId &) { text += 's'; }
  void visit(bool &) { text += 'b'; }
  template <class T> void visit(std::vector<T> &) {
    T item{};
    text += '[';
    visit(item);
    text += ']';
  }
  template <class T> void visit(T &field) {
    if constexpr (std::is_class_v<T>) {
      text += '{';
      fields(*this, field);
      text += '}';
    } else if constexpr (std::is_enum_v<T>) {
      text += 'e' + std::to_string(lastEnumerator<T>());
    } else {
      text += 'n' + std::to_string(sizeof(T));
    }
  }
};

} // namespace

std::string factsLayout() {
  Facts facts;
  Describer describer;
  fields(describer, facts);
  return llvm::utohexstr(llvm::xxh3_64bits(llvm::StringRef(describer.text)) >> 32, /*LowerCase=*/true, /*Width=*/8);
}

} // namespace coroguard
