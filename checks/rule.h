// What a rule is: its identity and page, its options, and one function from the solved program to findings.
// A leaf: it includes no rule, and rules include no other rule.
#pragma once
#include "diagnostic.h"
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace coroguard {

class Program;

using OptionValue = std::variant<bool, long, std::string, std::vector<std::string>>;

/// An option, declared once: reading, listing, documenting and validating it all use this object.
struct Option {
  const char *name; // kebab-case
  OptionValue fallback;
  const char *help; // one sentence, no final stop
  std::vector<std::string> words = {}; // of a word option: those it may be
};

/// The configured values of one rule's options.
class OptionValues {
public:
  void set(std::string_view name, OptionValue value) { values.insert_or_assign(std::string(name), std::move(value)); }

  const OptionValue &get(const Option &option) const {
    auto it = values.find(option.name);
    return it == values.end() ? option.fallback : it->second;
  }
  template <class T> const T &get(const Option &option) const { return std::get<T>(get(option)); }
  bool operator==(const OptionValues &) const = default;

private:
  std::map<std::string, OptionValue, std::less<>> values;
};

struct RuleInfo {
  const char *id;      // kebab-case, names the offence
  const char *summary; // one sentence, lower case, no final stop
  const char *since;   // the first version that has it
  Severity severity;
  bool enabledByDefault;
  const char *page; // the Markdown of docs/rules/<id>.md below the generated head
  const char *unsafeFix = nullptr; // what it does and when, a clause; null: the rule has none
};

/// Where a rule's findings go.
class Sink {
public:
  virtual void report(Diagnostic diagnostic) = 0;

protected:
  ~Sink() = default;
};

struct Rule {
  RuleInfo info;
  std::vector<Option> options;
  void (*evaluate)(const Program &program, const OptionValues &options, Sink &sink);
};

} // namespace coroguard
