// A YAML file as far as it fits a shape: what does not is a problem at its place, and left out.
#pragma once
#include "diagnostic.h"
#include "tool/config/shape.h"
#include <map>
#include <optional>
#include <string_view>

namespace coroguard {

struct Value {
  Location at = {};              // of a list or mapping its key, if it has one; else of itself
  std::string text = {};         // a scalar; "on" and "off" for the truths of a level
  std::vector<Value> items = {}; // of a list
  std::vector<std::pair<std::string, Value>> entries = {}; // of a mapping, in the order of the file
  Shape::Type type = Shape::Type::Mapping;            // of a choice: the chosen one

  /// The entry with this key, or null.
  const Value *find(std::string_view key) const;
};

/// Reads a text. `file` is its name in problems. Never throws.
Value readValue(std::string_view text, const std::string &file, const Shape &shape, std::vector<Problem> &problems);

} // namespace coroguard
