// The form of facts for people and for the tests' `// fact:` lines.
#include "facts/store.h"
#include <llvm/Support/raw_ostream.h>

namespace coroguard {
namespace {

const char *word(Start start) {
  return start == Start::Lazy ? "lazy" : start == Start::Eager ? "eager" : "unknown-start";
}

const char *word(Drop::Form form) {
  static constexpr const char *words[] = {"statement", "void-cast", "std-ignore", "converted"};
  return words[static_cast<int>(form)];
}

const char *word(Loss::Form form) {
  static constexpr const char *words[] = {"never", "on-path", "overwritten", "in-container", "in-closure", "in-aggregate"};
  return words[static_cast<int>(form)];
}

const char *word(Misuse::Form form) {
  static constexpr const char *words[] = {"awaited-again",   "as-condition",     "nested",
                                          "outlives-object", "outlives-handler", "result-discarded"};
  return words[static_cast<int>(form)];
}

const char *word(Loop::Form form) {
  static constexpr const char *words[] = {"busy-wait", "retries-at-once", "no-suspension"};
  return words[static_cast<int>(form)];
}

const char *word(CrossUse::Form form) {
  static constexpr const char *words[] = {"member", "reference", "bound-value", "raced"};
  return words[static_cast<int>(form)];
}

const char *word(Crossing::Form form) {
  static constexpr const char *words[] = {"lock", "thread-state", "error-number", "stale", "checked", "range"};
  return words[static_cast<int>(form)];
}

const char *word(Dangling::Form form) {
  static constexpr const char *words[] = {"argument",        "lambda-capture", "spawn-capture",
                                          "range-temporary", "this",           "scope"};
  return words[static_cast<int>(form)];
}

const char *word(CancellationGap::Form form) {
  static constexpr const char *words[] = {"swallowed", "no-suspension-inside"};
  return words[static_cast<int>(form)];
}

const char *word(AuthorMistake::Form form) {
  static constexpr const char *words[] = {"touches-published",  "published-and-false", "resumes-in-suspend",
                                          "swallows-exception", "copyable-owner",      "not-nodiscard"};
  return words[static_cast<int>(form)];
}

const char *word(HandleSource::Kind kind) {
  static constexpr const char *words[] = {"unknown", "waiter", "this", "parameter"};
  return words[static_cast<int>(kind)];
}

const char *word(Origin origin) {
  static constexpr const char *words[] = {"", "implicit", "forwarded", "destructor"};
  return words[static_cast<int>(origin)];
}

const char *word(Meaning meaning) {
  switch (meaning) {
  case Meaning::Blocks: return "blocks";
  case Meaning::UsesLoopBound: return "uses-loop-bound";
  case Meaning::RunsLoop: return "runs-loop";
  case Meaning::Resumes: return "resumes";
  case Meaning::None: break;
  }
  return "";
}

const char *word(RunsOn runs) {
  switch (runs) {
  case RunsOn::Here: return "here";
  case RunsOn::Loop: return "loop";
  case RunsOn::Offload: return "offload";
  case RunsOn::OtherLoop: return "other-loop";
  case RunsOn::Fiber: return "fiber";
  case RunsOn::Signal: return "signal";
  default: return "unknown";
  }
}

class Printer {
public:
  Printer(const Facts &facts, llvm::raw_ostream &out) : facts(facts), out(out) {}

  void print(const Function &function) {
    out << "function " << facts.text(function.name);
    if (function.isCoroutine) out << " coroutine";
    if (function.isGenerator) out << " generator";
    if (function.startsElsewhere) out << " starts-elsewhere";
    if (function.givesLoopsTask) out << " gives-loops-task";
    if (function.isLambda) out << " lambda";
    if (function.neverBlocks) out << " never-blocks";
    if (function.hasIndirectCalls) out << " indirect-calls";
    at(function.place);
    for (const Suspension &point : function.suspensions) {
      out << "  suspension " << (point.kind == SuspensionKind::Await ? "await" : "yield");
      at(point.place);
    }
    for (const Call &call : function.calls) print(call);
    for (const Handoff &handoff : function.handoffs) print(handoff);
    for (const Drop &drop : function.drops) print(drop);
    for (const Loss &loss : function.losses) print(loss);
    for (const Misuse &misuse : function.misuses) print(misuse);
    for (const Loop &loop : function.loops) print(loop);
    for (const AffinityLoss &loss : function.affinityLosses) print(loss);
    for (const LockedCall &call : function.lockedCalls) print(call);
    for (const CrossUse &use : function.crossUses) print(use);
    for (const Crossing &crossing : function.crossings) print(crossing);
    for (const Dangling &dangling : function.danglings) print(dangling);
    for (const CancellationGap &gap : function.cancellationGaps) print(gap);
  }

  void print(const AuthorMistake &mistake) {
    out << "author-mistake " << word(mistake.form) << ' ' << facts.text(mistake.subject);
    at(mistake.place);
  }

private:
  void at(const Place &place) {
    out << " at " << facts.text(place.file) << ':' << place.line << ':' << place.column << '\n';
  }

