#include "bench/link/made_up_project.h"

namespace coroguard::bench {
namespace {

constexpr unsigned functionsPerModule = 900;
constexpr unsigned chainLength = 200; // of blocking helpers

} // namespace

std::string MadeUpProject::moduleOf(unsigned function) const {
  return (isInHeader(function) ? "library" : "module") + std::to_string(function / functionsPerModule);
}

std::string MadeUpProject::fileOf(unsigned function) const {
  std::string folder = "/home/builder/work/shop/";
  if (!isInHeader(function))
    return folder + "src/" + moduleOf(function) + "/unit_" + std::to_string(function / ownFunctions) + ".cpp";
  unsigned header = (function - headerFunctions()) / functionsPerHeader;
  return folder + "include/shop/" + moduleOf(function) + "/header_" + std::to_string(header) + ".h";
}

StringId MadeUpProject::id(unsigned function) {
  std::string number = std::to_string(function);
  return text("c:@N@shop@N@" + moduleOf(function) + "@S@session_" + std::to_string(function / 9) + "@F@handle_request_" + number +
              "#&1$@N@std@N@__cxx11@S@basic_string>#C#$@N@std@S@char_traits>#C#$@N@std@S@allocator>#C#I#");
}

StringId MadeUpProject::name(unsigned function) {
  return text("shop::" + moduleOf(function) + "::session_" + std::to_string(function / 9) + "::handle_request_" +
              std::to_string(function));
}

Place MadeUpProject::place(unsigned function) {
  unsigned inFile = isInHeader(function) ? (function - headerFunctions()) % functionsPerHeader : function % ownFunctions;
  return {text(fileOf(function)), 20 + inFile * 30, 6};
}

Root MadeUpProject::root(StringId owner) {
  switch (below(6)) {
  case 0: return {Root::Kind::This, 0, owner};
  case 1: return {Root::Kind::Parameter, below(3), owner};
  case 2: return {Root::Kind::Variable, 0, owner};
  case 3: return {Root::Kind::Global, 0, {}};
  default: return {};
  }
}

/// Whom a function calls: mostly its neighbours, forwards; sometimes anybody, which makes the cycles. Only blocking
/// helpers call blocking helpers, else all of the program would block.
unsigned MadeUpProject::calledBy(unsigned function) {
  unsigned all = functions();
  unsigned callee = oneIn(7) ? below(all) : (function + 1 + below(30)) % all;
  if (!isInHeader(function) && oneIn(4)) callee = headerFunctions() + below(all - headerFunctions());
  if (isBlocking(callee)) callee = (callee + 1) % all;
  return callee;
}

Call MadeUpProject::callOf(unsigned caller, unsigned callee) {
  Call call;
  call.place = nextLine();
  call.callee = id(callee);
  call.name = name(callee);
  call.awaited = isCoroutine(caller) && isCoroutine(callee);
  if (oneIn(2)) call.object = root(id(caller));
  for (unsigned i = below(3); i > 0; --i) call.arguments.push_back(root(id(caller)));
  return call;
}

void MadeUpProject::addCalls(Function &into, unsigned function) {
  for (unsigned i = 3 + below(6); i > 0; --i) into.calls.push_back(callOf(function, calledBy(function)));
  bool isChained = isBlocking(function) && function / 20 % chainLength != 0;
  if (isChained) into.calls.push_back(callOf(function, (function + 20) % functions()));
  if (isCoroutine(function) && oneIn(60)) into.calls.push_back(callOf(function, (function + 6) % functions()));
}

/// What the models say about calls of libraries.
void MadeUpProject::addMeanings(Function &into, unsigned function) {
  if (isBlocking(function) && function / 20 % chainLength == 0) {
    Call call;
    call.place = nextLine();
    call.name = text("fsync");
    call.meaning = Meaning::Blocks;
    call.family = text("file");
    call.why = text("it waits for the disk");
    call.instead = text("an asynchronous file operation");
    into.calls.push_back(call);
  }
  if (function % 50 == 3) {
    Call call;
    call.place = nextLine();
    call.name = text("boost::asio::basic_waitable_timer::cancel");
    call.meaning = Meaning::UsesLoopBound;
    call.why = text("a timer belongs to the loop of its executor");
    call.object = root(into.id);
    into.calls.push_back(call);
  }
}

void MadeUpProject::addValues(Function &into, unsigned function) {
  AwaitableValue value;
  value.maker = id(calledBy(function));
  value.name = name(calledBy(function));
  value.type = text("boost::asio::awaitable<void>");
  value.start = Start::Lazy;
  value.isTask = value.isAwaitable = true;
  if (function % 400 == 1) {
    Drop &drop = into.drops.emplace_back();
    drop.place = nextLine();
    drop.value = value;
  }
  if (function % 800 == 2) {
    Loss &loss = into.losses.emplace_back();
    loss.place = nextLine();
    loss.value = value;
    loss.variable = text("pending");
  }
  if (!isCoroutine(function)) return;
  into.isCoroutine = true;
  for (unsigned i = 1 + below(3); i > 0; --i) into.suspensions.push_back({nextLine(), SuspensionKind::Await});
}

/// A lambda that the function gives to a loop or to a thread.
void MadeUpProject::addHandoff(unsigned function) {
  Function lambda;
  lambda.id = text("c:" + std::string(made.text(id(function))) + "@Sa@F@operator()#1");
  lambda.name = text("lambda in " + std::string(made.text(name(function))));
  Handoff handoff;
  handoff.place = nextLine();
  handoff.callable = lambda.id;
  handoff.name = lambda.name;
  handoff.through = text(function % 2 ? "boost::asio::post" : "std::thread::thread");
  handoff.runsOn = function % 2 ? RunsOn::Loop : RunsOn::Offload;
  handoff.object = root(id(function));
  made.functions.back().handoffs.push_back(handoff);
  lambda.place = handoff.place;
  lambda.isLambda = true;
  made.functions.push_back(std::move(lambda));
  for (unsigned i = 0; i < 3; ++i) made.functions.back().calls.push_back(callOf(function, calledBy(function)));
}

void MadeUpProject::addFunction(unsigned function) {
  random.seed(function); // a header function is the same in every unit
  Function &into = made.functions.emplace_back();
  into.id = id(function);
  into.name = name(function);
  into.place = place(function);
  into.hasIndirectCalls = oneIn(10);
  line = into.place.line;
  addCalls(into, function);
  addMeanings(into, function);
  addValues(into, function);
  if (function % 30 == 4) addHandoff(function);
}

/// What does not belong to functions.
void MadeUpProject::addRest(unsigned unit) {
  unsigned first = unit * ownFunctions;
  StringId file = text(fileOf(first));
  made.units.push_back(file);
  made.overrides.push_back({id(headerFunctions() + below(headers())), id(first + below(ownFunctions)), oneIn(2)});
  made.bindings.push_back({text("c:@N@shop@S@hooks@FI@hook_" + std::to_string(unit)), id(first + below(ownFunctions)), {}});
  made.suppressions.push_back({{file, 25, 30}, Suppression::Form::Line, text("coroguard-blocking-call"), text("at start-up")});
}

Facts MadeUpProject::unit(unsigned number) {
  made = Facts();
  for (unsigned i = 0; i < ownFunctions; ++i) addFunction(number * ownFunctions + i);
  for (unsigned i = 0; i < headersPerUnit; ++i) {
    unsigned header = (number * 7 + i * i * 3) % headers();
    for (unsigned k = 0; k < functionsPerHeader; ++k) addFunction(headerFunctions() + header * functionsPerHeader + k);
  }
  random.seed(number);
  addRest(number);
  return std::move(made);
}

} // namespace coroguard::bench
