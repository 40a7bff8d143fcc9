// SARIF 2.1.0, for code scanning services. Names below are those of the standard.
#include "rules/table.h"
#include "tool/inspect/embedded_pages.h"
#include "tool/report/reporter.h"
#include "tool/report/source_text.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/JSON.h>
#include <map>

#ifndef COROGUARD_VERSION
#define COROGUARD_VERSION "0.0.0"
#endif

#ifndef COROGUARD_DOCS_URL
#define COROGUARD_DOCS_URL ""
#endif

namespace coroguard {
namespace {

using llvm::StringRef;
using llvm::json::OStream;

constexpr StringRef homepage = COROGUARD_DOCS_URL;
constexpr const char *schema = "https://json.schemastore.org/sarif-2.1.0.json";
// GitHub rejects files beyond these limits.
constexpr size_t mostResults = 25'000;
constexpr size_t mostLocations = 1'000; // of a result; a chain of them is well below the 10,000 steps of a thread flow
constexpr const char *baseId = "SRCROOT"; // the current folder

std::string utf8(StringRef text) { return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text); }

/// A path as a URI's path (RFC 3986): everything but unreserved characters and '/' is percent-encoded.
std::string percentEncoded(StringRef path) {
  std::string uri;
  for (unsigned char c : path) {
    if (llvm::isAlnum(static_cast<char>(c)) || StringRef("-._~/").contains(static_cast<char>(c)))
      uri += static_cast<char>(c);
    else
      uri += "%" + llvm::utohexstr(c, /*LowerCase=*/false, /*Width=*/2);
  }
  return uri;
}

const char *levelOf(Severity severity) { return severity == Severity::Info ? "note" : wordOf(severity); }

/// Our columns count bytes; SARIF's, as every viewer reads them, count UTF-16 code units.
unsigned utf16Column(StringRef line, unsigned column) {
  unsigned units = 1;
  for (char byte : line.take_front(column - 1)) {
    unsigned char c = static_cast<unsigned char>(byte);
    if ((c & 0xC0) != 0x80) units += c >= 0xF0 ? 2 : 1;
  }
  return line.size() < column - 1 ? units + column - 1 - static_cast<unsigned>(line.size()) : units;
}

/// The most severe findings, as many as a run may have, in their order.
std::vector<const Diagnostic *> listed(const std::vector<Diagnostic> &diagnostics) {
  std::vector<const Diagnostic *> all;
  for (const Diagnostic &diagnostic : diagnostics) all.push_back(&diagnostic);
  if (all.size() <= mostResults) return all;
  std::stable_sort(all.begin(), all.end(), [](auto *a, auto *b) { return a->severity > b->severity; });
  all.resize(mostResults);
  std::sort(all.begin(), all.end()); // they lie in one vector
  return all;
}

/// The notes, or the first and the last of them with a word about the others.
std::vector<Note> fewEnough(const std::vector<Note> &notes) {
  if (notes.size() < mostLocations) return notes;
  size_t half = (mostLocations - 2) / 2, left = notes.size() - 2 * half;
  std::vector<Note> few(notes.begin(), notes.begin() + static_cast<ptrdiff_t>(half));
  few.push_back({notes[half].location, std::to_string(left) + " more steps left out"});
  few.insert(few.end(), notes.end() - static_cast<ptrdiff_t>(half), notes.end());
  return few;
}

class SarifWriter {
public:
  SarifWriter(const Report &report, llvm::raw_ostream &out) : report(report), out(out), json(out, 2) {}

  void run() {
    for (const Diagnostic &diagnostic : report.diagnostics) ruleIndex.try_emplace(diagnostic.rule, 0);
    for (auto [index, entry] : llvm::enumerate(ruleIndex)) entry.second = static_cast<int64_t>(index);
    json.object([&] {
      json.attribute("$schema", schema);
      json.attribute("version", "2.1.0");
      json.attributeArray("runs", [&] { json.object([&] { writeRun(); }); });
    });
    json.flush();
    out << '\n';
  }

private:
  void writeRun() {
    json.attributeObject("tool", [&] { json.attributeObject("driver", [&] { writeDriver(); }); });
    json.attributeArray("invocations", [&] { json.object([&] { writeInvocation(); }); });
    json.attributeObject("originalUriBaseIds", [&] {
      json.attributeObject(baseId, [&] {
        json.attribute("uri",
                       "file://" + percentEncoded(source.folder()) + (source.folder() == "/" ? "" : "/"));
      });
    });
    json.attribute("columnKind", "utf16CodeUnits");
    json.attributeArray("results", [&] {
      for (const Diagnostic *diagnostic : listed(report.diagnostics)) json.object([&] { writeResult(*diagnostic); });
    });
  }

  void writeDriver() {
    json.attribute("name", "coroguard");
    json.attribute("version", COROGUARD_VERSION);
    json.attribute("semanticVersion", COROGUARD_VERSION);
    if (!homepage.empty()) json.attribute("informationUri", homepage);
    json.attributeArray("rules", [&] {
      for (const auto &[id, index] : ruleIndex) json.object([&] { writeRule(id); });
    });
  }

  /// A finding's id need not be a rule of the table: `unused-suppression` is made outside of it.
  void writeRule(const std::string &id) {
    const RegisteredRule *found = findRule(id);
    json.attribute("id", id);
    json.attributeObject("shortDescription",
                         [&] { json.attribute("text", found ? found->rule.info.summary : id); });
    if (!found) {
      if (auto page = sectionAbout(suppressionsPage(), id)) writeHelp(*page);
      return;
    }
    const RuleInfo &info = found->rule.info;
    writeHelp(info.page);
    json.attributeObject("defaultConfiguration", [&] {
      json.attribute("enabled", info.enabledByDefault);
      json.attribute("level", levelOf(info.severity));
    });
    json.attributeObject("properties",
                         [&] { json.attributeArray("tags", [&] { json.value(found->group); }); });
  }

