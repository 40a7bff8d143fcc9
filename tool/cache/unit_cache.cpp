// units/KEY holds up to a handful of recordings, the latest first, each with the name of its result: who goes back and
// forth between two branches has both. results/DIGEST holds a result; its name is its content.
#include "tool/cache/unit_cache.h"
#include "frameworks/load.h"
#include "tool/cache/bytes.h"
#include "tool/cache/tool_identity.h"
#include <algorithm>
#include <csignal>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>

namespace coroguard {
namespace {

constexpr size_t mostRecordings = 4;
constexpr const char *stampsName = "stamps";

struct Recorded {
  Digest result;
  std::string_view dependencies; // encoded
};

std::vector<Recorded> parseManifest(std::string_view bytes) {
  ByteReader reader(bytes);
  uint64_t count = reader.number();
  std::vector<Recorded> all;
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    Digest result = reader.digest();
    all.push_back({result, reader.text()});
  }
  if (!reader.isComplete()) all.clear();
  return all;
}

std::string printManifest(const std::vector<Recorded> &all) {
  std::string out;
  putNumber(out, all.size());
  for (const Recorded &one : all) {
    out += one.result.view();
    putText(out, one.dependencies);
  }
  return out;
}

std::string resultName(const Digest &result) { return "results/" + result.hex(); }

std::string absolute(llvm::StringRef file) {
  llvm::SmallString<256> result(file);
  (void)llvm::sys::fs::make_absolute(result);
  return std::string(result);
}

Digest commonKey(const ExtractOptions &options, const std::vector<std::string> &excluded) {
  DigestOfMany key;
  key.add(toolIdentity().view()).add(frontEndEnvironment()).add(digest(*options.models));
  for (size_t i = 0; i < options.models->userModels; ++i) key.add(absolute(options.models->libraries[i].file));
  key.add(options.scope->root()).add(options.skipForeignBodies ? "skip" : "parse");
  for (const std::string &folder : excluded) key.add(folder);
  return key.result();
}

/// Implicit modules are read from a cache of Clang's own, which checks their sources without telling us of them.
bool isRecordable(const Unit &unit) {
  return llvm::none_of(unit.arguments, [](llvm::StringRef argument) {
    return argument == "-fmodules" || argument == "-fcxx-modules" || argument == "-fimplicit-modules";
  });
}

} // namespace

UnitCache::UnitCache(const std::string &folder, uint64_t mostBytes, const ExtractOptions &options,
                     const std::vector<std::string> &excluded)
    : entries(folder), mostBytes(mostBytes), common(commonKey(options, excluded)) {
  signal(SIGXFSZ, SIG_IGN); // a limit on the size of files is an error of a write, not the end of the run
  if (auto stamps = entries.get(stampsName)) files.restore(*stamps);
}

std::string UnitCache::nameOf(const Unit &unit) const {
  DigestOfMany key;
  key.add(common.view()).add(unit.file).add(unit.directory);
  for (const std::string &argument : unit.arguments) key.add(argument);
  return "units/" + key.result().hex();
}

std::optional<std::string> UnitCache::find(const Unit &unit) {
  std::string name = nameOf(unit);
  std::optional<std::string> manifest = entries.get(name);
  if (!manifest) return std::nullopt;
  std::vector<Recorded> all = parseManifest(*manifest);
  auto recorded = llvm::find_if(all, [&](const Recorded &one) { return holds(one.dependencies); });
  if (recorded == all.end()) return std::nullopt;
  if (recorded != all.begin()) { // used last, so the last to be forgotten
    std::rotate(all.begin(), recorded, std::next(recorded));
    (void)entries.put(name, printManifest(all));
  }
  return entries.get(resultName(all.front().result));
}

bool UnitCache::knows(const Unit &unit) {
  std::optional<std::string> manifest = entries.get(nameOf(unit));
  return manifest && llvm::any_of(parseManifest(*manifest), [&](const Recorded &one) { return holds(one.dependencies); });
}

bool UnitCache::holds(std::string_view encoded) {
  auto dependencies = decodeDependencies(encoded);
  return dependencies && llvm::all_of(*dependencies, [&](const Dependency &one) { return files.hold(one); });
}

std::string UnitCache::store(const Unit &unit, const Recording &recording, std::string_view result) const {
  if (!recording.isUseful() || !isRecordable(unit)) return {};
  std::string name = nameOf(unit), dependencies = encode(recording.dependencies());
  std::vector<Recorded> all{{digestOf(result), dependencies}};
  std::optional<std::string> before = entries.get(name);
  for (const Recorded &old : before ? parseManifest(*before) : std::vector<Recorded>())
    if (all.size() < mostRecordings && old.dependencies != dependencies) all.push_back(old);
  std::string fault = entries.put(resultName(all.front().result), result);
  return fault.empty() ? entries.put(name, printManifest(all)) : fault;
}

std::string UnitCache::finish(size_t stored) {
  std::string fault;
  if (std::string stamps = files.save(); !stamps.empty()) fault = entries.put(stampsName, stamps);
  if (stored > 0) prune(entries.path(), mostBytes);
  return fault;
}

} // namespace coroguard
