// link_bench generate FOLDER FUNCTIONS: the facts files of a made-up project.
// link_bench measure FOLDER: what `coroguard check` does with them, once, as a line of JSON with the seconds of each step.
#include "bench/link/made_up_project.h"
#include "facts/files.h"
#include "program/program.h"
#include "rules/evaluate.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

namespace coroguard {
namespace {

int generate(const std::filesystem::path &folder, unsigned functions) {
  bench::MadeUpProject project(functions);
  for (unsigned i = 0; i < project.units(); ++i)
    std::ofstream(folder / ("unit_" + std::to_string(i) + ".facts"), std::ios::binary) << write(project.unit(i));
  return 0;
}

rusage usage() {
  rusage now{};
  getrusage(RUSAGE_SELF, &now);
  return now;
}

double cpuSeconds() {
  rusage now = usage();
  auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(now.ru_utime) + seconds(now.ru_stime);
}

double wallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Prints `"name": seconds` of the CPU for each step.
class Steps {
public:
  void done(const char *name) {
    double now = cpuSeconds();
    std::printf("\"%s\": %.4f, ", name, now - last);
    last = now;
  }

private:
  double last = cpuSeconds();
};

int measure(const std::string &folder) {
  std::vector<std::string> files;
  size_t bytes = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path().string());
    bytes += entry.file_size();
  }
  std::sort(files.begin(), files.end());
  std::vector<SelectedRule> rules;
  for (const RegisteredRule &registered : allRules()) rules.push_back(withDefaults(registered));
  std::printf("{\"files\": %zu, \"megabytes\": %.1f, ", files.size(), double(bytes) / 1e6);

  double start = wallSeconds(), startCpu = cpuSeconds();
  Steps steps;
  std::vector<Problem> problems;
  std::vector<Facts> parts = readFactsFiles(files, problems);
  steps.done("read");
  Facts all = mergeAll(std::move(parts));
  steps.done("merge");
  Program program(std::move(all));
  steps.done("solve");
  std::vector<Diagnostic> findings = evaluateRules(program, rules);
  steps.done("rules");
  std::printf("\"cpu\": %.4f, \"wall\": %.4f, \"functions\": %zu, \"findings\": %zu, \"peak\": %.0f}\n", cpuSeconds() - startCpu,
              wallSeconds() - start, program.functions().size(), findings.size(), double(usage().ru_maxrss) / 1024);
  for (const Problem &problem : problems) std::fprintf(stderr, "%s: %s\n", problem.location.file.c_str(), problem.message.c_str());
  std::fflush(stdout);
  std::_Exit(problems.empty() ? 0 : 1); // as the command ends: memory need not be given back
}

} // namespace
} // namespace coroguard

int main(int count, char **words) {
  std::string what = count > 2 ? words[1] : "";
  if (what == "generate" && count == 4) return coroguard::generate(words[2], static_cast<unsigned>(std::atoi(words[3])));
  if (what == "measure" && count == 3) return coroguard::measure(words[2]);
  std::fprintf(stderr, "link_bench generate FOLDER FUNCTIONS | link_bench measure FOLDER\n");
  return 2;
}
