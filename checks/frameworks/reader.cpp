#include "frameworks/reader.h"
#include <algorithm>
#include <llvm/ADT/StringExtras.h>

namespace coroguard {

std::string didYouMean(llvm::StringRef word, const Names &known) {
  const unsigned tolerance =
      std::max<size_t>(word.size() > 3 ? 2 : 1, word.size() / 3); // two swapped letters are 2
  llvm::StringRef best;
  unsigned bestDistance = tolerance + 1;
  for (llvm::StringRef candidate : known) {
    const unsigned distance = word.edit_distance(candidate, /*AllowReplacements=*/true, tolerance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (!best.empty()) return "did you mean '" + best.str() + "'?";
  return "known are: " + llvm::join(known, ", ");
}

void Reader::read(const YAML::Node &node, std::string &value) {
  if (!node.IsScalar()) return complain(node.Mark(), "expected a string");
  value = node.Scalar();
}

void Reader::read(const YAML::Node &node, unsigned &value) {
  if (!node.IsScalar() || llvm::StringRef(node.Scalar()).getAsInteger(10, value))
    complain(node.Mark(), "expected a number", "arguments are counted from 0");
}

void Reader::read(const YAML::Node &node, std::vector<std::string> &values) {
  if (node.IsScalar()) {
    values.push_back(node.Scalar());
    return;
  }
  if (!node.IsSequence()) return complain(node.Mark(), "expected a string or a list of strings");
  for (const YAML::Node &element : node) read(element, values.emplace_back());
}

} // namespace coroguard