  void writeHelp(StringRef page) {
    json.attributeObject("help", [&] {
      json.attribute("text", page.trim());
      json.attribute("markdown", page.trim());
    });
  }

  void writeInvocation() {
    json.attribute("executionSuccessful", report.problems.empty());
    json.attributeArray("toolExecutionNotifications", [&] {
      for (const Problem &problem : report.problems) json.object([&] { writeProblem(problem); });
      if (report.diagnostics.size() > mostResults) json.object([&] { writeLeftOut(); });
    });
  }

  void writeLeftOut() {
    json.attribute("level", "warning");
    writeMessage(std::to_string(report.diagnostics.size() - mostResults) + " findings are left out: a run of SARIF may have " +
                 std::to_string(mostResults) + "; use a baseline, or fewer rules");
  }

  void writeProblem(const Problem &problem) {
    json.attribute("level", "error");
    writeMessage(sentence(problem));
    if (problem.location.file.empty()) return;
    json.attributeArray("locations", [&] { json.object([&] { writePhysical(problem.location); }); });
  }

  void writeResult(const Diagnostic &diagnostic) {
    json.attribute("ruleId", diagnostic.rule);
    json.attribute("ruleIndex", ruleIndex.at(diagnostic.rule));
    json.attribute("level", levelOf(diagnostic.severity));
    writeMessage(diagnostic.message);
    json.attributeArray("locations", [&] { json.object([&] { writePhysical(diagnostic.location); }); });
    json.attributeObject("partialFingerprints", [&] {
      for (const char *key : {"coroguard/v1", "primaryLocationLineHash"}) // the second is what GitHub looks for
        json.attribute(key, diagnostic.fingerprint);
    });
    if (!diagnostic.fixes.empty()) writeFixes(diagnostic);
    std::vector<Note> notes = fewEnough(diagnostic.notes);
    if (notes.empty()) return;
    json.attributeArray("relatedLocations", [&] {
      for (auto [index, note] : llvm::enumerate(notes))
        json.object([&] { writeRelated(static_cast<int64_t>(index + 1), note); });
    });
    writeChain(diagnostic, notes);
  }

  void writeFixes(const Diagnostic &diagnostic) {
    json.attributeArray("fixes", [&] {
      for (const Fix &fix : diagnostic.fixes)
        if (!fix.edits.empty()) json.object([&] { writeFix(fix); });
    });
  }

  void writeFix(const Fix &fix) {
    json.attributeObject("description", [&] { json.attribute("text", utf8(fix.title)); });
    json.attributeArray("artifactChanges", [&] {
      json.object([&] {
        json.attributeObject("artifactLocation", [&] { writeArtifact(fix.edits.front().begin.file); });
        json.attributeArray("replacements", [&] {
          for (const Edit &edit : fix.edits) json.object([&] { writeReplacement(edit); });
        });
      });
    });
    json.attributeObject("properties", [&] { json.attribute("applicability", fix.isSafe ? "safe" : "unsafe"); });
  }

  void writeReplacement(const Edit &edit) {
    json.attributeObject("deletedRegion", [&] {
      json.attribute("startLine", edit.begin.line);
      json.attribute("startColumn", utf16Column(source.line(edit.begin), edit.begin.column));
      json.attribute("endLine", edit.end.line);
      json.attribute("endColumn", utf16Column(source.line(edit.end), edit.end.column));
    });
    json.attributeObject("insertedContent", [&] { json.attribute("text", utf8(edit.text)); });
  }

  void writeRelated(int64_t id, const Note &note) {
    json.attribute("id", id);
    writePhysical(note.location);
    writeMessage(note.message);
  }

  /// The finding and its notes, in order, as the steps that lead to the offence.
  void writeChain(const Diagnostic &diagnostic, const std::vector<Note> &notes) {
    auto writeStep = [&](const Location &location, const std::string &message) {
      json.object([&] {
        json.attributeObject("location", [&] {
          writePhysical(location);
          writeMessage(message);
        });
      });
    };
    auto writeSteps = [&] {
      writeStep(diagnostic.location, diagnostic.message);
      for (const Note &note : notes) writeStep(note.location, note.message);
    };
    json.attributeArray("codeFlows", [&] {
      json.object([&] {
        json.attributeArray("threadFlows",
                            [&] { json.object([&] { json.attributeArray("locations", writeSteps); }); });
      });
    });
  }

  void writeMessage(const std::string &text) {
    json.attributeObject("message", [&] { json.attribute("text", utf8(text)); });
  }

  void writePhysical(const Location &location) {
    json.attributeObject("physicalLocation", [&] {
      json.attributeObject("artifactLocation", [&] { writeArtifact(location.file); });
      if (location.line == 0) return;
      json.attributeObject("region", [&] {
        json.attribute("startLine", location.line);
        if (location.column > 0)
          json.attribute("startColumn", utf16Column(source.line(location), location.column));
      });
    });
  }

  void writeArtifact(StringRef file) {
    StringRef name = source.displayName(file);
    bool isRelative = name.size() < file.size();
    json.attribute("uri", (isRelative || !file.starts_with("/") ? "" : "file://") + percentEncoded(name));
    if (isRelative) json.attribute("uriBaseId", baseId);
  }

  const Report &report;
  llvm::raw_ostream &out;
  OStream json;
  SourceText source;
  std::map<std::string, int64_t> ruleIndex;
};

} // namespace

Reporter sarifReporter() {
  return {"sarif", [](const Report &report, llvm::raw_ostream &out) { SarifWriter(report, out).run(); }};
}

} // namespace coroguard
