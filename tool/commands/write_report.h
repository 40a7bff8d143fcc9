// A report to the place that the command line names, for the commands that have one. Inline: every .cpp of this folder is a
// command.
#pragma once
#include "tool/report/reporter.h"
#include "tool/run/problems.h"
#include <llvm/ADT/STLExtras.h>
#include <string>

namespace coroguard {

/// In this format to this file, or, when that is empty, to standard output. False when it cannot be written, which is said.
inline bool writeReport(const Report &report, const std::string &format, const std::string &output) {
  const Reporter *reporter = llvm::find_if(allReporters(), [&](auto &r) { return r.name == format; }).base();
  if (output.empty()) {
    reporter->write(report, llvm::outs());
    llvm::outs().flush();
    return true;
  }
  std::error_code error;
  llvm::raw_fd_ostream file(output, error);
  if (!error) reporter->write(report, file);
  if (error) printProblems({{{output}, "the report cannot be written: " + error.message(), "choose another --output"}});
  return !error;
}

} // namespace coroguard
