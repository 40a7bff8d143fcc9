#include "tool/config/json_schema.h"
#include "tool/config/shape.h"
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

namespace coroguard {
namespace {

namespace json = llvm::json;
using Type = Shape::Type;

json::Object schemaOf(const Shape &shape);

/// YAML 1.1 reads on, off, yes and no as truths, YAML 1.2 as words.
json::Array truths() { return json::Array{true, false, "on", "off", "yes", "no"}; }

json::Object mapping(const Shape &shape) {
  json::Object keys;
  for (const auto &[name, inner] : shape.keys)
    keys[name] = inner.isShared ? json::Object{{"$ref", "#/definitions/" + name}} : schemaOf(inner);
  if (!shape.keyPrefix.empty()) // such a mapping is shared, and its keys have one description
    for (const auto &[name, inner] : shape.keys)
      keys[shape.keyPrefix + name] = json::Object{{"$ref", "#/definitions/rules/properties/" + name}};
  json::Object schema{{"properties", std::move(keys)}, {"additionalProperties", false}};
  if (!shape.required.empty()) schema["required"] = json::Array(shape.required);
  return schema;
}

json::Object withoutHelp(const Shape &shape) {
  switch (shape.type) {
  case Type::Mapping:
    return mapping(shape);
  case Type::List:
    return json::Object{{"items", schemaOf(shape.parts.front())}};
  case Type::Word:
    return json::Object{{"enum", json::Array(shape.words)}};
  case Type::Level: {
    json::Array words = truths();
    for (const std::string &word : shape.words)
      if (word != "on" && word != "off") words.push_back(word);
    return json::Object{{"enum", std::move(words)}};
  }
  case Type::Truth:
    return json::Object{{"enum", truths()}};
  case Type::Number:
    return json::Object{{"type", "integer"}};
  case Type::Text:
    return json::Object{{"type", "string"}, {"minLength", 1}};
  case Type::Choice: {
    json::Array parts;
    for (const Shape &part : shape.parts) parts.push_back(schemaOf(part));
    return json::Object{{"anyOf", std::move(parts)}};
  }
  }
  return {};
}

json::Object schemaOf(const Shape &shape) {
  json::Object schema = withoutHelp(shape);
  if (shape.type == Type::Mapping || shape.type == Type::List) {
    const char *type = shape.type == Type::Mapping ? "object" : "array";
    if (shape.mayBeEmpty) schema["type"] = json::Array{type, "null"};
    else schema["type"] = type;
  }
  if (!shape.help.empty()) schema["description"] = shape.help;
  return schema;
}

} // namespace

std::string configSchema() {
  json::Object schema = schemaOf(configShape());
  json::Object definitions;
  for (const auto &[name, inner] : configShape().keys)
    if (inner.isShared) definitions[name] = schemaOf(inner);
  schema["definitions"] = std::move(definitions);
  schema["$schema"] = "http://json-schema.org/draft-07/schema#"; // what editors' YAML servers know
  schema["title"] = ".coroguard.yaml";
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::formatv("{0:2}", json::Value(std::move(schema))) << '\n';
  return text;
}

} // namespace coroguard
