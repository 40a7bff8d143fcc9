// The shared headers of one run: planned and precompiled in workers, remembered here.
#pragma once
#include "tool/run/analyse.h"
#include "tool/run/workers.h"
#include "tool/share/headers.h"
#include "tool/share/plan.h"
#include <deque>

namespace coroguard {

class HeaderSharing {
public:
  /// Plans for the units with the numbers `chosen`.
  HeaderSharing(const std::vector<Unit> &units, const std::vector<size_t> &chosen, const ExtractOptions &options,
                const WorkerOptions &workers);
  ~HeaderSharing();
  HeaderSharing(const HeaderSharing &) = delete;
  HeaderSharing &operator=(const HeaderSharing &) = delete;

  size_t groups() const { return planned.size(); }
  /// In a worker: makes the precompiled header of a group, and says what `finish` needs.
  std::string precompile(size_t group) const;
  /// In the parent, with what the worker said.
  void finish(size_t group, const WorkerOutcome &outcome);

  /// Is it known what the unit stands on?
  bool isReady(size_t unit) const;
  /// Nothing: the unit is analysed by itself.
  const SharedHeaders *headersOf(size_t unit) const;
  /// How it went with a unit of a group. Headers that do not fit most of their units are not tried any more.
  void note(size_t unit, bool stoodOnThem);

  size_t precompiled() const;
  size_t unitsOnTop() const { return onTop; }

private:
  struct Group : HeaderGroup {
    std::string file;
    bool isFinished = false;
    std::optional<SharedHeaders> headers;
    size_t fits = 0, misfits = 0;
  };

  const std::vector<Unit> &units;
  const ExtractOptions &options;
  bool isForced; // by somebody who wants to see it, whether it pays or not
  std::string folder; // of the precompiled headers: they are as large as what they hold, and of no use to a later run
  std::deque<Group> planned;
  std::vector<Group *> groupOf; // by unit
  size_t onTop = 0;
};

/// On top of `headers`, in a worker; nothing when that might differ from the unit by itself.
std::optional<UnitResult> analyseOnTop(const Unit &unit, const ExtractOptions &options, const SharedHeaders &headers,
                                       Recording &recording);

} // namespace coroguard
