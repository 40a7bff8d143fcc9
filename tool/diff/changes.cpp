#include "tool/diff/changes.h"
#include "tool/diff/git.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>

namespace coroguard {
namespace {

using llvm::StringRef;

std::string trimmed(const std::string &text) { return StringRef(text).trim().str(); }

bool fail(std::vector<Problem> &problems, std::string message, std::string remedy, std::string place = {}) {
  problems.push_back({{std::move(place)}, std::move(message), std::move(remedy)});
  return false;
}

bool isShallow(const std::string &folder) {
  return trimmed(askGit(folder, {"rev-parse", "--is-shallow-repository"}).output) == "true";
}

/// Finds the repository and the commit.
bool findBase(const std::string &revision, const std::string &folder, Changes &changes, std::vector<Problem> &problems) {
  GitAnswer top = askGit(folder, {"rev-parse", "--show-toplevel"});
  if (!top.isGood || trimmed(top.output).empty())
    return fail(problems, "--diff needs a git repository: " + (top.error.empty() ? "no work tree" : top.error),
                "run in a clone, or without --diff", folder);
  llvm::SmallString<256> real;
  changes.root = llvm::sys::fs::real_path(trimmed(top.output), real) ? trimmed(top.output) : std::string(real);
  bool shallow = isShallow(changes.root);
  auto name = "'" + revision + "'";
  auto found = askGit(changes.root, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!found.isGood)
    return fail(problems, "--diff: git knows no revision " + name + (shallow ? " in this shallow clone" : ""),
                shallow ? "fetch it: 'git fetch --unshallow', or a deeper checkout in CI" : "name a branch, tag or commit");
  auto base = askGit(changes.root, {"merge-base", trimmed(found.output), "HEAD"});
  changes.commit = trimmed(base.output);
  if (base.isGood && !changes.commit.empty()) return true;
  return fail(problems, "--diff: " + name + " and HEAD have no common commit" + (shallow ? " in this shallow clone" : ""),
              shallow ? "fetch more: 'git fetch --unshallow', or a deeper checkout in CI" : "name another revision");
}

/// Takes the next text that ends with a NUL.
std::string takeWord(StringRef &text) {
  auto [word, rest] = text.split('\0');
  text = rest;
  return word.str();
}

/// `git diff --raw -z`: ":MODE MODE OID OID STATUS", a path, and with renames a second one.
void addChangedFiles(StringRef raw, Changes &changes) {
  auto absolute = [&](const std::string &name) { return changes.root + "/" + name; };
  while (!raw.empty()) {
    llvm::SmallVector<StringRef, 5> fields;
    std::string head = takeWord(raw), path = takeWord(raw);
    StringRef(head).split(fields, ' ');
    if (fields.size() < 5) return;
    if (StringRef(head).contains("160000")) {
      changes.folders.push_back(absolute(path) + "/");
      continue;
    }
    switch (fields[4].front()) {
    case 'A': changes.before[absolute(path)] = ""; break;
    case 'R': {
      std::string now = takeWord(raw);
      changes.before[absolute(now)] = changes.before[absolute(path)] = path;
      changes.renamed[absolute(path)] = absolute(now);
      break;
    }
    default: changes.before[absolute(path)] = path; // modified, deleted, of another type, unmerged
    }
  }
}

/// A name as git prints it in a patch: quoted like a string of C when it has unusual characters.
std::string unquoted(StringRef name) {
  if (!name.consume_front("\"")) return name.rtrim('\t').str();
  std::string result;
  for (name = name.take_front(name.rfind('"')); !name.empty();) {
    char c = name.front();
    name = name.drop_front();
    if (c == '\\' && name.size() >= 3 && llvm::isDigit(name.front())) {
      unsigned code = 0;
      name.take_front(3).getAsInteger(8, code);
      result += static_cast<char>(code);
      name = name.drop_front(3);
    } else if (c == '\\' && !name.empty()) {
      constexpr StringRef letters = "abtnvfr", meanings = "\a\b\t\n\v\f\r";
      size_t index = letters.find(name.front());
      result += index == StringRef::npos ? name.front() : meanings[index];
      name = name.drop_front();
    } else {
      result += c;
    }
  }
  return result;
}

/// "@@ -12,3 +40,2 @@ ..." -> 40, 41.
std::optional<std::pair<unsigned, unsigned>> newLines(StringRef hunk) {
  StringRef range = hunk.split('+').second.take_until([](char c) { return c == ' '; });
  auto [first, count] = range.split(',');
  unsigned from = 0, lines = 1;
  if (first.getAsInteger(10, from) || (!count.empty() && count.getAsInteger(10, lines)) || lines == 0) return std::nullopt;
  return std::pair(from, from + lines - 1);
}

void addUntracked(Changes &changes) {
  std::string listed = askGit(changes.root, {"ls-files", "--others", "--exclude-standard", "-z"}).output;
  for (StringRef rest = listed; !rest.empty();) {
    std::string file = changes.root + "/" + takeWord(rest);
    changes.before.try_emplace(file, "");
    changes.lines[file] = {{1, ~0u}};
  }
}

} // namespace

bool Changes::touches(const Location &location) const {
  auto isBelow = [&](const std::string &folder) { return StringRef(location.file).starts_with(folder); };
  if (llvm::any_of(folders, isBelow)) return true;
  auto file = lines.find(location.file);
  if (file == lines.end()) return false;
  return llvm::any_of(file->second, [&](auto &range) {
    return location.line >= range.first && location.line <= range.second;
  });
}

std::optional<std::string> Changes::contentBefore(const std::string &file) const {
  auto found = before.find(file);
  if (found == before.end() || found->second.empty()) return std::nullopt;
  // With the filters of a checkout: line ends as on the disk.
  GitAnswer answer = askGit(root, {"cat-file", "--filters", commit + ":" + found->second});
  return answer.isGood ? std::optional(std::move(answer.output)) : std::nullopt;
}

void addChangedLines(const std::string &patch, Changes &changes) {
  std::string file;
  bool isHead = true; // between "diff --git" and the first hunk
  for (StringRef rest = patch; !rest.empty();) {
    auto [line, below] = rest.split('\n');
    rest = below;
    if (line.starts_with("diff --git ")) isHead = true;
    if (isHead && line.consume_front("+++ ")) file = unquoted(line);
    if (!line.starts_with("@@ ")) continue;
    isHead = false;
    StringRef name = file;
    if (!name.consume_front("b/")) continue; // /dev/null: deleted
    LineRanges &ranges = changes.lines[changes.root + "/" + name.str()];
    if (auto range = newLines(line)) ranges.push_back(*range);
  }
}

std::optional<Changes> changesSince(const std::string &revision, const std::string &folder,
                                    std::vector<Problem> &problems) {
  Changes changes;
  if (!findBase(revision, folder, changes, problems)) return std::nullopt;
  auto diff = [&](std::vector<std::string> how) {
    std::vector<std::string> words{"-c", "core.quotePath=false", "diff", "--no-color", "--no-ext-diff", "--no-textconv",
                                   "--find-renames", "--no-relative", "--ignore-submodules=none"};
    words.insert(words.end(), how.begin(), how.end());
    words.insert(words.end(), {changes.commit, "--"});
    return askGit(changes.root, words);
  };
  GitAnswer raw = diff({"--raw", "-z", "--no-abbrev"});
  GitAnswer patch = diff({"--unified=0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short"});
  if (!raw.isGood || !patch.isGood) {
    fail(problems, "--diff: git cannot compare: " + (raw.isGood ? patch : raw).error, "run 'git status' to see why");
    return std::nullopt;
  }
  addChangedFiles(raw.output, changes);
  addChangedLines(patch.output, changes);
  addUntracked(changes);
  return changes;
}

} // namespace coroguard
