// The file: JSON, one object a line, so that git merges it line by line. First the version, then an entry per finding.
#include "tool/baseline/baseline.h"
#include "tool/files/json_depth.h"
#include "tool/identity/fingerprint.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>

namespace coroguard {
namespace {

using llvm::StringRef;

constexpr int64_t version = 1;
constexpr const char *versionKey = "coroguard-baseline";
constexpr const char *makeAnew = "remove the file and write it with 'coroguard baseline update'";

constexpr const char *conflictMarks[] = {"<<<<<<<", "=======", ">>>>>>>", "|||||||"};

/// The members that an entry's line holds, in the file's order.
constexpr std::pair<const char *, std::string BaselineEntry::*> members[] = {
    {"file", &BaselineEntry::file},       {"rule", &BaselineEntry::rule},
    {"function", &BaselineEntry::function}, {"message", &BaselineEntry::message},
    {"fingerprint", &BaselineEntry::fingerprint}};

class Reader {
public:
  Reader(const std::string &file, std::vector<Problem> &problems) : file(file), problems(problems) {}

  std::optional<Baseline> read(StringRef text) {
    Baseline entries;
    bool hasHead = false;
    while (!text.empty()) {
      auto [line, rest] = text.split('\n');
      text = rest;
      ++number;
      line = line.trim();
      if (line.empty()) continue;
      if (!(hasHead ? addEntry(line, entries) : isHead(line))) return std::nullopt;
      hasHead = true;
    }
    if (!hasHead) {
      complain("not a baseline of coroguard: the file is empty", makeAnew);
      return std::nullopt;
    }
    return entries;
  }

private:
  bool complain(const std::string &message, const char *remedy, unsigned column = 1) {
    problems.push_back({{file, std::max(1u, number), column}, message, remedy});
    return false;
  }

  std::optional<llvm::json::Object> objectOf(StringRef line) {
    auto begins = [&](const char *text) { return line.starts_with(text); };
    if (llvm::any_of(conflictMarks, begins)) {
      complain("an unresolved merge conflict", "keep the lines of both sides, then run 'coroguard baseline prune'");
      return std::nullopt;
    }
    if (std::optional<size_t> bracket = tooDeepJson(std::string_view(line))) {
      complain("not a line of a baseline: its brackets are nested too deep", makeAnew, unsigned(*bracket + 1));
      return std::nullopt;
    }
    auto value = llvm::json::parse(line);
    llvm::json::Object *object = value ? value->getAsObject() : nullptr;
    if (object) return std::move(*object);
    std::string reason = value ? "not a JSON object" : llvm::toString(value.takeError());
    unsigned column = 1; // LLVM begins with "[line:column, byte=offset]: "
    if (auto [place, said] = StringRef(reason).split("]: "); place.consume_front("[1:") && !said.empty()) {
      place.split(',').first.getAsInteger(10, column);
      reason = said.str();
    }
    complain("not a line of a baseline: " + reason, makeAnew, std::max(1u, column));
    return std::nullopt;
  }

  bool isHead(StringRef line) {
    auto object = objectOf(line);
    if (!object) return false;
    auto found = object->getInteger(versionKey);
    if (!found) return complain("not a baseline of coroguard: its first line does not tell the version", makeAnew);
    if (*found != version)
      return complain("a baseline of version " + std::to_string(*found) + ", and this coroguard reads version " +
                          std::to_string(version), makeAnew);
    return true;
  }

  bool addEntry(StringRef line, Baseline &entries) {
    auto object = objectOf(line);
    if (!object) return false;
    if (object->get(versionKey)) return isHead(line); // a union of two files
    BaselineEntry entry;
    for (auto [name, member] : members) {
      auto text = object->getString(name);
      if (!text) return complain(std::string("an entry without \"") + name + "\"", makeAnew);
      entry.*member = text->str();
    }
    if (!isFingerprint(entry.fingerprint))
      return complain("'" + entry.fingerprint + "' is no fingerprint of a finding", makeAnew);
    entries.push_back(std::move(entry));
    return true;
  }

  const std::string &file;
  std::vector<Problem> &problems;
  unsigned number = 0;
};

} // namespace

std::optional<Baseline> readBaseline(const std::string &file, std::vector<Problem> &problems) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer) {
    problems.push_back({{file}, "the baseline cannot be read: " + buffer.getError().message(),
                        "write it with 'coroguard baseline update'"});
    return std::nullopt;
  }
  std::optional<Baseline> entries = Reader(file, problems).read((*buffer)->getBuffer());
  if (entries) llvm::sort(*entries);
  return entries;
}

std::string baselineText(const Baseline &baseline) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "{\"" << versionKey << "\":" << version << "}\n";
  for (const BaselineEntry &entry : baseline) {
    llvm::json::OStream json(out);
    json.object([&] {
      for (auto [name, member] : members) json.attribute(name, entry.*member);
    });
    json.flush();
    out << '\n';
  }
  return out.str();
}

} // namespace coroguard
