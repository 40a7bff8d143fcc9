// A compiler's command line, made fit for our front end: what writes files, loads another compiler's binary
// files, reads or writes profile data or is known to g++ only is left out.
#include "tool/intake/units.h"
#include <algorithm>
#include <clang/Basic/Version.h>
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

using llvm::StringRef;
using Arguments = std::vector<std::string>;

constexpr StringRef launchers[] = {"ccache", "sccache",    "distcc", "icecc",
                                   "icerun", "buildcache", "gomacc", "rewrapper"};

// Options that stand alone.
constexpr StringRef droppedWords[] = {
    "-c",
    "-S",
    "-E",
    "-v",
    "-H",
    "-###",
    "-fsyntax-only",
    "-w",
    "-Qunused-arguments", // what to do with the result
    "-M",
    "-MM",
    "-MD",
    "-MMD",
    "-MP",
    "-MG",
    "-MV", // dependency files
    "-Winvalid-pch",
    "-fpch-preprocess",
    "-fno-pch-timestamp", // precompiled headers
    "-fbranch-probabilities",
    "-ftest-coverage",
    "-coverage",
    "--coverage", // profile data, see also below
    "-pedantic-errors",
    "-Wfatal-errors",
    "-ftime-report", // what our users did not ask
    "-fcoroutines",
    "-fmodules-ts",
    "-fno-modules-ts",
    "-freflection", // g++ only: the language
    "-fno-gnu-unique",
    "-fno-canonical-system-headers",
    "-fcanonical-system-headers",
    "-fimplicit-constexpr",
    "-fno-implicit-constexpr",
    "-fext-numeric-literals",
    "-fno-ext-numeric-literals",
    "-fextended-identifiers",
    "-fno-enforce-eh-specs",
    "-fstrong-eval-order",
    "-fno-nonansi-builtins",
    "-fno-pretty-templates",
    "-fanalyzer",
    "-fno-analyzer",
    "-fstack-clash-protection-strict",
    "-fhardened",
    "-maccumulate-outgoing-args",
    "-mindirect-branch-register",
    "-mskip-rax-setup",
    "-mno-fp-ret-in-387",
    "-mfp-ret-in-387",
    "-mno-avx256-split-unaligned-load",
    "-mno-avx256-split-unaligned-store",
    "-mno-sched-prolog",
    "-mno-align-long-strings",
};

// Options that are dropped whatever follows in the same word.
constexpr StringRef droppedPrefixes[] = {
    "-Werror",
    "-fdiagnostics-",
    "-fno-diagnostics-",
    "-fcolor-diagnostics",
    "-fno-color-diagnostics",
    "-fmessage-length=",
    "-fmax-errors=",
    "-ferror-limit=",
    "-ftime-trace",
    "-save-temps",
    "--save-temps",
    "-Wp,-M",
    "-fprofile",
    "-fno-profile",
    "-fcs-profile",
    "-fauto-profile",
    "-fmemory-profile",
    "-fcoverage-",
    "-fplugin",
    "-fpass-plugin",
    "-fconcepts",
    "-fno-concepts",
    "-fmodule-mapper=",
    "-fmodule-only",
    "-fno-module-lazy",
    "-fdeps-",
    "-fcontract",
    "-fabi-compat-version=",
    "-fconstexpr-cache-depth=",
    "-fconstexpr-loop-limit=",
    "-fconstexpr-ops-limit=",
    "-fdump-",
    "-fopt-info",
    "-fcallgraph-info",
    "-fcompare-debug",
    "-fanalyzer-",
    "-fipa-",
    "-fno-ipa-",
    "-fira-",
    "-fno-ira-",
    "-fgcse",
    "-fno-gcse",
    "-ftree-",
    "-fno-tree-",
    "-fisolate-erroneous-paths",
    "-flto-partition",
    "-flto-compression-level",
    "-fuse-linker-plugin",
    "-fno-use-linker-plugin",
    "-fharden-",
    "-fvar-tracking",
    "-fno-var-tracking",
    "-fsched-",
    "-fno-sched-",
    "-mindirect-branch=",
    "-mfunction-return=",
    "-mpreferred-stack-boundary=",
    "-mstringop-strategy=",
    "-mmemcpy-strategy=",
    "-mmemset-strategy=",
    "-mveclibabi=",
};

// Options whose value is the rest of the word or, behind nothing more, the next word.
constexpr StringRef droppedWithValue[] = {"-o",
                                          "-MF",
                                          "-MT",
                                          "-MQ",
                                          "-MJ",
                                          "-include-pch",
                                          "-resource-dir",
                                          "-dumpdir",
                                          "-dumpbase-ext",
                                          "-dumpbase",
                                          "-serialize-diagnostics",
                                          "--serialize-diagnostics"};

