// What coroguard says: a finding of a rule, and a problem that kept it from looking. Leaves: plain values.
#pragma once
#include <compare>
#include <string>
#include <vector>

namespace coroguard {

/// A position in a source file; line and column count from 1, 0 means "the whole file".
struct Location {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  auto operator<=>(const Location &) const = default;
};

enum class Severity { Info, Warning, Error };

/// The words of the configuration and of reports, by severity.
inline constexpr const char *severityWords[] = {"info", "warning", "error"};
constexpr const char *wordOf(Severity severity) { return severityWords[static_cast<int>(severity)]; }

/// A step of the evidence for a finding, printed below it.
struct Note {
  Location location;
  std::string message;
  auto operator<=>(const Note &) const = default;
};

/// The text between two positions of one file is replaced; where they are one, it is put in.
struct Edit {
  Location begin;
  Location end; // behind the last character
  std::string text;
  auto operator<=>(const Edit &) const = default;
};

/// A way to repair a finding, applied as a whole or not at all. A safe one changes nothing that the program does.
struct Fix {
  std::string title; // what it does, imperative, lower case, no final stop
  bool isSafe = false;
  std::vector<Edit> edits = {}; // in one file each, no two of them overlap
  auto operator<=>(const Fix &) const = default;
};

/// One finding. The message is lower case, has no final stop, names the offender and says the consequence.
struct Diagnostic {
  std::string rule = {};
  Severity severity = Severity::Warning;
  Location location = {};
  std::string message = {};
  std::vector<Note> notes = {};
  std::vector<Fix> fixes = {}; // each repairs it alone; the first is the one to apply unasked
  std::string function = {};    // the one around it, by its name for people; set by tool/identity, as is
  std::string fingerprint = {}; // what it is recognised by when lines have moved
};

/// Something that could not be read or analysed: a broken model, a missing compile database, a translation unit that
/// crashed the front end. It never stops the rest of a run, and it makes the exit code 2.
struct Problem {
  Location location; // file may be empty: the problem is not about a file
  std::string message;
  std::string remedy; // what to do, one short sentence; may be empty
  bool operator==(const Problem &) const = default;
};

} // namespace coroguard
