// The values of a YAML file, each read with a complaint that says where and what; used by load.cpp only.
#pragma once
#include "diagnostic.h"
#include <llvm/ADT/StringRef.h>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace coroguard {

using Names = std::vector<llvm::StringRef>;

/// The word of an enumeration or of a closed list of strings.
template <class Value> struct Word {
  const char *text;
  Value value;
};

/// The remedy for a misspelt word: the likely one, or all.
std::string didYouMean(llvm::StringRef word, const Names &known);

/// Where complaints go, and what every value needs to be read: the file's name.
class Reader {
public:
  Reader(const std::string &file, std::vector<Problem> &problems) : file(file), problems(problems) {}

  Location location(const YAML::Mark &mark) const {
    if (mark.is_null()) return {file, 0, 0};
    return {file, unsigned(mark.line + 1), unsigned(mark.column + 1)};
  }
  void complain(const YAML::Mark &mark, std::string message, std::string remedy = {}) {
    problems.push_back({location(mark), std::move(message), std::move(remedy)});
  }

  void read(const YAML::Node &node, std::string &value);
  void read(const YAML::Node &node, unsigned &value);
  template <class Value> void read(const YAML::Node &node, std::optional<Value> &value) {
    read(node, value.emplace());
  }
  /// One string or a list of strings.
  void read(const YAML::Node &node, std::vector<std::string> &values);
  template <class Value>
  void readWord(const YAML::Node &node, Value &value, std::span<const Word<Value>> words);

private:
  const std::string &file;
  std::vector<Problem> &problems;
};

template <class Value>
void Reader::readWord(const YAML::Node &node, Value &value, std::span<const Word<Value>> words) {
  std::string text;
  if (!node.IsScalar()) return complain(node.Mark(), "expected a word");
  read(node, text);
  Names known;
  for (const Word<Value> &word : words) {
    if (text == word.text) {
      value = word.value;
      return;
    }
    known.push_back(word.text);
  }
  complain(node.Mark(), "unknown word '" + text + "'", didYouMean(text, known));
}

} // namespace coroguard
