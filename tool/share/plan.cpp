#include "tool/share/plan.h"
#include "tool/cache/bytes.h"
#include "tool/share/precompile.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/Path.h>
#include <map>

namespace coroguard {
namespace {

/// Units with equal keys are parsed alike, but for their text.
std::vector<std::string> keyOf(const Unit &unit) {
  std::vector<std::string> key = commonArguments(unit);
  key.insert(key.end(), {unit.directory, llvm::sys::path::extension(unit.file).str(), unit.keepsLinks ? "links" : "real"});
  return key;
}

/// The groups among units of one command.
class CommandPlan {
public:
  CommandPlan(const std::vector<Unit> &units, const std::vector<size_t> &chosen, IncludeScan &scan)
      : units(units), chosen(chosen), scan(scan) {}

  void addTo(std::vector<HeaderGroup> &groups, const SharingTerms &terms) {
    std::vector<HeaderList> lists;
    for (size_t unit : chosen) lists.push_back(numbered(scan.foreignIncludes(units[unit].file)));
    auto weight = [&](const HeaderList &list) {
      std::vector<std::string> files;
      for (size_t number : list) files.push_back(headers[number].file);
      return scan.weight(files);
    };
    for (const Sharing &one : chooseSharing(lists, terms, weight)) {
      HeaderGroup &group = groups.emplace_back();
      group.directives = preamble(one, lists);
      for (size_t number : one.headers) group.directives += "#include " + headers[number].directive + "\n";
      for (size_t i : one.units) group.units.push_back(chosen[i]);
    }
  }

private:
  /// Units that include different headers first agree at least on what all of those lead to, such as the configuration of
  /// the standard library. The shared headers may ask for it, so it comes first.
  std::string preamble(const Sharing &sharing, const std::vector<HeaderList> &lists) {
    std::vector<ForeignInclude> common;
    for (size_t unit : sharing.units) {
      std::vector<std::string> files;
      for (size_t number : lists[unit]) {
        if (number == sharing.headers.front()) break;
        files.push_back(headers[number].file);
      }
      std::vector<ForeignInclude> own = scan.ledTo(files);
      if (unit == sharing.units.front()) common = std::move(own);
      else llvm::erase_if(common, [&](const ForeignInclude &one) { return !isAmong(one, own); });
    }
    std::string directives;
    for (const ForeignInclude &one : common) directives += "#include " + one.directive + "\n";
    return directives;
  }

  static bool isAmong(const ForeignInclude &one, const std::vector<ForeignInclude> &all) {
    return llvm::any_of(all, [&](const ForeignInclude &other) { return other.file == one.file; });
  }

  HeaderList numbered(std::vector<ForeignInclude> includes) {
    HeaderList list;
    for (ForeignInclude &one : includes) {
      auto [entry, isNew] = numbers.try_emplace(one.file, headers.size());
      if (isNew) headers.push_back(std::move(one));
      list.push_back(entry->second);
    }
    return list;
  }

  const std::vector<Unit> &units;
  const std::vector<size_t> &chosen;
  IncludeScan &scan;
  std::vector<ForeignInclude> headers;
  std::map<std::string, size_t> numbers;
};

} // namespace

SharingTerms termsThatPay() { return {.leastUnits = 10, .leastWeight = 500'000}; }

std::vector<HeaderGroup> planSharing(const std::vector<Unit> &units, const std::vector<size_t> &chosen,
                                     const ProjectScope &scope, const SharingTerms &terms) {
  std::map<std::vector<std::string>, std::vector<size_t>> byCommand;
  for (size_t i : chosen)
    if (isSimple(units[i])) byCommand[keyOf(units[i])].push_back(i);
  std::map<SearchPath, IncludeScan> scans; // a file is read once for all commands that look in the same folders
  std::vector<HeaderGroup> groups;
  for (const auto &[key, members] : byCommand) {
    if (members.size() < terms.leastUnits) continue;
    std::optional<SearchPath> path = searchPathOf(units[members.front()]);
    if (!path) continue;
    IncludeScan &scan = scans.try_emplace(*path, scope, *path).first->second;
    CommandPlan(units, members, scan).addTo(groups, terms);
  }
  return groups;
}

std::string encode(const std::vector<HeaderGroup> &groups) {
  std::string out;
  putNumber(out, groups.size());
  for (const HeaderGroup &group : groups) {
    putText(out, group.directives);
    putNumber(out, group.units.size());
    for (size_t unit : group.units) putNumber(out, unit);
  }
  return out;
}

std::vector<HeaderGroup> decodeHeaderGroups(std::string_view bytes) {
  ByteReader reader(bytes);
  std::vector<HeaderGroup> groups;
  for (uint64_t left = reader.number(); left > 0 && !reader.failed(); --left) {
    HeaderGroup &group = groups.emplace_back();
    group.directives = std::string(reader.text());
    for (uint64_t units = reader.number(); units > 0 && !reader.failed(); --units) group.units.push_back(reader.number());
  }
  if (!reader.isComplete()) groups.clear();
  return groups;
}

} // namespace coroguard
