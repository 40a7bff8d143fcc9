#include "tool/run/analyse_all.h"
#include "facts/store.h"
#include "tool/run/sharing.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/JSON.h>
#include <utility>

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

constexpr char onTop = '+', alone = '-'; // the first byte of what a worker says of a unit

/// In a worker: on top of `headers` or not, what is wrong with the cache as one line, then the result.
std::string analyseOne(const Unit &unit, const ExtractOptions &options, const UnitCache *cache, const SharedHeaders *headers) {
  Recording recording;
  std::optional<UnitResult> shared = headers ? analyseOnTop(unit, options, *headers, recording) : std::nullopt;
  std::string result = shared ? pack(*shared) : pack(analyse(unit, options, cache ? &recording : nullptr));
  return (shared ? onTop : alone) + (cache ? cache->store(unit, recording, result) : "") + "\n" + result;
}

class AllUnitsRun {
public:
  AllUnitsRun(const std::vector<Unit> &units, UnitCache *cache, std::vector<Facts> *each)
      : units(units), cache(cache), each(each), results(units.size()) {}

  AllUnits run(const ExtractOptions &options, const WorkerOptions &workers) {
    AllUnits all;
    std::vector<size_t> missing = findKnown();
    HeaderSharing sharing(units, missing, options, workers);
    std::vector<WorkerOutcome> outcomes = runAll(missing, sharing, options, workers);
    repeatCrashed(missing, outcomes, sharing, options, workers);
    for (size_t i = 0; i < missing.size(); ++i) results[missing[i]] = take(outcomes[i], units[missing[i]], all.cacheFault);
    all.parsed = missing.size();
    all.onShared = sharing.unitsOnTop();
    all.precompiled = sharing.precompiled();
    if (cache)
      if (std::string fault = cache->finish(missing.size()); all.cacheFault.empty()) all.cacheFault = std::move(fault);
    join(all);
    return all;
  }

private:
  /// First the headers that are shared. A unit waits for its own only: others are parsed meanwhile.
  std::vector<WorkerOutcome> runAll(const std::vector<size_t> &missing, HeaderSharing &sharing, const ExtractOptions &options,
                                    WorkerOptions workers) {
    size_t groups = sharing.groups(), done = 0;
    auto progress = std::exchange(workers.progress, {});
    WorkerOrder order;
    order.mayStart = [&](size_t item) { return item < groups || sharing.isReady(missing[item - groups]); };
    order.ended = [&](size_t item, const WorkerOutcome &outcome) {
      if (item < groups) return sharing.finish(item, outcome);
      if (sharing.headersOf(missing[item - groups])) sharing.note(missing[item - groups], outcome.output.starts_with(onTop));
      if (progress) progress(++done, missing.size());
    };
    auto work = [&](size_t item) {
      if (item < groups) return sharing.precompile(item);
      size_t unit = missing[item - groups];
      return analyseOne(units[unit], options, cache, sharing.headersOf(unit));
    };
    std::vector<WorkerOutcome> outcomes = runInWorkers(groups + missing.size(), workers, work, order);
    outcomes.erase(outcomes.begin(), outcomes.begin() + static_cast<std::ptrdiff_t>(groups));
    return outcomes;
  }

  /// What crashed on top of shared headers may do well by itself.
  void repeatCrashed(const std::vector<size_t> &missing, std::vector<WorkerOutcome> &outcomes, const HeaderSharing &sharing,
                     const ExtractOptions &options, WorkerOptions workers) {
    std::vector<size_t> again;
    for (size_t i = 0; i < missing.size(); ++i)
      if (outcomes[i].end == WorkerOutcome::End::Crashed && sharing.headersOf(missing[i])) again.push_back(i);
    workers.progress = {};
    auto work = [&](size_t i) { return analyseOne(units[missing[again[i]]], options, cache, nullptr); };
    std::vector<WorkerOutcome> second = runInWorkers(again.size(), workers, work);
    for (size_t i = 0; i < again.size(); ++i) outcomes[again[i]] = std::move(second[i]);
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
    auto [fault, result] = llvm::StringRef(outcome.output).drop_front().split('\n');
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
