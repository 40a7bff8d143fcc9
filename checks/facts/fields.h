// The fields of every fact, listed once: writing, reading, renumbering and marking strings are archives over this list.
// An archive is called with references to the fields and overloads on their types.
#pragma once
#include "facts/fact.h"
#include <concepts>

namespace coroguard {

template <class T, class Fact>
concept Is = std::same_as<std::remove_const_t<T>, Fact>;

template <class Archive> void fields(Archive &archive, Is<Place> auto &f) { archive(f.file, f.line, f.column); }

template <class Archive> void fields(Archive &archive, Is<Root> auto &f) { archive(f.kind, f.index, f.owner); }

template <class Archive> void fields(Archive &archive, Is<Suspension> auto &f) { archive(f.place, f.kind); }

template <class Archive> void fields(Archive &archive, Is<Call> auto &f) {
  archive(f.place, f.callee, f.name, f.meaning, f.awaited, f.offLoop, f.dispatched, f.why, f.instead, f.object,
          f.arguments);
}

template <class Archive> void fields(Archive &archive, Is<Handoff> auto &f) {
  archive(f.place, f.callable, f.name, f.through, f.runsOn, f.onStrand, f.object, f.arguments);
}

template <class Archive> void fields(Archive &archive, Is<Drop> auto &f) {
  archive(f.place, f.callee, f.name, f.type, f.form, f.start, f.isTask, f.isAwaitable, f.isAwaiter, f.isNodiscard, f.dropAllowed,
          f.dropIsError, f.inCoroutine);
}

template <class Archive> void fields(Archive &archive, Is<Function> auto &f) {
  archive(f.id, f.name, f.place, f.isCoroutine, f.isGenerator, f.isLambda, f.neverBlocks, f.hasIndirectCalls, f.suspensions, f.calls,
          f.handoffs, f.drops);
}

template <class Archive> void fields(Archive &archive, Is<Suppression> auto &f) {
  archive(f.place, f.form, f.rules, f.reason);
}

template <class Archive> void fields(Archive &archive, Is<Facts> auto &f) {
  archive(f.units, f.functions, f.suppressions);
}

} // namespace coroguard
