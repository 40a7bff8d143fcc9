#include "tool/config/value.h"
#include "frameworks/reader.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <yaml-cpp/yaml.h>

namespace coroguard {
namespace {

using llvm::StringRef;
using Type = Shape::Type;

std::string filled(StringRef complaint, StringRef name) {
  auto [before, after] = complaint.split("{}");
  return (before + name + after).str();
}

/// The likely word, or the words to choose from; of long lists, who prints them.
std::string suggestion(StringRef word, const std::vector<std::string> &known) {
  if (known.empty()) return "there is none";
  std::string text = didYouMean(word, Names(known.begin(), known.end()));
  bool isList = !StringRef(text).starts_with("did you mean");
  return isList && known.size() > 8 ? "'coroguard rules' lists them" : text;
}

bool isQuoted(const YAML::Node &node) { return node.Tag() == "!"; }

/// What an unquoted scalar of YAML 1.2 is when it is no text.
bool isOtherThanText(const YAML::Node &node) {
  static const std::vector<StringRef> words = {"null", "Null", "NULL", "~", "", "true", "True", "TRUE", "false", "False", "FALSE"};
  double number = 0;
  return !isQuoted(node) && (llvm::is_contained(words, node.Scalar()) || YAML::convert<double>::decode(node, number));
}

/// "true" or "false" for every spelling of a truth that YAML 1.1 or 1.2 has and we accept; else empty.
StringRef truthOf(const YAML::Node &node) {
  static const std::vector<StringRef> yes = {"true", "True", "TRUE"}, no = {"false", "False", "FALSE"};
  StringRef text = node.Scalar();
  if (text == "on" || text == "yes" || (!isQuoted(node) && llvm::is_contained(yes, text))) return "true";
  if (text == "off" || text == "no" || (!isQuoted(node) && llvm::is_contained(no, text))) return "false";
  return {};
}

/// The first line down to this one that is indented with a tab, which YAML's own complaint does not name.
std::optional<Location> tabbedLine(StringRef text, const std::string &file, unsigned last) {
  for (unsigned number = 1; number <= last && !text.empty(); ++number) {
    auto [line, rest] = text.split('\n');
    StringRef indent = line.take_while([](char c) { return c == ' ' || c == '\t'; });
    size_t tab = indent.find('\t');
    if (tab != StringRef::npos && !line.trim().empty()) return Location{file, number, unsigned(tab + 1)};
    text = rest;
  }
  return std::nullopt;
}

class Check {
public:
  Check(const std::string &file, std::vector<Problem> &problems) : file(file), problems(problems) {}

  /// Nothing when the node is not what it must be.
  std::optional<Value> value(const YAML::Node &node, const Shape &shape);

  Location location(const YAML::Mark &mark) const {
    if (mark.is_null()) return {file};
    return {file, unsigned(mark.line + 1), unsigned(mark.column + 1)};
  }

private:
  std::nullopt_t complain(const YAML::Node &node, std::string message, std::string remedy = {}) {
    problems.push_back({location(node.Mark()), std::move(message), std::move(remedy)});
    return std::nullopt;
  }
  std::optional<Value> mapping(const YAML::Node &node, const Shape &shape);
  std::optional<Value> list(const YAML::Node &node, const Shape &shape);
  std::optional<Value> scalar(const YAML::Node &node, const Shape &shape);
  std::optional<Value> word(const YAML::Node &node, const Shape &shape);
  std::optional<Value> number(const YAML::Node &node, const Shape &shape);
  const Shape *keyShape(const YAML::Node &key, const std::string &name, const Shape &shape);

