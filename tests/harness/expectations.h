// What a case file says about itself: trailing comments on the lines where something must be reported.
//   // warn: rule-id "fragment of the message"     a finding of this rule on this line
//   // note: "fragment"                            a note of some finding on this line
//   // missed alarm: rule-id                       should be reported and is not: fails once it is
//   // false alarm: rule-id                        is reported and should not be: fails once it is not
//   // fact: words                                 a line of `coroguard facts` at this place contains the words
// First lines may hold  // flags: -std=c++23 ... ,  // also: -std=c++23 ... (each word once more instead of the standard) and   // for: std asio ...  (replay with tests/mock/<name>).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace coroguard::testing {

struct Expectation {
  enum class Kind { Warn, Note, MissedAlarm, FalseAlarm, Fact } kind = Kind::Warn;
  unsigned line = 0;
  std::string rule;     // Warn, MissedAlarm, FalseAlarm
  std::string fragment; // Warn, Note, Fact
};

struct CaseText {
  std::vector<Expectation> expectations;
  std::vector<std::string> flags; // default: -std=c++20
  std::vector<std::string> mocks; // "for:"; empty: none
  std::vector<std::string> standards; // "also:": other ones in which the findings must be the same
  std::vector<std::string> errors; // malformed markers: "12: ..."
};

CaseText parseCase(std::string_view text);

/// A file of several translation units, parted by lines "//--- name.cpp"; line numbers stay those of the whole file, as
/// every part is padded with empty lines in front.
struct Part {
  std::string name;
  std::string text;
};
std::vector<Part> splitProgram(std::string_view text, const std::string &defaultName);

} // namespace coroguard::testing