// Options of cc1 that take a further -Xclang value and bring in another compiler's or a plugin's binary.
constexpr StringRef droppedOfFrontEnd[] = {"-include-pch", "-load",     "-add-plugin",
                                           "-plugin",      "-emit-pch", "-fno-pch-timestamp"};

bool startsWithAny(StringRef word, llvm::ArrayRef<StringRef> prefixes) {
  return llvm::any_of(prefixes, [&](StringRef prefix) { return word.starts_with(prefix); });
}

bool isLauncher(StringRef program) { return llvm::is_contained(launchers, llvm::sys::path::stem(program)); }

/// `ccache compiler_check=content g++ ...`, `env A=b g++ ...`, `cmake -E env A=b ccache g++ ...` -> `g++ ...`
void dropLaunchers(Arguments &arguments) {
  auto first = arguments.begin();
  while (arguments.end() - first > 1) {
    StringRef name = llvm::sys::path::stem(*first);
    bool isCMake = name == "cmake" && arguments.end() - first > 3 && first[1] == "-E" && first[2] == "env";
    if (!isLauncher(*first) && name != "env" && !isCMake) break;
    first += isCMake ? 3 : 1;
    auto isSetting = [](StringRef word) { return word.contains('=') || word.starts_with("-"); };
    while (arguments.end() - first > 1 && isSetting(*first)) ++first;
  }
  arguments.erase(arguments.begin(), first);
}

/// Reads a command line word by word; each step either keeps, rewrites or drops what stands at the cursor.
class Repair {
public:
  explicit Repair(const Arguments &arguments) : from(arguments) {}

  Arguments run() {
    if (!from.empty()) kept.push_back(from[at++]);
    while (at < from.size() && from[at] != "--") step();
    return std::move(kept);
  }
  /// `--` and the inputs behind it; options must stay in front of it.
  Arguments rest() const {
    size_t first = std::min(at, from.size()); // a last option without its value moved the cursor too far
    return {from.begin() + static_cast<std::ptrdiff_t>(first), from.end()};
  }

private:
  void step() {
    StringRef word = from[at];
    if (word == "-Xclang" && at + 1 < from.size()) return frontEndOption();
    if (llvm::is_contained(droppedWords, word) || startsWithAny(word, droppedPrefixes)) {
      ++at;
      return;
    }
    if (const StringRef *option =
            llvm::find_if(droppedWithValue, [&](StringRef o) { return word.starts_with(o); });
        option != std::end(droppedWithValue)) {
      at += word == *option ? 2 : 1;
      return;
    }
    if (word.starts_with("-include") || word.starts_with("--include=")) return forcedInclude(word);
    kept.push_back(from[at++]);
  }

  void frontEndOption() {
    StringRef option = from[at + 1];
    bool hasValue = at + 3 < from.size() && from[at + 2] == "-Xclang" && option != "-emit-pch" &&
                    option != "-fno-pch-timestamp";
    if (llvm::is_contained(droppedOfFrontEnd, option) || option.starts_with("-plugin-arg-")) {
      at += hasValue ? 4 : 2;
      return;
    }
    if (!option.starts_with("-fprofile-")) kept.insert(kept.end(), {from[at], from[at + 1]});
    at += 2;
  }

  /// The driver would look for a precompiled form of the header next to it and take one that another compiler
  /// wrote; the front end itself does not.
  void forcedInclude(StringRef word) {
    StringRef header = word;
    bool separate = word == "-include" || word == "--include";
    if (separate && at + 1 >= from.size()) {
      ++at;
      return;
    }
    if (separate)
      header = from[at + 1];
    else if (!header.consume_front("--include="))
      header.consume_front("-include");
    kept.insert(kept.end(), {"-Xclang", "-include", "-Xclang", header.str()});
    at += separate ? 2 : 1;
  }

  const Arguments &from;
  Arguments kept;
  size_t at = 0;
};

} // namespace

std::vector<std::string> repairArguments(std::vector<std::string> arguments,
                                         const std::string &resourceDirectory) {
  dropLaunchers(arguments);
  Repair repair(arguments);
  Arguments result = repair.run();
  // No limit on errors: behind it Clang stops parsing, and the facts of the rest would be lost.
  result.insert(result.end(), {"-Qunused-arguments", "-fsyntax-only", "-w", "-ferror-limit=0",
                               "-resource-dir", resourceDirectory});
  Arguments inputs = repair.rest();
  result.insert(result.end(), inputs.begin(), inputs.end());
  return result;
}

std::string resourceDirectory() {
  llvm::SmallString<128> path(COROGUARD_LLVM_PREFIX);
  llvm::sys::path::append(path, "lib", "clang", CLANG_VERSION_MAJOR_STRING);
  return std::string(path);
}

} // namespace coroguard
