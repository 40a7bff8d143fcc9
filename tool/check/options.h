// What a check is asked for: one field per option of the command line.
#pragma once
#include "tool/fix/fix.h"
#include "tool/run/project.h"
#include <thread>

namespace coroguard {

enum class BaselineUse { Compare, Update, Prune };

struct CheckOptions {
  ProjectOptions project;
  IntakeOptions intake;
  std::string format = "text";
  std::string output;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  double timeLimit = 120; // seconds
  FixOptions fix;
  BaselineUse use = BaselineUse::Compare;
  std::string baseline;
  std::string diff;
  std::string profile; // "-": printed
  bool statistics = false;
  bool addSuppressions = false;
  std::string reason;
  bool noLint = false;
  bool exitZero = false;
  bool noIndex = false;
  bool parseForeignBodies = false;
  std::optional<size_t> sharedBy; // units that include the same headers; 0: never; nothing: when it pays
  bool noCache = false;
  bool verbose = false;
  std::string cacheFolder;   // empty: in the project
  uint64_t cacheSize = 1024; // MiB
};

/// To standard error, where reports that programs read are not disturbed.
void note(const llvm::Twine &text);

/// "1 finding is", "2 findings are".
std::string counted(size_t count, const char *one, const char *many);

} // namespace coroguard
