// What to analyse: compile commands from a database or from flags on the command line, made fit for our front end.
#pragma once
#include "diagnostic.h"
#include <string>
#include <vector>

namespace coroguard {

/// One translation unit to analyse. Paths are absolute and normalised.
struct Unit {
  std::string file;
  std::string directory;
  std::vector<std::string> arguments; // argv of a clang++ -fsyntax-only call, program name first
  bool keepsLinks = false;            // files are named as they are reached, and not by their real paths
};

struct IntakeOptions {
  std::string buildDirectory;          // -p; empty: look for compile_commands.json from each path upwards, then build/
  std::vector<std::string> paths;      // files and folders; empty: every unit of the database
  std::vector<std::string> flags;      // behind --; with hasFlags no database is read
  bool hasFlags = false;
  std::vector<std::string> excluded;   // absolute path prefixes from the configuration
  bool skipsUnlisted = false;          // files that the database does not hold or that are excluded are no problem
};

struct Intake {
  std::vector<Unit> units; // sorted by file, one per file and distinct command
  std::vector<Problem> problems;
  std::string databaseFolder; // of the first compile database; empty without one
  bool isPartial = false;     // the databases hold units that were not asked for
  std::vector<Unit> others;   // these units, as far as they can be analysed
  std::vector<std::string> skipped; // files that were asked for and are left out, and why: "FILE is ..."; see skipsUnlisted
};

/// Finds and repairs the compile commands. Never throws; everything that is wrong is a problem with a remedy.
Intake takeIn(const IntakeOptions &options);

/// A compiler's command line as our front end wants it: no outputs, no dependency files, no precompiled headers, no
/// options that only g++ knows, no -Werror; warnings off; our resource directory. Pure, for tests.
std::vector<std::string> repairArguments(std::vector<std::string> arguments, const std::string &resourceDirectory);

/// The folder of Clang's own headers (stddef.h ...) of the LLVM this binary is linked with.
std::string resourceDirectory();

} // namespace coroguard