  void print(const Root &root) {
    static constexpr const char *kinds[] = {"unknown", "variable", "parameter", "this", "global"};
    out << kinds[static_cast<int>(root.kind)];
    if (root.kind == Root::Kind::Parameter) out << root.index;
  }

  void print(const Call &call) {
    out << "  call " << facts.text(call.name);
    if (*word(call.origin)) out << ' ' << word(call.origin);
    if (*word(call.meaning)) out << ' ' << word(call.meaning);
    if (call.slot) out << " slot=" << facts.text(call.slot);
    if (call.awaited) out << " awaited";
    if (call.offLoop) out << " off-loop";
    if (call.dying) out << " dying";
    if (call.dispatched) out << " virtual";
    if (call.resumesHandle) out << " resumes-handle=" << word(call.handle.kind);
    if (call.touchesLoop) out << " touches-loop";
    out << " object=", print(call.object);
    at(call.place);
  }

  void print(const Handoff &handoff) {
    out << "  handoff " << facts.text(handoff.name) << " to " << facts.text(handoff.through) << " runs="
        << word(handoff.runsOn) << (handoff.onStrand ? " on-strand" : "");
    at(handoff.place);
  }

  void print(const AwaitableValue &value, const char *form) {
    out << facts.text(value.name) << ' ' << form << ' ' << word(value.start) << ' ' << (value.isTask ? "task" : "awaiter")
        << (value.isNodiscard ? " nodiscard" : "") << (value.dropAllowed ? " drop-allowed" : "")
        << (value.stopsWhenDropped ? " stops-when-dropped" : "") << (value.mayStopWhenDropped ? " may-stop" : "")
        << (value.isBackground ? " background" : "") << (value.isHandle ? " handle" : "")
        << (value.givesGuard ? " gives-guard" : "");
  }

  void print(const AwaitSpot &spot) {
    if (spot) out << " await-at=" << spot.operand.line << ':' << spot.operand.column << (spot.end.line ? " in-parentheses" : "");
  }

  void print(const Drop &drop) {
    out << "  drop ", print(drop.value, word(drop.form)), print(drop.await);
    at(drop.place);
  }

  void print(const Loss &loss) {
    out << "  loss ", print(loss.value, word(loss.form)), print(loss.await), out << " variable=" << facts.text(loss.variable);
    if (loss.at.line) out << " lost-at=" << loss.at.line;
    if (loss.keptWhileOthersRan) out << " kept";
    at(loss.place);
  }

  void print(const Misuse &misuse) {
    out << "  misuse ", print(misuse.value, word(misuse.form)), print(misuse.await), out << " subject=" << facts.text(misuse.subject);
    at(misuse.place);
  }

  void print(const Loop &loop) {
    out << "  loop " << word(loop.form) << (loop.takesLock ? " takes-lock" : "") << (loop.offLoop ? " off-loop" : "")
        << " subject=" << facts.text(loop.subject);
    at(loop.place);
  }

  void print(const AffinityLoss &loss) {
    out << "  affinity-loss " << facts.text(loss.name) << (loss.beforeHop ? " before " : " after ") << facts.text(loss.hopName);
    at(loss.place);
  }

  void print(const LockedCall &call) {
    out << "  locked-call " << facts.text(call.name) << " under " << facts.text(call.lock);
    at(call.place);
  }

  void print(const CrossUse &use) {
    out << "  cross-use " << word(use.form) << ' ' << facts.text(use.subject) << " through " << facts.text(use.through);
    at(use.place);
  }

  void print(const Crossing &crossing) {
    out << "  crossing " << word(crossing.form) << ' ' << facts.text(crossing.subject);
    if (crossing.source) out << " of " << facts.text(crossing.source);
    out << " across=" << crossing.across.line;
    at(crossing.place);
  }

  void print(const Dangling &dangling) {
    out << "  dangling " << word(dangling.form) << ' ' << word(dangling.start) << " subject=" << facts.text(dangling.subject);
    if (dangling.name) out << " kept-by=" << facts.text(dangling.name) << (dangling.ifKept ? " if-kept" : "");
    if (dangling.through) out << " through=" << facts.text(dangling.through);
    at(dangling.place);
  }

  void print(const CancellationGap &gap) {
    out << "  cancellation-gap " << word(gap.form) << ' ' << facts.text(gap.subject);
    at(gap.place);
  }

  const Facts &facts;
  llvm::raw_ostream &out;
};

} // namespace

std::string print(const Facts &facts) {
  Facts canonical = merge({&facts});
  std::string text;
  llvm::raw_string_ostream out(text);
  for (StringId unit : canonical.units) out << "unit " << canonical.text(unit) << '\n';
  Printer printer(canonical, out);
  for (const Function &function : canonical.functions) printer.print(function);
  for (const AuthorMistake &mistake : canonical.authorMistakes) printer.print(mistake);
  for (const Override &fact : canonical.overrides)
    out << "override " << canonical.text(fact.base) << " by " << canonical.text(fact.overrider) << '\n';
  for (const Binding &fact : canonical.bindings)
    out << "binding " << canonical.text(fact.slot) << " = " << canonical.text(fact.callable ? fact.callable : fact.from) << '\n';
  return text;
}

} // namespace coroguard
