// A report to the place that the command line names, for the commands that have one. Inline: every .cpp of this folder is a
// command.
#pragma once
#include "tool/files/write.h"
#include "tool/report/reporter.h"
#include "tool/run/problems.h"
#include <llvm/ADT/STLExtras.h>
#include <string>

namespace coroguard {

/// To this file, or, when that is empty, to standard output. False when it cannot be written, which is said.
inline bool writeText(const std::string &text, const std::string &output) {
  if (output.empty()) {
    llvm::outs() << text;
    return flushOutput();
  }
  std::error_code error = writeFile(output, text);
  if (error) printProblems({{{output}, "the report cannot be written: " + error.message(), "choose another --output"}});
  return !error;
}

/// In this format to this file, or, when that is empty, to standard output. False when it cannot be written, which is said.
inline bool writeReport(const Report &report, const std::string &format, const std::string &output) {
  const Reporter *reporter = llvm::find_if(allReporters(), [&](auto &r) { return r.name == format; }).base();
  std::string text;
  llvm::raw_string_ostream out(text);
  reporter->write(report, out);
  out.flush();
  return writeText(text, output);
}

} // namespace coroguard
