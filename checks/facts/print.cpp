// The form of facts for people and for the tests' `// fact:` lines.
#include "facts/store.h"
#include <llvm/Support/raw_ostream.h>

namespace coroguard {
namespace {

const char *word(Start start) {
  return start == Start::Lazy ? "lazy" : start == Start::Eager ? "eager" : "unknown-start";
}

const char *word(Drop::Form form) {
  return form == Drop::Form::VoidCast ? "void-cast" : form == Drop::Form::StdIgnore ? "std-ignore" : "statement";
}

const char *word(Meaning meaning) {
  switch (meaning) {
  case Meaning::Blocks: return "blocks";
  case Meaning::UsesLoopBound: return "uses-loop-bound";
  case Meaning::RunsLoop: return "runs-loop";
  case Meaning::None: break;
  }
  return "";
}

const char *word(RunsOn runs) {
  switch (runs) {
  case RunsOn::Here: return "here";
  case RunsOn::Loop: return "loop";
  case RunsOn::Offload: return "offload";
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
    if (*word(call.meaning)) out << ' ' << word(call.meaning);
    if (call.awaited) out << " awaited";
    if (call.offLoop) out << " off-loop";
    if (call.dispatched) out << " virtual";
    out << " object=", print(call.object);
    at(call.place);
  }

  void print(const Handoff &handoff) {
    out << "  handoff " << facts.text(handoff.name) << " to " << facts.text(handoff.through) << " runs="
        << word(handoff.runsOn) << (handoff.onStrand ? " on-strand" : "");
    at(handoff.place);
  }

  void print(const Drop &drop) {
    out << "  drop " << facts.text(drop.name) << ' ' << word(drop.form) << ' ' << word(drop.start) << ' '
        << (drop.isTask ? "task" : "awaiter") << (drop.isNodiscard ? " nodiscard" : "")
        << (drop.dropAllowed ? " drop-allowed" : "");
    at(drop.place);
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
  return text;
}

} // namespace coroguard
