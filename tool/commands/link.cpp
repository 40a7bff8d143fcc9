// coroguard link: merges facts files. The order and grouping of the inputs do not change the result.
#include "facts/files.h"
#include "tool/commands/command.h"
#include "tool/files/write.h"
#include "tool/run/problems.h"
#include "diagnostic.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

int run(const Options &options) {
  std::vector<Problem> problems;
  Facts all = mergeAll(readFactsFiles(options.files, problems));
  std::error_code error;
  if (options.output.empty()) llvm::outs() << print(all);
  else error = writeFile(options.output, write(all));
  if (error) problems.push_back({{options.output}, "cannot be written: " + error.message(), "choose another --output"});
  printProblems(problems);
  return problems.empty() ? Clean : NotAnalysed;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "Facts files, from 'facts -o' or 'link -o'")->required();
  app.add_option("-o,--output", options->output, "Write a facts file instead of printing");
  return [options] { return run(*options); };
}

} // namespace

Command linkCommand() { return {"link", "Merge facts files into one", declare}; }

} // namespace coroguard
