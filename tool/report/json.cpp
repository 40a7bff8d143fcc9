// One JSON object, for scripts. The shape, stable under its version; keys may be added, none is ever left
// out:
//   {"version": 1,
//    "findings": [{"rule", "severity": "info"|"warning"|"error", "message", "file", "line", "column",
//                  "function", "fingerprint",
//                  "notes": [{"message", "file", "line", "column"}],
//                  "fixes": [{"title", "applicability": "safe"|"unsafe",
//                             "edits": [{"file", "line", "column", "endLine", "endColumn", "text"}]}]}],
//    "problems": [{"message", "remedy", "file", "line", "column"}],
//    "summary": {"findings", "fixed", "files", "units", "problems", "covered", "gone", "unchanged"}}
// `covered` findings are in the baseline, `gone` entries of it did not come up, `unchanged` findings are left out by --diff.
// Files are absolute; lines and columns count from 1, columns in bytes; 0 is "the whole file", "" is "no
// file".
#include "tool/report/reporter.h"
#include <llvm/Support/JSON.h>
#include <set>

namespace coroguard {
namespace {

using llvm::json::OStream;

/// JSON is UTF-8; names and messages may hold other bytes.
std::string utf8(const std::string &text) {
  return llvm::json::isUTF8(text) ? text : llvm::json::fixUTF8(text);
}

void writeLocation(OStream &json, const Location &location) {
  json.attribute("file", utf8(location.file));
  json.attribute("line", location.line);
  json.attribute("column", location.column);
}

void writeFix(OStream &json, const Fix &fix) {
  json.attribute("title", utf8(fix.title));
  json.attribute("applicability", fix.isSafe ? "safe" : "unsafe");
  json.attributeArray("edits", [&] {
    for (const Edit &edit : fix.edits)
      json.object([&] {
        writeLocation(json, edit.begin);
        json.attribute("endLine", edit.end.line);
        json.attribute("endColumn", edit.end.column);
        json.attribute("text", utf8(edit.text));
      });
  });
}

void writeFinding(OStream &json, const Diagnostic &diagnostic) {
  json.attribute("rule", diagnostic.rule);
  json.attribute("severity", wordOf(diagnostic.severity));
  json.attribute("message", utf8(diagnostic.message));
  writeLocation(json, diagnostic.location);
  json.attribute("function", utf8(diagnostic.function));
  json.attribute("fingerprint", diagnostic.fingerprint);
  json.attributeArray("notes", [&] {
    for (const Note &note : diagnostic.notes)
      json.object([&] {
        json.attribute("message", utf8(note.message));
        writeLocation(json, note.location);
      });
  });
  json.attributeArray("fixes", [&] {
    for (const Fix &fix : diagnostic.fixes) json.object([&] { writeFix(json, fix); });
  });
}

void writeSummary(OStream &json, const Report &report) {
  std::set<std::string_view> files;
  for (const Diagnostic &diagnostic : report.diagnostics) files.insert(diagnostic.location.file);
  json.attribute("findings", static_cast<int64_t>(report.diagnostics.size()));
  json.attribute("fixed", static_cast<int64_t>(report.fixed));
  json.attribute("files", static_cast<int64_t>(files.size()));
  json.attribute("units", static_cast<int64_t>(report.units));
  json.attribute("problems", static_cast<int64_t>(report.problems.size()));
  json.attribute("covered", static_cast<int64_t>(report.covered));
  json.attribute("gone", static_cast<int64_t>(report.gone));
  json.attribute("unchanged", static_cast<int64_t>(report.unchanged));
}

void writeReport(const Report &report, llvm::raw_ostream &out) {
  OStream json(out, 2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("findings", [&] {
      for (const Diagnostic &diagnostic : report.diagnostics)
        json.object([&] { writeFinding(json, diagnostic); });
    });
    json.attributeArray("problems", [&] {
      for (const Problem &problem : report.problems)
        json.object([&] {
          json.attribute("message", utf8(problem.message));
          json.attribute("remedy", utf8(problem.remedy));
          writeLocation(json, problem.location);
        });
    });
    json.attributeObject("summary", [&] { writeSummary(json, report); });
  });
  json.flush();
  out << '\n';
}

} // namespace

Reporter jsonReporter() { return {"json", writeReport}; }

} // namespace coroguard
