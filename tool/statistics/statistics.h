// Findings counted by rule, severity and folder.
#pragma once
#include "diagnostic.h"
#include <llvm/Support/raw_ostream.h>
#include <map>
#include <string>

namespace coroguard {

struct Statistics {
  std::map<std::string, size_t> byRule;
  std::map<std::string, size_t> byFolder; // below the project's root; "." is the root itself
  size_t bySeverity[3] = {};
};

Statistics count(const std::vector<Diagnostic> &findings, const std::string &projectRoot);

/// Tables, the largest counts first.
void print(const Statistics &statistics, double seconds, llvm::raw_ostream &out);

} // namespace coroguard
