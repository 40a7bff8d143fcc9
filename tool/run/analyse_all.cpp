#include "tool/run/analyse_all.h"
#include "facts/store.h"
#include "tool/run/shared_headers.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <map>

namespace coroguard {
namespace {

llvm::json::Array toJson(const std::vector<Problem> &problems) {
  llvm::json::Array array;
  for (const Problem &problem : problems)
    array.push_back(llvm::json::Array{llvm::json::fixUTF8(problem.location.file), problem.location.line,
                                      problem.location.column, llvm::json::fixUTF8(problem.message),
                                      llvm::json::fixUTF8(problem.remedy)});
  return array;
}

/// What travels from a worker: the problems as one line of JSON, then the facts.
std::string pack(const UnitResult &result) {
  std::string text;
  llvm::json::Array problems{toJson(result.problems), toJson(result.modelProblems)};
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(problems)) << '\n';
  return text + write(result.facts);
}

Problem toProblem(const llvm::json::Array &fields) {
  auto number = [&](size_t i) { return static_cast<unsigned>(fields[i].getAsInteger().value_or(0)); };
  auto text = [&](size_t i) { return fields[i].getAsString().value_or("").str(); };
  return {{text(0), number(1), number(2)}, text(3), text(4)};
}

UnitResult unpack(std::string_view packed, const std::string &file) {
  auto [line, facts] = llvm::StringRef(packed).split('\n');
  UnitResult result;
  auto problems = llvm::json::parse(line);
  if (!problems) llvm::consumeError(problems.takeError());
  for (size_t i = 0; problems && i < 2; ++i)
    for (const llvm::json::Value &problem : *(*problems->getAsArray())[i].getAsArray())
      (i == 0 ? result.problems : result.modelProblems).push_back(toProblem(*problem.getAsArray()));
  if (auto parsed = read(facts, file, result.problems)) result.facts = std::move(*parsed);
  return result;
}

UnitResult failureOf(const WorkerOutcome &outcome, const Unit &unit) {
  UnitResult failed;
  if (outcome.end == WorkerOutcome::End::Crashed)
    failed.problems.push_back({{unit.file}, "the front end crashed on this translation unit: " + outcome.crash,
                               "exclude it, and please report it with its compile command"});
  else
    failed.problems.push_back({{unit.file}, "the analysis of this translation unit took longer than the time limit",
                               "raise --time-limit, or exclude it"});
  return failed;
}

/// Units that share an include path share the problems of its models: each is said once.
void addNew(std::vector<Problem> &problems, std::vector<Problem> more) {
  for (Problem &problem : more)
    if (!llvm::is_contained(problems, problem)) problems.push_back(std::move(problem));
}

/// On top of shared headers; without them when that is not free of errors.
UnitResult analyseSharing(const Unit &unit, const ExtractOptions &options, const HeaderGroup *group, Recording &recording) {
  if (group) {
    Recording shared;
    UnitResult result = analyse(onTopOf(unit, group->file), options, &shared);
    for (const Dependency &one : shared.dependencies())
      if (!llvm::StringRef(one.path).starts_with(llvm::sys::path::parent_path(group->file))) recording.add(one);
    for (const Dependency &one : group->dependencies) recording.add(one);
    if (!shared.isUseful()) recording.giveUp();
    if (result.problems.empty() && !result.facts.isEmpty()) return result;
    recording = {};
  }
  return analyse(unit, options, &recording);
}

/// In a worker: what is wrong with the cache as one line, then the result.
std::string analyseOne(const Unit &unit, const ExtractOptions &options, const UnitCache *cache, const HeaderGroup *group) {
  if (!cache && !group) return "\n" + pack(analyse(unit, options));
  Recording recording;
  std::string result = pack(analyseSharing(unit, options, group, recording));
  return (cache ? cache->store(unit, recording, result) : "") + "\n" + result;
}

/// For precompiled headers: they are as large as what they hold is, and of no use to a later run.
class ScratchFolder {
public:
  ~ScratchFolder() {
    if (!folder.empty()) llvm::sys::fs::remove_directories(folder);
  }
  /// Made when it is asked for; empty when that is not possible.
  std::string path() {
    if (folder.empty() && llvm::sys::fs::createUniqueDirectory("coroguard-headers", folder)) folder.clear();
    return std::string(folder);
  }

private:
  llvm::SmallString<128> folder;
};

class AllUnitsRun {
public:
  AllUnitsRun(const std::vector<Unit> &units, UnitCache *cache, std::vector<Facts> *each)
      : units(units), cache(cache), each(each), results(units.size()) {}

