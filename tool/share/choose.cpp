#include "tool/share/choose.h"
#include <algorithm>
#include <map>
#include <optional>

namespace coroguard {
namespace {

class Choice {
public:
  Choice(const std::vector<HeaderList> &lists, const SharingTerms &terms,
         const std::function<uint64_t(const HeaderList &)> &weight)
      : lists(lists), terms(terms), weight(weight), isFree(lists.size(), true) {}

  std::vector<Sharing> run() {
    std::vector<Sharing> all;
    while (std::optional<size_t> header = dearest()) {
      Sharing next = around(*header);
      for (size_t unit : next.units) isFree[unit] = false;
      all.push_back(std::move(next));
    }
    return all;
  }

private:
  uint64_t weightOf(size_t header) {
    auto [entry, isNew] = weights.try_emplace(header, 0);
    if (isNew) entry->second = weight({header});
    return entry->second;
  }

  /// The header whose parsing costs most over all the units that are left.
  std::optional<size_t> dearest() {
    std::map<size_t, size_t> counts;
    for (size_t unit = 0; unit < lists.size(); ++unit)
      if (isFree[unit])
        for (size_t header : lists[unit]) ++counts[header];
    std::optional<size_t> best;
    uint64_t most = 0;
    for (auto [header, count] : counts) {
      if (count < terms.leastUnits || weightOf(header) < terms.leastWeight) continue;
      uint64_t cost = weightOf(header) * count;
      if (!best || cost > most) best = header, most = cost;
    }
    return best;
  }

  /// Most units with the header: either those that begin with it, or those that include others first. What comes first can
  /// matter to all that follows.
  bool mostBeginWith(size_t header) const {
    std::ptrdiff_t more = 0;
    for (size_t unit = 0; unit < lists.size(); ++unit)
      if (isFree[unit] && std::count(lists[unit].begin(), lists[unit].end(), header))
        more += lists[unit].front() == header ? 1 : -1;
    return more >= 0;
  }

  /// The units that include the header, and all that they have in common before and behind it.
  Sharing around(size_t header) {
    Sharing result;
    bool isFirst = mostBeginWith(header);
    std::optional<HeaderList> before, behind;
    for (size_t unit = 0; unit < lists.size(); ++unit) {
      auto at = std::find(lists[unit].begin(), lists[unit].end(), header);
      if (!isFree[unit] || at == lists[unit].end() || (at == lists[unit].begin()) != isFirst) continue;
      result.units.push_back(unit);
      HeaderList front(lists[unit].begin(), at), back(at + 1, lists[unit].end());
      before = before ? commonPart(*before, front) : front;
      behind = behind ? commonPart(*behind, back) : back;
    }
    result.headers = std::move(*before);
    result.headers.push_back(header);
    result.headers.insert(result.headers.end(), behind->begin(), behind->end());
    return result;
  }

  const std::vector<HeaderList> &lists;
  const SharingTerms &terms;
  const std::function<uint64_t(const HeaderList &)> &weight;
  std::vector<bool> isFree;
  std::map<size_t, uint64_t> weights;
};

} // namespace

HeaderList commonPart(const HeaderList &a, const HeaderList &b) {
  if (a == b) return a;
  std::vector<std::vector<unsigned>> longest(a.size() + 1, std::vector<unsigned>(b.size() + 1, 0));
  for (size_t i = a.size(); i-- > 0;)
    for (size_t j = b.size(); j-- > 0;)
      longest[i][j] = a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
  HeaderList common;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) common.push_back(a[i]), ++i, ++j;
    else if (longest[i + 1][j] >= longest[i][j + 1]) ++i;
    else ++j;
  }
  return common;
}

std::vector<Sharing> chooseSharing(const std::vector<HeaderList> &lists, const SharingTerms &terms,
                                   const std::function<uint64_t(const HeaderList &)> &weight) {
  return Choice(lists, terms, weight).run();
}

} // namespace coroguard
