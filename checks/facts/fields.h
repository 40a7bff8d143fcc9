// The fields of every fact, listed once: writing, reading, renumbering and marking strings are archives over this list.
// An archive is called with references to the fields and overloads on their types.
#pragma once
#include "facts/fact.h"
#include <concepts>

namespace coroguard {

template <class T, class Fact>
concept Is = std::same_as<std::remove_const_t<T>, Fact>;

template <class Archive> void fields(Archive &archive, Is<Place> auto &f) { archive(f.file, f.line, f.column); }

template <class Archive> void fields(Archive &archive, Is<AwaitSpot> auto &f) { archive(f.begin, f.operand, f.end); }

template <class Archive> void fields(Archive &archive, Is<BraceSpot> auto &f) { archive(f.open, f.close); }

template <class Archive> void fields(Archive &archive, Is<OwnClosureSpot> auto &f) { archive(f.place, f.form); }

template <class Archive> void fields(Archive &archive, Is<Root> auto &f) { archive(f.kind, f.index, f.owner); }

template <class Archive> void fields(Archive &archive, Is<Suspension> auto &f) { archive(f.place, f.kind); }

template <class Archive> void fields(Archive &archive, Is<HandleSource> auto &f) { archive(f.kind, f.index); }

template <class Archive> void fields(Archive &archive, Is<Call> auto &f) {
  archive(f.place, f.callee, f.name, f.slot, f.origin, f.meaning, f.family, f.subject, f.awaited, f.offLoop, f.dying, f.dispatched,
          f.why, f.instead, f.object, f.arguments, f.resumesHandle, f.touchesLoop, f.handle, f.handles);
}

template <class Archive> void fields(Archive &archive, Is<Handoff> auto &f) {
  archive(f.place, f.callable, f.name, f.through, f.runsOn, f.onStrand, f.object, f.arguments);
}

template <class Archive> void fields(Archive &archive, Is<AwaitableValue> auto &f) {
  archive(f.maker, f.name, f.type, f.start, f.isTask, f.isAwaitable, f.isAwaiter, f.isNodiscard, f.dropAllowed, f.dropIsError,
          f.stopsWhenDropped, f.mayStopWhenDropped, f.isBackground, f.isHandle, f.givesGuard);
}

template <class Archive> void fields(Archive &archive, Is<Drop> auto &f) {
  archive(f.place, f.form, f.value, f.into, f.inside, f.inContinuation, f.await);
}

template <class Archive> void fields(Archive &archive, Is<Loss> auto &f) {
  archive(f.place, f.form, f.value, f.variable, f.at, f.keptWhileOthersRan, f.await);
}

template <class Archive> void fields(Archive &archive, Is<Misuse> auto &f) {
  archive(f.place, f.form, f.value, f.subject, f.other, f.at, f.argument, f.isGuard, f.ifKept, f.await);
}

template <class Archive> void fields(Archive &archive, Is<Loop> auto &f) { archive(f.place, f.form, f.subject, f.through, f.takesLock, f.offLoop); }

template <class Archive> void fields(Archive &archive, Is<AffinityLoss> auto &f) {
  archive(f.place, f.name, f.why, f.hop, f.hopName, f.beforeHop);
}

template <class Archive> void fields(Archive &archive, Is<LockedCall> auto &f) {
  archive(f.place, f.callee, f.name, f.meaning, f.lock, f.lockedAt);
}

template <class Archive> void fields(Archive &archive, Is<CrossUse> auto &f) {
  archive(f.place, f.form, f.subject, f.type, f.why, f.through, f.sentAt);
}

template <class Archive> void fields(Archive &archive, Is<Crossing> auto &f) {
  archive(f.place, f.form, f.kind, f.subject, f.source, f.type, f.taken, f.across, f.braces);
}

template <class Archive> void fields(Archive &archive, Is<Dangling> auto &f) {
  archive(f.place, f.form, f.start, f.subject, f.type, f.callee, f.name, f.through, f.argument, f.ifKept, f.made, f.at,
          f.used, f.own);
}

template <class Archive> void fields(Archive &archive, Is<CancellationGap> auto &f) {
  archive(f.place, f.form, f.subject, f.name, f.other, f.fix);
}

template <class Archive> void fields(Archive &archive, Is<AuthorMistake> auto &f) {
  archive(f.place, f.form, f.subject, f.name, f.other, f.fix);
}

template <class Archive> void fields(Archive &archive, Is<Function> auto &f) {
  archive(f.id, f.name, f.place, f.isCoroutine, f.isGenerator, f.startsElsewhere, f.givesLoopsTask, f.isLambda, f.neverBlocks,
          f.hasIndirectCalls, f.isHop, f.keeps, f.suspensions, f.calls, f.handoffs, f.drops, f.losses, f.misuses, f.loops,
          f.affinityLosses, f.lockedCalls, f.crossUses, f.crossings, f.danglings, f.cancellationGaps);
}

template <class Archive> void fields(Archive &archive, Is<Override> auto &f) { archive(f.base, f.overrider, f.basePure); }

template <class Archive> void fields(Archive &archive, Is<Binding> auto &f) { archive(f.slot, f.callable, f.from); }

template <class Archive> void fields(Archive &archive, Is<Suppression> auto &f) {
  archive(f.place, f.form, f.rules, f.reason);
}

template <class Archive> void fields(Archive &archive, Is<Facts> auto &f) {
  archive(f.units, f.functions, f.overrides, f.bindings, f.authorMistakes, f.suppressions);
}

} // namespace coroguard