  AllUnits run(const ExtractOptions &options, const WorkerOptions &workers) {
    AllUnits all;
    std::vector<size_t> missing = findKnown();
    ScratchFolder scratch;
    std::vector<HeaderGroup> groups;
    if (workers.sharedBy > 0) groups = precompileGroups(missing, options, workers, scratch.path());
    std::map<size_t, const HeaderGroup *> groupOf;
    for (const HeaderGroup &group : groups)
      for (size_t i : group.units) groupOf[i] = &group;
    std::vector<WorkerOutcome> outcomes = runInWorkers(missing.size(), workers, [&](size_t i) {
      auto group = groupOf.find(missing[i]);
      return analyseOne(units[missing[i]], options, cache, group == groupOf.end() ? nullptr : group->second);
    });
    for (size_t i = 0; i < missing.size(); ++i) results[missing[i]] = take(outcomes[i], units[missing[i]], all.cacheFault);
    all.parsed = missing.size();
    if (cache)
      if (std::string fault = cache->finish(missing.size()); all.cacheFault.empty()) all.cacheFault = std::move(fault);
    join(all);
    return all;
  }

private:
  /// Those that could be made.
  std::vector<HeaderGroup> precompileGroups(const std::vector<size_t> &missing, const ExtractOptions &options,
                                            WorkerOptions workers, const std::string &folder) {
    std::vector<HeaderGroup> groups = groupByHeaders(units, missing, workers.sharedBy);
    if (folder.empty()) return {};
    workers.progress = {};
    for (size_t i = 0; i < groups.size(); ++i) groups[i].file = folder + "/" + std::to_string(i) + ".pch";
    std::vector<WorkerOutcome> outcomes = runInWorkers(groups.size(), workers, [&](size_t i) {
      auto dependencies = precompile(groups[i], units[groups[i].units.front()], *options.scope, groups[i].file);
      return dependencies ? "+" + encode(*dependencies) : std::string();
    });
    for (size_t i = 0; i < groups.size(); ++i) {
      auto dependencies = outcomes[i].output.empty() ? std::nullopt : decodeDependencies(outcomes[i].output.substr(1));
      if (dependencies) groups[i].dependencies = std::move(*dependencies);
      else groups[i].units.clear();
    }
    return groups;
  }

  /// Takes what the cache has, and says which units are left.
  std::vector<size_t> findKnown() {
    std::vector<size_t> missing;
    for (size_t i = 0; i < units.size(); ++i) {
      std::optional<std::string> known = cache ? cache->find(units[i]) : std::nullopt;
      if (known) results[i] = unpack(*known, units[i].file);
      else missing.push_back(i);
    }
    return missing;
  }

  static UnitResult take(WorkerOutcome &outcome, const Unit &unit, std::string &cacheFault) {
    if (outcome.end != WorkerOutcome::End::Finished) return failureOf(outcome, unit);
    auto [fault, result] = llvm::StringRef(outcome.output).split('\n');
    if (cacheFault.empty()) cacheFault = fault.str();
    return unpack(result, unit.file);
  }

  void join(AllUnits &all) {
    std::vector<Facts> parts;
    for (UnitResult &one : results) {
      std::move(one.problems.begin(), one.problems.end(), std::back_inserter(all.problems));
      addNew(all.modelProblems, std::move(one.modelProblems));
      if (each) each->push_back(merge({&one.facts}));
      parts.push_back(std::move(one.facts));
    }
    std::move(all.modelProblems.begin(), all.modelProblems.end(), std::back_inserter(all.problems));
    all.modelProblems.clear();
    all.facts = mergeAll(std::move(parts));
  }

  const std::vector<Unit> &units;
  UnitCache *cache;
  std::vector<Facts> *each;
  std::vector<UnitResult> results;
};

} // namespace

AllUnits analyseAll(const std::vector<Unit> &units, const ExtractOptions &options, const WorkerOptions &workers,
                    UnitCache *cache, std::vector<Facts> *each) {
  ExtractOptions perWorker = options;
  perWorker.endsProcess = true;
  return AllUnitsRun(units, cache, each).run(perWorker, workers);
}

} // namespace coroguard
