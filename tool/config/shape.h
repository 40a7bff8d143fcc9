// What a configuration file may say, described once: the reader validates against it, the JSON Schema, the start that
// 'coroguard init' writes and the reference in docs/configuration.md are made from it.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace coroguard {

struct Shape {
  enum class Type {
    Mapping,
    List,
    Word,   // one of `words`
    Level,  // one of `words`, or true for "on" and false for "off"
    Truth,
    Number,
    Text,
    Choice, // of alternatives that are of different YAML kinds: scalar, list, mapping
  };
  Type type;
  std::string help = {};      // one sentence, no final stop
  std::string complaint = {}; // says what it must be, when it is something else
  std::string remedy = {};    // for the complaint
  std::vector<std::pair<std::string, Shape>> keys = {}; // of a mapping
  std::string keyPrefix = {};                           // that its keys may have besides
  std::vector<std::string> required = {};               // those of the keys that must be there
  std::string unknownKey = {};                          // complaint with {} for the key
  std::vector<std::pair<std::string, std::string>> movedKeys = {}; // unknown here, and what to write instead
  std::vector<std::string> words = {};
  std::string unknownWord = {}; // complaint with {} for the word; empty: `complaint`
  std::vector<Shape> parts = {}; // the items of a list (one shape), or the alternatives
  bool isShared = false;         // stands in several places, and once in the schema
  bool mayBeEmpty = false;       // "key:" with nothing behind it
};

/// A whole configuration file. It knows every rule of this build and its options.
const Shape &configShape();

/// The words of a level, by what they do: off, on (the rule's own severity), then severityWords.
const std::vector<std::string> &levelWords();

} // namespace coroguard