  const std::string &file;
  std::vector<Problem> &problems;
};

bool fits(const YAML::Node &node, Type type) {
  if (type == Type::Mapping) return node.IsMap();
  if (type == Type::List) return node.IsSequence();
  return node.IsScalar();
}

std::optional<Value> Check::value(const YAML::Node &node, const Shape &shape) {
  if (shape.type == Type::Choice) {
    for (const Shape &part : shape.parts)
      if (fits(node, part.type)) return value(node, part);
    return complain(node, shape.complaint, shape.remedy);
  }
  if (node.IsNull() && shape.mayBeEmpty) return Value{.at = location(node.Mark()), .type = shape.type};
  if (!fits(node, shape.type)) {
    return complain(node, shape.complaint, shape.remedy);
  }
  if (shape.type == Type::Mapping) return mapping(node, shape);
  return shape.type == Type::List ? list(node, shape) : scalar(node, shape);
}

const Shape *Check::keyShape(const YAML::Node &key, const std::string &name, const Shape &shape) {
  auto found = llvm::find_if(shape.keys, [&](auto &entry) { return entry.first == name; });
  if (found != shape.keys.end()) return &found->second;
  auto moved = llvm::find_if(shape.movedKeys, [&](auto &entry) { return entry.first == name; });
  std::vector<std::string> names;
  for (const auto &[known, ignored] : shape.keys) names.push_back(known);
  complain(key, filled(shape.unknownKey, name), moved != shape.movedKeys.end() ? moved->second : suggestion(name, names));
  return nullptr;
}

std::optional<Value> Check::mapping(const YAML::Node &node, const Shape &shape) {
  Value result{.at = location(node.Mark()), .type = Type::Mapping};
  std::vector<std::string> seen;
  for (const auto &entry : node) {
    std::string name = entry.first.IsScalar() ? StringRef(entry.first.Scalar()).str() : "";
    if (StringRef(name).starts_with(shape.keyPrefix)) name.erase(0, shape.keyPrefix.size());
    if (llvm::is_contained(seen, name)) { // YAML keeps one of the two silently
      complain(entry.first, "'" + name + "' stands here twice", "keep one of them");
      continue;
    }
    seen.push_back(name);
    const Shape *known = keyShape(entry.first, name, shape);
    if (!known) continue;
    if (std::optional<Value> inner = value(entry.second, *known)) {
      if (!entry.second.IsScalar()) inner->at = location(entry.first.Mark()); // else of its first key or item
      result.entries.emplace_back(name, std::move(*inner));
    }
  }
  for (const std::string &name : shape.required)
    if (!llvm::is_contained(seen, name)) return complain(node, "'" + name + "' is missing here", "add it");
  return result;
}

std::optional<Value> Check::list(const YAML::Node &node, const Shape &shape) {
  Value result{.at = location(node.Mark()), .type = Type::List};
  for (const YAML::Node &item : node)
    if (std::optional<Value> inner = value(item, shape.parts.front())) result.items.push_back(std::move(*inner));
  return result;
}

std::optional<Value> Check::scalar(const YAML::Node &node, const Shape &shape) {
  if (shape.type == Type::Word || shape.type == Type::Level) return word(node, shape);
  if (shape.type == Type::Number) return number(node, shape);
  Value result{.at = location(node.Mark()), .text = node.Scalar(), .type = shape.type};
  if (shape.type == Type::Truth) {
    result.text = truthOf(node).str();
    if (result.text.empty()) return complain(node, shape.complaint, shape.remedy);
  } else if (result.text.empty() || isOtherThanText(node)) {
    return complain(node, shape.complaint, result.text.empty() ? "" : shape.remedy);
  }
  return result;
}

std::optional<Value> Check::number(const YAML::Node &node, const Shape &shape) {
  long number = 0;
  if (isQuoted(node) || !YAML::convert<long>::decode(node, number)) return complain(node, shape.complaint, shape.remedy);
  return Value{.at = location(node.Mark()), .text = std::to_string(number), .type = Type::Number};
}

std::optional<Value> Check::word(const YAML::Node &node, const Shape &shape) {
  std::string text = node.Scalar();
  if (shape.type == Type::Level && !truthOf(node).empty()) text = truthOf(node) == "true" ? "on" : "off";
  if (llvm::is_contained(shape.words, text)) return Value{.at = location(node.Mark()), .text = text, .type = shape.type};
  std::string likely = suggestion(text, shape.words);
  if (!shape.unknownWord.empty()) return complain(node, filled(shape.unknownWord, text), likely);
  return complain(node, shape.complaint, StringRef(likely).starts_with("did you") ? likely : "");
}

} // namespace

const Value *Value::find(std::string_view key) const {
  auto found = llvm::find_if(entries, [&](auto &entry) { return entry.first == key; });
  return found == entries.end() ? nullptr : &found->second;
}

Value readValue(std::string_view text, const std::string &file, const Shape &shape, std::vector<Problem> &problems) {
  Check check(file, problems);
  if (text.find('\0') != text.npos) {
    problems.push_back({{file}, "not a text file", "a configuration is YAML in UTF-8"});
    return {};
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3); // else columns of the first line count it
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1)
      problems.push_back({check.location(documents[1].Mark()), "a second YAML document", "keep one in a file"});
    if (documents.empty() || documents.front().IsNull()) return {};
    return check.value(documents.front(), shape).value_or(Value{});
  } catch (const YAML::Exception &error) {
    Location at = check.location(error.mark);
    if (std::optional<Location> tab = tabbedLine(text, file, at.line))
      problems.push_back({*tab, "not valid YAML: a tab in the indentation", "indent with spaces"});
    else
      problems.push_back({std::move(at), "not valid YAML: " + error.msg, {}});
  }
  return {};
}

} // namespace coroguard
