// Long because the table of all keys and the templates that read, check and print its entries use each other.
#include "frameworks/load.h"
#include "frameworks/reader.h"
#include <functional>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SHA256.h>
#include <llvm/Support/raw_ostream.h>
#include <map>
#include <set>
#include <type_traits>

namespace coroguard {
namespace {

// ---------------------------------------------------------------------------------------------------------------
// Names

bool isIdentifier(llvm::StringRef part) {
  if (part.consume_front("operator")) return part.empty() || !llvm::isAlnum(part.front());
  part.consume_front("~");
  return !part.empty() && !llvm::isDigit(part.front()) &&
         llvm::all_of(part, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// What is wrong with a name; empty when nothing is.
std::string nameFault(llvm::StringRef name) {
  if (name.empty()) return "a name is empty";
  llvm::StringRef stem = name;
  stem.consume_front("::");
  stem.consume_back("::*");
  llvm::SmallVector<llvm::StringRef> parts;
  stem.split(parts, "::");
  if (llvm::all_of(parts, isIdentifier)) return "";
  const bool wildcard = stem.contains('*');
  return "'" + name.str() +
         (wildcard ? "' has a wildcard that is not its last part" : "' is not a qualified name");
}

constexpr const char *nameRemedy =
    "write it as 'name', 'Class::member' or 'name::*', without template arguments";

/// The complete name in a root; a leading "::" makes a name absolute, and the empty name is the root itself.
std::string complete(llvm::StringRef name, llvm::StringRef root) {
  if (name.consume_front("::")) return name.str();
  if (root.empty() || name.empty()) return (root + name).str();
  return (root + "::" + name).str();
}

void checkName(Reader &reader, const YAML::Node &node) {
  if (!node.IsScalar()) return reader.complain(node.Mark(), "expected a name");
  if (std::string fault = nameFault(node.Scalar()); !fault.empty())
    reader.complain(node.Mark(), std::move(fault), nameRemedy);
}

// ---------------------------------------------------------------------------------------------------------------
// The schema: a property of an entry, and a kind of entries

/// One key of a kind of entries: how it is read, and how its value is printed again for the digest.
template <class Entry> struct Property {
  const char *key;
  bool required;
  std::function<void(Reader &, const YAML::Node &, Entry &)> read;
  std::function<std::string(const Entry &)> print;
  void (*check)(Reader &, const YAML::Node &) = nullptr; // after reading
};

std::string print(const std::string &value) { return value; }
std::string print(bool value) { return value ? "true" : "false"; }
std::string print(unsigned value) { return std::to_string(value); }
std::string print(const std::optional<unsigned> &value) { return value ? std::to_string(*value) : ""; }
std::string print(const std::vector<std::string> &value) { return llvm::join(value, ","); }
template <class Enum>
requires std::is_enum_v<Enum> std::string print(Enum value) { return std::to_string(int(value)); }

/// A property that is read as the member's type says.
template <class Entry, class Value> Property<Entry> optional(const char *key, Value Entry::*member) {
  return {
      key, false,
      [member](Reader &reader, const YAML::Node &node, Entry &entry) { reader.read(node, entry.*member); },
      [member](const Entry &entry) { return print(entry.*member); }};
}

/// A property whose value is one of these words.
template <class Entry, class Value, size_t Count>
Property<Entry> optional(const char *key, Value Entry::*member, const Word<Value> (&words)[Count]) {
  return {key, false,
          [member, &words](Reader &reader, const YAML::Node &node, Entry &entry) {
            reader.readWord(node, entry.*member, std::span<const Word<Value>>(words));
          },
          [member](const Entry &entry) { return print(entry.*member); }};
}

template <class Entry, class Value, class... Words>
Property<Entry> required(const char *key, Value Entry::*member, const Words &...words) {
  Property<Entry> property = optional<Entry, Value>(key, member, words...);
  property.required = true;
  return property;
}

/// Properties that every entry has, or every function.
template <class Entry> std::vector<Property<Entry>> commonProperties() {
  std::vector<Property<Entry>> common = {required<Entry, std::string>("why", &ModelEntry::why),
                                         optional<Entry, std::string>("since", &ModelEntry::since)};
  if constexpr (std::is_base_of_v<FunctionEntry, Entry>) {
    common.push_back(optional<Entry, unsigned>("min_parameters", &FunctionEntry::minParameters));
    common.push_back(optional<Entry, std::optional<unsigned>>("max_parameters", &FunctionEntry::maxParameters));
    common.push_back(optional<Entry, std::string>("takes", &FunctionEntry::takes));
    common.back().check = checkName;
  }
  return common;
}

/// One top-level key that holds a list of entries.
struct Kind {
  const char *key;
  std::function<void(Reader &, const YAML::Node &, Model &)> read;
  std::function<void(Model &)> completeNames;
  std::function<void(const Model &, llvm::raw_ostream &)> print;
};

template <class Entry>
Kind kind(const char *key, std::vector<Entry> Model::*list,
          std::vector<Property<std::type_identity_t<Entry>>> properties = {});

constexpr Word<Start> starts[] = {{"lazy", Start::Lazy}, {"eager", Start::Eager}};
constexpr Word<TaskType::Drop> drops[] = {{"error", TaskType::Drop::Error},
                                          {"allowed", TaskType::Drop::Allowed}};
constexpr Word<TaskType::Awaits> awaits[] = {{"once", TaskType::Awaits::Once}, {"many", TaskType::Awaits::Many}};
constexpr Word<SinkCall::Result> results[] = {{"dropped", SinkCall::Result::Dropped},
                                              {"used", SinkCall::Result::Used}};
constexpr Word<SinkCall::Callable> keepings[] = {{"kept", SinkCall::Callable::Kept},
                                                 {"released", SinkCall::Callable::Released},
                                                 {"lent", SinkCall::Callable::Lent}};
constexpr Word<IdleCall::Does> idleness[] = {{"asks", IdleCall::Does::Asks},
                                             {"rests", IdleCall::Does::Rests},
                                             {"takes", IdleCall::Does::Takes},
                                             {"retries", IdleCall::Does::Retries}};
constexpr Word<GuardType::Of> owners[] = {{"thread", GuardType::Of::Thread}, {"task", GuardType::Of::Task}};
constexpr Word<LockCall::Does> lockings[] = {{"locks", LockCall::Does::Locks}, {"unlocks", LockCall::Does::Unlocks}};
constexpr Word<ThreadValue::Of> threadValues[] = {{"identity", ThreadValue::Of::Identity},
                                                  {"error", ThreadValue::Of::Error}};
constexpr Word<TaskType::Cancels> cancellations[] = {{"once", TaskType::Cancels::Once},
                                                     {"for_good", TaskType::Cancels::ForGood}};
constexpr Word<bool> linkages[] = {{"c", true}};
constexpr Word<bool> truths[] = {{"true", true}, {"false", false}};
constexpr Word<RunsOn> threads[] = {
    {"here", RunsOn::Here}, {"loop", RunsOn::Loop}, {"offload", RunsOn::Offload}};
constexpr Word<RunsOn> sinkThreads[] = {{"here", RunsOn::Here},
                                        {"loop", RunsOn::Loop},
                                        {"offload", RunsOn::Offload},
                                        {"executor", RunsOn::Executor},
                                        {"other_loop", RunsOn::OtherLoop},
                                        {"fiber", RunsOn::Fiber},
                                        {"signal", RunsOn::Signal}};
constexpr Word<RunsOn> hopThreads[] = {{"here", RunsOn::Here}, // it never suspends
                                       {"loop", RunsOn::Loop},
                                       {"offload", RunsOn::Offload},
                                       {"other_loop", RunsOn::OtherLoop},
                                       {"executor", RunsOn::Executor}};
const Word<std::string> families[] = {{"sleep", "sleep"},     {"process", "process"},
                                      {"file", "file"},       {"dns", "dns"},
                                      {"sync", "sync"},       {"filesystem", "filesystem"},
                                      {"stdin", "stdin"},     {"database", "database"},
                                      {"network", "network"}, {"http", "http"},
                                      {"cpu", "cpu"},         {"wait", "wait"}};

/// The keys of a model file, and the properties of their entries (besides name and commonProperties).
const std::vector<Kind> &kinds() {
  static const std::vector<Kind> all = {
      kind("task_types", &Model::taskTypes,
           {optional("start", &TaskType::start, starts), optional("drop", &TaskType::drop, drops),
            optional("awaits", &TaskType::awaits, awaits), optional("detached_by", &TaskType::detachedBy),
            optional("started_behind", &TaskType::startedBehind), optional("loop_only", &TaskType::onLoopOnly, truths),
            optional("stays_on_thread", &TaskType::staysOnThread, truths),
            optional("cancelled_by", &TaskType::cancelledBy), optional("cancels", &TaskType::cancels, cancellations)}),
      kind("blocking_calls", &Model::blockingCalls,
           {required("family", &BlockingCall::family, families), optional("instead", &BlockingCall::instead),
            optional("unless_zero", &BlockingCall::unlessZero),
            optional("only_zero", &BlockingCall::onlyZero), optional("made_by", &BlockingCall::madeBy),
            optional("disarmed_by", &BlockingCall::disarmedBy),
            optional("unless_default", &BlockingCall::unlessDefault, truths),
            optional("only_object", &BlockingCall::onlyObject), optional("unless_named", &BlockingCall::unlessNamed)}),
      kind("loop_bound", &Model::loopBound,
           {optional("thread_safe", &LoopBoundType::safeMembers), optional("handle", &LoopBoundType::isHandle, truths)}),
      kind("loop_bound_calls", &Model::loopBoundCalls, {required("object", &LoopBoundCall::object)}),
      kind("executors", &Model::executors, {required("runs", &ExecutorType::runs, threads)}),
      kind("strands", &Model::strands),
      kind("sinks", &Model::sinks,
           {required("runs", &SinkCall::runs, sinkThreads), optional("executor", &SinkCall::executor),
            optional("unless_given", &SinkCall::unlessGiven), optional("result", &SinkCall::result, results),
            optional("callable", &SinkCall::callable, keepings), optional("passes_ready", &SinkCall::passesReady, truths),
            optional("at_once", &SinkCall::atOnce, truths)}),
      kind("loop_runners", &Model::loopRunners, {optional("only_ready", &LoopRunner::onlyReady, truths)}),
      kind("hops", &Model::hops, {optional("runs", &Hop::runs, hopThreads), optional("executor", &Hop::executor)}),
      kind("thread_safe", &Model::threadSafe),
      kind("background_calls", &Model::backgroundCalls, {optional("drop", &BackgroundCall::drop, drops)}),
      kind("ready_checks", &Model::readyChecks),
      kind("non_blocking_switches", &Model::nonBlockingSwitches,
           {optional("object", &NonBlockingSwitch::object), optional("of_result", &NonBlockingSwitch::ofResult, truths),
            optional("unless_zero", &NonBlockingSwitch::unlessZero), optional("named", &NonBlockingSwitch::named)}),
      kind("resumers", &Model::resumers),
      kind("never_blocks", &Model::neverBlocks),
      kind("idle_calls", &Model::idleCalls, {required("does", &IdleCall::does, idleness)}),
      kind("guards", &Model::guards, {optional("of", &GuardType::of, owners)}),
      kind("thread_bound_values", &Model::threadBoundValues),
      kind("lock_calls", &Model::lockCalls,
           {required("does", &LockCall::does, lockings), optional("object", &LockCall::object)}),
      kind("thread_values", &Model::threadValues, {required("of", &ThreadValue::of, threadValues)}),
      kind("time_limits", &Model::timeLimits, {optional("body", &TimeLimit::body)}),
  };
  return all;
}

// ---------------------------------------------------------------------------------------------------------------
// Maps and lists

using KeyHandlers = llvm::StringMap<std::function<void(const YAML::Node &)>>;

/// Walks a map: each known key once to its handler, a complaint for every other. The keys that were there.
std::set<std::string> readMap(Reader &reader, const YAML::Node &map, const Names &known,
                              const KeyHandlers &handlers) {
  std::set<std::string> seen;
  for (const auto &item : map) {
    if (!item.first.IsScalar()) {
      reader.complain(item.first.Mark(), "expected a key");
      continue;
    }
    const std::string &key = item.first.Scalar();
    const auto handler = handlers.find(key);
    if (handler == handlers.end())
      reader.complain(item.first.Mark(), "unknown key '" + key + "'", didYouMean(key, known));
    else if (!seen.insert(key).second)
      reader.complain(item.first.Mark(), "the key '" + key + "' is here twice");
    else if (item.second.IsNull()) // its own mark is that of whatever comes next
      reader.complain(item.first.Mark(), "the key '" + key + "' has no value");
    else
      handler->second(item.second);
  }
  return seen;
}

/// Reads one entry's properties; the names go to `names` with their own positions.
template <class Entry>
Entry readEntry(Reader &reader, const YAML::Node &map, const std::vector<Property<Entry>> &properties,
                YAML::Node &name) {
  Entry entry;
  Names known = {"name"};
  KeyHandlers handlers;
  handlers["name"] = [&](const YAML::Node &node) { name = node; };
  for (const Property<Entry> &property : properties) {
    known.push_back(property.key);
    handlers[property.key] = [&](const YAML::Node &node) {
      property.read(reader, node, entry);
      if (property.check) property.check(reader, node);
    };
  }
  const std::set<std::string> present = readMap(reader, map, known, handlers);
  if (!present.contains("name")) reader.complain(map.Mark(), "an entry needs the key 'name'");
  for (const Property<Entry> &property : properties)
    if (property.required && !present.contains(property.key))
      reader.complain(map.Mark(), std::string("an entry of this kind needs the key '") + property.key + "'");
  return entry;
}

/// What two entries of a kind must not share: the name, and for functions the choice of overloads.
template <class Entry> std::string identity(const Entry &entry) {
  if constexpr (std::is_base_of_v<FunctionEntry, Entry>)
    return entry.name + "/" + std::to_string(entry.minParameters) + "/" + print(entry.maxParameters) + "/" +
           entry.takes;
  else
    return entry.name;
}

/// What the types of the properties cannot say.
template <class Entry> void checkEntry(Reader &reader, const YAML::Node &map, const Entry &entry) {
  if constexpr (std::is_same_v<Entry, SinkCall>)
    if (entry.executor && entry.runs != RunsOn::Executor)
      reader.complain(map["executor"].Mark(), "'executor' has a meaning only with 'runs: executor'");
}

template <class Entry>
void readKind(Reader &reader, const YAML::Node &list, const char *key, std::vector<Entry> &entries,
              const std::vector<Property<Entry>> &properties) {
  if (!list.IsSequence())
    return reader.complain(list.Mark(), std::string("'") + key + "' must be a list of entries");
  std::map<std::string, unsigned> seen;
  for (const YAML::Node &map : list) {
    if (!map.IsMap()) {
      reader.complain(map.Mark(), "an entry must be a map", "write '- name: ...'");
      continue;
    }
    YAML::Node names;
    Entry entry = readEntry<Entry>(reader, map, properties, names);
    checkEntry(reader, map, entry);
    const auto add = [&](const YAML::Node &name) {
      checkName(reader, name);
      if (!name.IsScalar()) return;
      entry.name = name.Scalar();
      entry.declaredAt = reader.location(name.Mark());
      const auto [first, isNew] = seen.emplace(identity(entry), entry.declaredAt.line);
      if (isNew) return entries.push_back(entry);
      reader.complain(name.Mark(), "'" + entry.name + "' is already in '" + key + "'",
                      "it is first on line " + std::to_string(first->second));
    };
    if (names.IsSequence())
      for (const YAML::Node &name : names) add(name);
    else if (names.IsDefined() && !names.IsNull())
      add(names);
  }
}

/// Replaces every entry by one for each root.
template <class Entry> void completeEntries(std::vector<Entry> &entries, const Model &model) {
  std::vector<Entry> completed;
  for (const Entry &entry : entries)
    for (const std::string &root : entry.name.starts_with("::") ? std::vector<std::string>{""} : model.roots) {
      completed.push_back(entry);
      completed.back().name = complete(entry.name, root);
      if constexpr (std::is_base_of_v<FunctionEntry, Entry>)
        if (!entry.takes.empty()) completed.back().takes = complete(entry.takes, root);
      if constexpr (std::is_base_of_v<FunctionEntry, Entry>)
        completed.back().hasCLinkage = model.hasCLinkage && !llvm::StringRef(completed.back().name).contains("::");
    }
  entries = std::move(completed);
}

template <class Entry>
void printKind(const std::vector<Entry> &entries, const std::vector<Property<Entry>> &properties,
               llvm::raw_ostream &out) {
  for (const Entry &entry : entries) {
    out << entry.name << '\n';
    for (const Property<Entry> &property : properties)
      out << ' ' << property.key << '=' << property.print(entry) << '\n';
  }
}

template <class Entry>
Kind kind(const char *key, std::vector<Entry> Model::*list,
          std::vector<Property<std::type_identity_t<Entry>>> properties) {
  for (Property<Entry> &common : commonProperties<Entry>()) properties.push_back(common);
  return {key,
          [=](Reader &reader, const YAML::Node &node, Model &model) {
            readKind(reader, node, key, model.*list, properties);
          },
          [=](Model &model) { completeEntries(model.*list, model); },
          [=](const Model &model, llvm::raw_ostream &out) {
            out << key << '\n';
            printKind(model.*list, properties, out);
          }};
}

// ---------------------------------------------------------------------------------------------------------------
// The file

void checkList(Reader &reader, const YAML::Node &node, const std::vector<std::string> &names) {
  std::set<std::string> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    const YAML::Mark mark = node.IsSequence() ? node[i].Mark() : node.Mark();
    if (!seen.insert(names[i]).second) reader.complain(mark, "'" + names[i] + "' is here twice");
    if (names[i].empty()) continue; // the global namespace, or the root itself
    if (!nameFault(names[i]).empty() || names[i].ends_with("::*"))
      reader.complain(mark, "'" + names[i] + "' is not a namespace", "write it as 'outer::inner'");
  }
}

void readRoots(Reader &reader, const YAML::Node &node, Model &model) {
  reader.read(node, model.roots);
  checkList(reader, node, model.roots);
  if (model.roots.empty() && node.IsSequence())
    reader.complain(node.Mark(), "'roots' is empty", "write [\"\"] for the global namespace");
}

void readImplementation(Reader &reader, const YAML::Node &node, Model &model) {
  reader.read(node, model.implementation);
  checkList(reader, node, model.implementation);
}

/// Replaces the namespaces of the implementation by their complete names. The whole program cannot be one.
void completeImplementation(Reader &reader, const YAML::Node &node, Model &model) {
  std::vector<std::string> completed;
  for (const std::string &name : std::exchange(model.implementation, {})) {
    if (name.starts_with("::"))
      completed.push_back(complete(name, ""));
    else
      for (const std::string &root : model.roots) completed.push_back(complete(name, root));
  }
  if (llvm::is_contained(completed, ""))
    reader.complain(node.Mark(),
                    "'implementation' names the global namespace, which would silence everything");
  model.implementation = std::move(completed);
}

Model readModel(Reader &reader, const YAML::Node &top) {
  Model model;
  Names known = {"library", "roots", "linkage", "implementation"};
  KeyHandlers handlers;
  YAML::Node implementation;
  handlers["library"] = [&](const YAML::Node &node) { reader.read(node, model.library); };
  handlers["roots"] = [&](const YAML::Node &node) { readRoots(reader, node, model); };
  handlers["linkage"] = [&](const YAML::Node &node) {
    reader.readWord(node, model.hasCLinkage, std::span<const Word<bool>>(linkages));
  };
  handlers["implementation"] = [&](const YAML::Node &node) {
    implementation = node;
    readImplementation(reader, node, model);
  };
  for (const Kind &kind : kinds()) {
    known.push_back(kind.key);
    handlers[kind.key] = [&](const YAML::Node &node) { kind.read(reader, node, model); };
  }
  const std::set<std::string> present = readMap(reader, top, known, handlers);
  for (const char *key : {"library", "roots"})
    if (!present.contains(key))
      reader.complain(top.Mark(), std::string("a model needs the key '") + key + "'");
  completeImplementation(reader, implementation, model);
  for (const Kind &kind : kinds()) kind.completeNames(model);
  return model;
}

} // namespace

std::optional<Model> parseModel(std::string_view yaml, const std::string &file,
                                std::vector<Problem> &problems) {
  const size_t before = problems.size();
  Reader reader(file, problems);
  Model model;
  try {
    const YAML::Node top = YAML::Load(std::string(yaml));
    if (top.IsMap())
      model = readModel(reader, top);
    else
      reader.complain(top.Mark(), "a model must be a map", "start it with 'library: name'");
  } catch (const YAML::Exception &error) {
    reader.complain(error.mark, "not YAML: " + error.msg);
  }
  model.file = file;
  if (problems.size() == before) return model;
  return std::nullopt;
}

std::optional<Model> readModelFile(const std::string &file, std::vector<Problem> &problems) {
  const auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (buffer) return parseModel((*buffer)->getBuffer(), file, problems);
  problems.push_back({{file, 0, 0}, "cannot read the model: " + buffer.getError().message(), "check its path and permissions"});
  return std::nullopt;
}

Models loadModels(const std::vector<std::string> &userFiles, std::vector<Problem> &problems) {
  Models models;
  const auto add = [&](std::optional<Model> model) {
    if (model) models.libraries.push_back(*std::move(model));
  };
  for (const std::string &file : userFiles) add(readModelFile(file, problems));
  models.userModels = models.libraries.size();
  for (const EmbeddedModel &embedded : embeddedModels())
    add(parseModel(embedded.text, embedded.file, problems));
  return models;
}

std::string digest(const Models &models) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Model &model : models.libraries) {
    out << model.library << '\n' << print(model.roots) << '\n' << print(model.hasCLinkage) << print(model.implementation) << '\n';
    for (const Kind &kind : kinds()) kind.print(model, out);
  }
  const llvm::ArrayRef<uint8_t> bytes(reinterpret_cast<const uint8_t *>(text.data()), text.size());
  return llvm::toHex(llvm::SHA256::hash(bytes), /*LowerCase=*/true);
}

} // namespace coroguard
