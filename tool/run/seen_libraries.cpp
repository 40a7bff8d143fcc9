#include "tool/run/seen_libraries.h"
#include "frameworks/load.h"
#include "tool/intake/units.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>
#include <set>

namespace coroguard {
namespace {

constexpr size_t mostUnits = 1000; // it is a hint, and reads them all

/// boost::asio lies in <boost/asio.hpp> and <boost/asio/...>.
std::vector<std::string> includeNames(const Model &model) {
  std::vector<std::string> names;
  for (llvm::StringRef root : model.roots)
    if (!root.empty() && root != "std") {
      llvm::SmallVector<llvm::StringRef> parts;
      root.split(parts, "::");
      names.push_back(llvm::join(parts, "/"));
    }
  return names;
}

void addIncludes(llvm::StringRef text, std::set<std::string> &into) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    line = line.trim();
    if (!line.consume_front("#")) continue;
    line = line.ltrim();
    if (line.consume_front("include")) into.insert(line.ltrim().ltrim("<\"").take_until([](char c) { return c == '>' || c == '"'; }).str());
  }
}

bool isIncluded(const std::string &name, const std::set<std::string> &includes) {
  return llvm::any_of(includes, [&](llvm::StringRef file) {
    return file.consume_front(name) && (file.empty() || file.starts_with("/") || file.starts_with("."));
  });
}

} // namespace

std::string seenLibraries(const std::string &folder) {
  Intake intake = takeIn({.buildDirectory = {}, .paths = {folder}, .flags = {}, .hasFlags = false, .excluded = {}});
  std::set<std::string> includes;
  for (const Unit &unit : llvm::ArrayRef(intake.units).take_front(mostUnits))
    if (auto text = llvm::MemoryBuffer::getFile(unit.file)) addIncludes((*text)->getBuffer(), includes);
  std::set<std::string> seen;
  std::vector<Problem> ignored; // the embedded models have none
  for (const Model &model : loadModels({}, ignored).libraries)
    if (llvm::any_of(includeNames(model), [&](const std::string &name) { return isIncluded(name, includes); }))
      seen.insert(model.library);
  return llvm::join(seen, ", ");
}

} // namespace coroguard
