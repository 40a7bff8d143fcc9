// Long because every answer comes from one cache, in which models, base classes and attributes meet.
#include "frameworks/lookup.h"
#include "language/callee.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>
#include <deque>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>

using namespace clang;

namespace coroguard {
namespace {

// ---------------------------------------------------------------------------------------------------------------
// Conditions of a function entry

const CXXRecordDecl *recordOf(QualType type) {
  if (type.isNull()) return nullptr;
  return type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
}

bool hasParameterOf(const FunctionDecl &function, llvm::StringRef record) {
  return llvm::any_of(function.parameters(), [&](const ParmVarDecl *parameter) {
    const CXXRecordDecl *type = recordOf(parameter->getType());
    return type && qualifiedName(*type) == record;
  });
}

/// Does the entry mean this overload of its name?
bool applies(const FunctionEntry &entry, const FunctionDecl &function) {
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(&function))
    if (constructor->isCopyOrMoveConstructor()) return false; // nothing is opened or started
  if (entry.hasCLinkage && !function.isExternC()) return false;
  const unsigned parameters = function.getNumParams();
  if (parameters < entry.minParameters || (entry.maxParameters && parameters > *entry.maxParameters)) return false;
  return entry.takes.empty() || hasParameterOf(function, entry.takes);
}

// ---------------------------------------------------------------------------------------------------------------
// Names

/// Entries of one kind by name. Libraries come in the order of precedence; within one, an exact name stands
/// before a wildcard, a longer wildcard before a shorter one, and otherwise the order of the file decides.
template <class Entry> class Index {
public:
  void add(const Entry &entry, unsigned rank) {
    llvm::StringRef name = entry.name;
    auto &slot = name.consume_back("::*") ? prefixes[name] : exact[name];
    slot.push_back({&entry, rank});
  }

  /// The first entry for the name that is accepted.
  template <class Accept> const Entry *find(llvm::StringRef name, Accept accept) const {
    Ranked best;
    consider(exact, name, accept, best);
    if (prefixes.empty()) return best.entry;
    for (size_t end = name.rfind("::"); end != llvm::StringRef::npos; end = name.rfind("::")) {
      name = name.take_front(end);
      consider(prefixes, name, accept, best);
    }
    return best.entry;
  }
  const Entry *find(llvm::StringRef name) const {
    return find(name, [](const Entry &) { return true; });
  }

private:
  struct Ranked {
    const Entry *entry = nullptr;
    unsigned rank = ~0U;
  };
  using Table = llvm::StringMap<llvm::SmallVector<Ranked, 1>>;

  template <class Accept>
  static void consider(const Table &table, llvm::StringRef name, Accept accept, Ranked &best) {
    const auto slot = table.find(name);
    if (slot == table.end()) return;
    for (const Ranked &candidate : slot->second)
      if (candidate.rank < best.rank && accept(*candidate.entry)) best = candidate;
  }

  Table exact;
  Table prefixes;
};

// ---------------------------------------------------------------------------------------------------------------
// Attributes: [[clang::annotate("coroguard::<word>", "why")]]

struct Mark {
  llvm::StringRef word;
  std::string why;
  Location location;
};

std::string stringArgument(const AnnotateAttr &attribute) {
  for (const Expr *argument : attribute.args())
    if (const auto *text = dyn_cast<StringLiteral>(argument->IgnoreParenImpCasts()))
      return text->getString().str();
  return "";
}

Location locationOf(const Decl &decl, const AnnotateAttr &attribute) {
  const PresumedLoc place = decl.getASTContext().getSourceManager().getPresumedLoc(attribute.getLocation());
  if (place.isInvalid()) return {};
  return {place.getFilename(), place.getLine(), place.getColumn()};
}

/// Our attributes of a declaration; the most recent redeclaration has inherited those of the others.
llvm::SmallVector<Mark, 1> marksOf(const Decl &decl) {
  llvm::SmallVector<Mark, 1> marks;
  const Decl &latest = *decl.getMostRecentDecl();
  if (!latest.hasAttrs()) return marks;
  for (const auto *attribute : latest.specific_attrs<AnnotateAttr>()) {
    llvm::StringRef word = attribute->getAnnotation();
    if (word.consume_front("coroguard::"))
      marks.push_back({word, stringArgument(*attribute), locationOf(latest, *attribute)});
  }
  return marks;
}

/// Our attributes of a class, those of its template when nothing has instantiated this specialisation.
llvm::SmallVector<Mark, 1> marksOfRecord(const CXXRecordDecl &record) {
  if (const CXXRecordDecl *definition = record.getDefinition()) return marksOf(*definition);
  if (const auto *specialization = dyn_cast<ClassTemplateSpecializationDecl>(&record))
    return marksOf(*specialization->getSpecializedTemplate()->getTemplatedDecl());
  return marksOf(record);
}

const Mark *named(llvm::ArrayRef<Mark> marks, llvm::StringRef word) {
  const auto *mark = llvm::find_if(marks, [&](const Mark &mark) { return mark.word == word; });
  return mark == marks.end() ? nullptr : mark;
}

// ---------------------------------------------------------------------------------------------------------------
// Declarations

/// The functions whose entry is also this function's: what it overrides, and the constructor it inherits.
llvm::SmallVector<const FunctionDecl *, 2> ancestorsOf(const FunctionDecl &function) {
  llvm::SmallVector<const FunctionDecl *, 2> ancestors;
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  if (!method) return ancestors;
  ancestors.append(method->begin_overridden_methods(), method->end_overridden_methods());
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(method))
    if (const CXXConstructorDecl *inherited = constructor->getInheritedConstructor().getConstructor())
      ancestors.push_back(inherited);
  return ancestors;
}

/// Calls visit for the class and, while it returns nothing, for its bases, the nearest first.
template <class Visit> auto searchBases(const CXXRecordDecl &record, Visit visit) -> decltype(visit(record)) {
  if (auto found = visit(record)) return found;
  const CXXRecordDecl *definition = record.getDefinition();
  if (!definition) return {};
  for (const CXXBaseSpecifier &base : definition->bases())
    if (const CXXRecordDecl *baseRecord = recordOf(base.getType()))
      if (auto found = searchBases(*baseRecord, visit)) return found;
  return {};
}

} // namespace

// ---------------------------------------------------------------------------------------------------------------
// State

/// Everything that is known about one function or function object.
struct Meaning {
  const BlockingCall *blocking = nullptr;
  const SinkCall *sink = nullptr;
  const Hop *hop = nullptr;
  const LoopRunner *loopRunner = nullptr;
  const LoopBoundCall *loopBoundCall = nullptr;
  const LoopBoundType *loopBound = nullptr;
  const Resumer *resumer = nullptr;
  const IdleCall *idle = nullptr;
  const BackgroundCall *background = nullptr;
  const ReadyCheck *readyCheck = nullptr;
  const NonBlockingSwitch *nonBlockingSwitch = nullptr;
  const LockCall *lockCall = nullptr;
  const ThreadValue *threadValue = nullptr;
  const TimeLimit *timeLimit = nullptr;
  bool neverBlocks = false;
};

struct Lookup::State {
  State(const Models &models, const ASTContext &context);

  const Meaning &meaningOf(const FunctionDecl &function);
  const Meaning &meaningOf(const VarDecl &object);
  const SinkCall *sinkOf(const FieldDecl &field);
  const TaskType *taskTypeOf(const CXXRecordDecl &record);
  const Hop *hopOf(const CXXRecordDecl &record) const;
  const GuardType *guardOf(const CXXRecordDecl &record) const;
  const LoopBoundType *loopBoundOf(const CXXRecordDecl &record);
  const ThreadBoundValue *threadBoundValueOf(const CXXRecordDecl &record);
  RunsOn executorOf(QualType type);
  bool isStrand(QualType type);
  bool isImplementation(const DeclContext &space);

private:
  Meaning modelled(const FunctionDecl &function) const;
  void inherit(const FunctionDecl &function, Meaning &meaning);
  void annotate(const FunctionDecl &function, Meaning &meaning);
  const LoopBoundType *loopBoundRecord(const CXXRecordDecl &record);
  const LoopBoundType *loopBoundBy(const CXXMethodDecl &method);
  const TaskType *ownTaskType(const CXXRecordDecl &record);
  const ThreadBoundValue *ownThreadBoundValue(const CXXRecordDecl &record);
  RunsOn executorRecord(const CXXRecordDecl &record) const;
  RunsOn executorAdaptor(const CXXRecordDecl &record);
  template <class Entry>
  const Entry *own(std::deque<Entry> &entries, const NamedDecl &decl, const Mark &mark);

  Index<TaskType> taskTypes;
  Index<BlockingCall> blockingCalls;
  Index<LoopBoundType> loopBound;
  Index<LoopBoundCall> loopBoundCalls;
  Index<ExecutorType> executors;
  Index<StrandType> strands;
  Index<SinkCall> sinks;
  Index<LoopRunner> loopRunners;
  Index<Hop> hops;
  Index<ThreadSafeCall> threadSafe;
  Index<BackgroundCall> backgroundCalls;
  Index<ReadyCheck> readyChecks;
  Index<NonBlockingSwitch> nonBlockingSwitches;
  Index<Resumer> resumers;
  Index<NeverBlocks> neverBlocks;
  Index<IdleCall> idleCalls;
  Index<GuardType> guards;
  Index<ThreadBoundValue> threadBoundValues;
  Index<LockCall> lockCalls;
  Index<ThreadValue> threadValues;
  Index<TimeLimit> timeLimits;
  llvm::StringSet<> implementation;

  // What attributes say, as entries; a deque keeps their addresses.
  std::deque<TaskType> ownTaskTypes;
  std::deque<BlockingCall> ownBlockingCalls;
  std::deque<LoopBoundType> ownLoopBound;
  std::deque<SinkCall> ownSinks;
  std::deque<Hop> ownHops;
  std::deque<ThreadBoundValue> ownThreadBoundValues;

  llvm::DenseMap<const Decl *, Meaning> meanings;
  llvm::DenseMap<const FieldDecl *, const SinkCall *> fieldSinkMemo;
  llvm::DenseMap<const CXXRecordDecl *, const TaskType *> taskTypeMemo;
  llvm::DenseMap<const CXXRecordDecl *, const LoopBoundType *> loopBoundMemo;
  llvm::DenseMap<const CXXRecordDecl *, const ThreadBoundValue *> threadBoundMemo;
  llvm::DenseMap<const CXXRecordDecl *, RunsOn> executorMemo;
  llvm::DenseMap<const DeclContext *, bool> implementationMemo;
};

Lookup::State::State(const Models &models, const ASTContext &) {
  unsigned rank = 0;
  const auto addAll = [&](const auto &entries, auto &index) {
    for (const auto &entry : entries) index.add(entry, rank);
  };
  for (const Model &model : models.libraries) {
    addAll(model.taskTypes, taskTypes);
    addAll(model.blockingCalls, blockingCalls);
    addAll(model.loopBound, loopBound);
    addAll(model.loopBoundCalls, loopBoundCalls);
    addAll(model.executors, executors);
    addAll(model.strands, strands);
    addAll(model.sinks, sinks);
    addAll(model.loopRunners, loopRunners);
    addAll(model.hops, hops);
    addAll(model.threadSafe, threadSafe);
    addAll(model.backgroundCalls, backgroundCalls);
    addAll(model.readyChecks, readyChecks);
    addAll(model.nonBlockingSwitches, nonBlockingSwitches);
    addAll(model.resumers, resumers);
    addAll(model.neverBlocks, neverBlocks);
    addAll(model.idleCalls, idleCalls);
    addAll(model.guards, guards);
    addAll(model.threadBoundValues, threadBoundValues);
    addAll(model.lockCalls, lockCalls);
    addAll(model.threadValues, threadValues);
    addAll(model.timeLimits, timeLimits);
    for (const std::string &space : model.implementation) implementation.insert(space);
    ++rank;
  }
}

/// An entry that stands for an attribute.
template <class Entry>
const Entry *Lookup::State::own(std::deque<Entry> &entries, const NamedDecl &decl, const Mark &mark) {
  Entry entry;
  entry.name = qualifiedName(decl);
  entry.why = mark.why.empty() ? "it is annotated coroguard::" + mark.word.str() : mark.why;
  entry.declaredAt = mark.location;
  return &entries.emplace_back(std::move(entry));
}

const Meaning &Lookup::State::meaningOf(const FunctionDecl &function) {
  const Decl *key = function.getCanonicalDecl();
  if (const auto known = meanings.find(key); known != meanings.end()) return known->second;
  Meaning meaning = modelled(function);
  inherit(function, meaning);
  annotate(function, meaning);
  return meanings[key] = meaning; // inserted last: inherit() may have grown the map
}

Meaning Lookup::State::modelled(const FunctionDecl &function) const {
  const std::string name = qualifiedName(function);
  const auto accept = [&](const FunctionEntry &entry) { return applies(entry, function); };
  Meaning meaning;
  meaning.blocking = blockingCalls.find(name, accept);
  meaning.sink = sinks.find(name, accept);
  meaning.hop = hops.find(name, accept);
  meaning.loopRunner = loopRunners.find(name, accept);
  meaning.loopBoundCall = loopBoundCalls.find(name, accept);
  meaning.resumer = resumers.find(name, accept);
  meaning.idle = idleCalls.find(name, accept);
  meaning.background = backgroundCalls.find(name, accept);
  meaning.readyCheck = readyChecks.find(name, accept);
  meaning.nonBlockingSwitch = nonBlockingSwitches.find(name, accept);
  meaning.neverBlocks = neverBlocks.find(name, accept);
  meaning.lockCall = lockCalls.find(name, accept);
  meaning.threadValue = threadValues.find(name, accept);
  meaning.timeLimit = timeLimits.find(name, accept);
  return meaning;
}

/// Fills what the function itself does not say from the functions it overrides.
void Lookup::State::inherit(const FunctionDecl &function, Meaning &meaning) {
  for (const FunctionDecl *ancestor : ancestorsOf(function)) {
    const Meaning inherited = meaningOf(*ancestor);
    if (!meaning.blocking) meaning.blocking = inherited.blocking;
    if (!meaning.sink) meaning.sink = inherited.sink;
    if (!meaning.hop) meaning.hop = inherited.hop;
    if (!meaning.loopRunner) meaning.loopRunner = inherited.loopRunner;
    if (!meaning.loopBoundCall) meaning.loopBoundCall = inherited.loopBoundCall;
    if (!meaning.resumer) meaning.resumer = inherited.resumer;
    if (!meaning.idle) meaning.idle = inherited.idle;
    if (!meaning.background) meaning.background = inherited.background;
    if (!meaning.readyCheck) meaning.readyCheck = inherited.readyCheck;
    if (!meaning.nonBlockingSwitch) meaning.nonBlockingSwitch = inherited.nonBlockingSwitch;
    meaning.loopBound = inherited.loopBound;
    meaning.neverBlocks |= inherited.neverBlocks;
  }
  if (const auto *method = dyn_cast<CXXMethodDecl>(&function))
    if (const LoopBoundType *bound = loopBoundBy(*method)) meaning.loopBound = bound;
}

/// The function's own attributes have the last word.
void Lookup::State::annotate(const FunctionDecl &function, Meaning &meaning) {
  const auto marks = marksOf(function);
  if (const Mark *mark = named(marks, "blocking")) {
    meaning.blocking = own(ownBlockingCalls, function, *mark);
    meaning.neverBlocks = false;
  }
  if (named(marks, "never_blocks")) meaning.neverBlocks = true;
  if (meaning.neverBlocks) meaning.blocking = nullptr;
  if (const Mark *mark = named(marks, "sink")) meaning.sink = own(ownSinks, function, *mark);
  if (const Mark *mark = named(marks, "offload")) {
    meaning.sink = own(ownSinks, function, *mark);
    ownSinks.back().runs = RunsOn::Offload;
  }
  for (auto [word, runs] : {std::pair("resumes_on_loop", RunsOn::Loop), {"resumes_on_pool", RunsOn::Offload}})
    if (const Mark *mark = named(marks, word)) {
      meaning.hop = own(ownHops, function, *mark);
      ownHops.back().runs = runs;
    }
  if (const Mark *mark = named(marks, "other_loop")) {
    meaning.sink = own(ownSinks, function, *mark);
    ownSinks.back().runs = RunsOn::OtherLoop;
  }
  if (named(marks, "any_thread")) meaning.loopBound = nullptr;
}

const Meaning &Lookup::State::meaningOf(const VarDecl &object) {
  const Decl *key = object.getCanonicalDecl();
  const auto [slot, isNew] = meanings.try_emplace(key);
  if (!isNew) return slot->second;
  // A condition on parameters means the call operator, which is not here: such an entry does not apply.
  const auto accept = [](const FunctionEntry &entry) {
    return entry.takes.empty() && entry.minParameters == 0 && !entry.maxParameters;
  };
  const std::string name = qualifiedName(object);
  slot->second.blocking = blockingCalls.find(name, accept);
  slot->second.sink = sinks.find(name, accept);
  return slot->second;
}

/// A callback kept in a field of a structure that is then given to the library; conditions on parameters never apply.
const SinkCall *Lookup::State::sinkOf(const FieldDecl &field) {
  const auto [slot, isNew] = fieldSinkMemo.try_emplace(field.getCanonicalDecl(), nullptr);
  if (isNew)
    slot->second = sinks.find(qualifiedName(field), [](const FunctionEntry &entry) {
      return entry.takes.empty() && entry.minParameters == 0;
    });
  return slot->second;
}

/// The entry or attribute that makes a class loop-bound; its bases are asked by their own members.
const LoopBoundType *Lookup::State::loopBoundRecord(const CXXRecordDecl &record) {
  const auto [slot, isNew] = loopBoundMemo.try_emplace(record.getCanonicalDecl(), nullptr);
  if (!isNew) return slot->second;
  const auto marks = marksOfRecord(record);
  const Mark *mark = named(marks, "loop_bound");
  return slot->second = mark ? own(ownLoopBound, record, *mark) : loopBound.find(qualifiedName(record));
}

const LoopBoundType *Lookup::State::loopBoundOf(const CXXRecordDecl &record) {
  return searchBases(record, [this](const CXXRecordDecl &base) { return loopBoundRecord(base); });
}

/// The loop-bound class this member belongs to, unless its model calls the member thread-safe.
const LoopBoundType *Lookup::State::loopBoundBy(const CXXMethodDecl &method) {
  if (method.isStatic() || isa<CXXConstructorDecl>(method) || isa<CXXDestructorDecl>(method)) return nullptr;
  const LoopBoundType *bound = loopBoundRecord(*method.getParent());
  if (!bound || llvm::is_contained(bound->safeMembers, method.getNameAsString())) return nullptr;
  return threadSafe.find(qualifiedName(method)) ? nullptr : bound;
}

// ---------------------------------------------------------------------------------------------------------------
// Types

const TaskType *Lookup::State::ownTaskType(const CXXRecordDecl &record) {
  const auto marks = marksOfRecord(record);
  if (const Mark *mark = named(marks, "fire_and_forget")) {
    const TaskType *entry = own(ownTaskTypes, record, *mark);
    ownTaskTypes.back().drop = TaskType::Drop::Allowed;
    return entry;
  }
  if (const Mark *mark = named(marks, "must_await")) {
    const TaskType *entry = own(ownTaskTypes, record, *mark);
    ownTaskTypes.back().byAttribute = true;
    return entry;
  }
  return taskTypes.find(qualifiedName(record));
}

const TaskType *Lookup::State::taskTypeOf(const CXXRecordDecl &record) {
  const auto [slot, isNew] = taskTypeMemo.try_emplace(record.getCanonicalDecl(), nullptr);
  if (isNew)
    slot->second = searchBases(record, [this](const CXXRecordDecl &base) { return ownTaskType(base); });
  return slot->second;
}

/// Not the bases: a class that derives from a thread pool is awaited for another reason.
const Hop *Lookup::State::hopOf(const CXXRecordDecl &record) const {
  return hops.find(qualifiedName(record),
                   [](const FunctionEntry &entry) { return entry.takes.empty() && entry.minParameters == 0; });
}

const GuardType *Lookup::State::guardOf(const CXXRecordDecl &record) const {
  return searchBases(record, [this](const CXXRecordDecl &base) { return guards.find(qualifiedName(base)); });
}

const ThreadBoundValue *Lookup::State::ownThreadBoundValue(const CXXRecordDecl &record) {
  const auto marks = marksOfRecord(record);
  const Mark *mark = named(marks, "thread_bound");
  return mark ? own(ownThreadBoundValues, record, *mark) : threadBoundValues.find(qualifiedName(record));
}

const ThreadBoundValue *Lookup::State::threadBoundValueOf(const CXXRecordDecl &record) {
  const auto [slot, isNew] = threadBoundMemo.try_emplace(record.getCanonicalDecl(), nullptr);
  if (isNew) slot->second = searchBases(record, [this](const CXXRecordDecl &base) { return ownThreadBoundValue(base); });
  return slot->second;
}

/// The class itself, else a class it is nested in (pool::executor_type).
RunsOn Lookup::State::executorRecord(const CXXRecordDecl &record) const {
  for (const auto *outer = &record; outer; outer = dyn_cast<CXXRecordDecl>(outer->getDeclContext()))
    if (const ExecutorType *entry = executors.find(qualifiedName(*outer))) return entry->runs;
  return RunsOn::Unknown;
}

/// The first template argument that is an executor: strand<E>, executor_binder<Handler, E>, shared_ptr<pool>.
RunsOn Lookup::State::executorAdaptor(const CXXRecordDecl &record) {
  const auto *adaptor = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  if (!adaptor) return RunsOn::Unknown;
  for (const TemplateArgument &argument : adaptor->getTemplateArgs().asArray()) {
    if (argument.getKind() != TemplateArgument::Type) continue;
    if (const RunsOn runs = executorOf(argument.getAsType()); runs != RunsOn::Unknown) return runs;
  }
  return RunsOn::Unknown;
}

RunsOn Lookup::State::executorOf(QualType type) {
  if (type.isNull()) return RunsOn::Unknown;
  if (type->isAnyPointerType() || type->isReferenceType()) type = type->getPointeeType();
  const CXXRecordDecl *record = recordOf(type);
  if (!record) return RunsOn::Unknown;
  if (const auto known = executorMemo.find(record); known != executorMemo.end()) return known->second;
  const auto named = searchBases(*record, [this](const CXXRecordDecl &base) -> std::optional<RunsOn> {
    const RunsOn runs = executorRecord(base);
    return runs == RunsOn::Unknown ? std::nullopt : std::optional(runs);
  });
  const RunsOn runs = named ? *named : executorAdaptor(*record);
  return executorMemo[record] = runs;
}

bool Lookup::State::isStrand(QualType type) {
  if (type.isNull()) return false;
  if (type->isAnyPointerType() || type->isReferenceType()) type = type->getPointeeType();
  const CXXRecordDecl *record = recordOf(type);
  if (!record) return false;
  if (strands.find(qualifiedName(*record))) return true;
  const auto *adaptor = dyn_cast<ClassTemplateSpecializationDecl>(record);
  return adaptor && llvm::any_of(adaptor->getTemplateArgs().asArray(), [this](const TemplateArgument &argument) {
           return argument.getKind() == TemplateArgument::Type && isStrand(argument.getAsType());
         });
}

/// Is the namespace, or one around it, a modelled implementation?
bool Lookup::State::isImplementation(const DeclContext &space) {
  const DeclContext *key = space.getPrimaryContext();
  if (const auto known = implementationMemo.find(key); known != implementationMemo.end())
    return known->second;
  const auto *named = dyn_cast<NamespaceDecl>(key);
  const bool inside = (named && implementation.contains(qualifiedName(*named))) ||
                      (key->getParent() && isImplementation(*key->getParent()));
  return implementationMemo[key] = inside;
}

// ---------------------------------------------------------------------------------------------------------------
// Lookup

Lookup::Lookup(const Models &models, const ASTContext &context)
    : state(std::make_unique<State>(models, context)) {}
Lookup::~Lookup() = default;

const BlockingCall *Lookup::blocking(const FunctionDecl &function) {
  return state->meaningOf(function).blocking;
}
const SinkCall *Lookup::sink(const FunctionDecl &function) { return state->meaningOf(function).sink; }
const Hop *Lookup::hop(const FunctionDecl &function) { return state->meaningOf(function).hop; }
const LoopRunner *Lookup::loopRunner(const FunctionDecl &function) {
  return state->meaningOf(function).loopRunner;
}
const LoopBoundCall *Lookup::loopBoundCall(const FunctionDecl &function) {
  return state->meaningOf(function).loopBoundCall;
}
const LoopBoundType *Lookup::loopBoundMember(const FunctionDecl &method) {
  return state->meaningOf(method).loopBound;
}
const Resumer *Lookup::resumer(const FunctionDecl &function) { return state->meaningOf(function).resumer; }
const IdleCall *Lookup::idle(const FunctionDecl &function) { return state->meaningOf(function).idle; }
const BackgroundCall *Lookup::backgroundCall(const FunctionDecl &function) {
  return state->meaningOf(function).background;
}
bool Lookup::isReadyCheck(const FunctionDecl &function) { return state->meaningOf(function).readyCheck; }
const NonBlockingSwitch *Lookup::nonBlockingSwitch(const FunctionDecl &function) {
  return state->meaningOf(function).nonBlockingSwitch;
}
const LockCall *Lookup::lockCall(const FunctionDecl &function) { return state->meaningOf(function).lockCall; }
const ThreadValue *Lookup::threadValue(const FunctionDecl &function) { return state->meaningOf(function).threadValue; }
const TimeLimit *Lookup::timeLimit(const FunctionDecl &function) { return state->meaningOf(function).timeLimit; }
bool Lookup::neverBlocks(const FunctionDecl &function) { return state->meaningOf(function).neverBlocks; }

const BlockingCall *Lookup::blocking(const VarDecl &object) { return state->meaningOf(object).blocking; }
const SinkCall *Lookup::sink(const VarDecl &object) { return state->meaningOf(object).sink; }
const SinkCall *Lookup::sink(const Callee &callee) {
  if (callee.functionObject) return sink(*callee.functionObject);
  return callee.function ? sink(*callee.function) : nullptr;
}
const SinkCall *Lookup::sink(const FieldDecl &field) { return state->sinkOf(field); }

const TaskType *Lookup::taskType(QualType type) {
  if (type.isNull() || type->isReferenceType()) return nullptr;
  const CXXRecordDecl *record = recordOf(type);
  return record ? state->taskTypeOf(*record) : nullptr;
}

const Hop *Lookup::hop(QualType type) {
  const CXXRecordDecl *record = recordOf(type);
  return record ? state->hopOf(*record) : nullptr;
}

const GuardType *Lookup::guard(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : recordOf(type);
  return record ? state->guardOf(*record) : nullptr;
}

const LoopBoundType *Lookup::loopBoundType(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : recordOf(type);
  return record ? state->loopBoundOf(*record) : nullptr;
}

const ThreadBoundValue *Lookup::threadBoundValue(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : recordOf(type);
  return record ? state->threadBoundValueOf(*record) : nullptr;
}

RunsOn Lookup::executor(QualType type) { return state->executorOf(type); }
bool Lookup::isStrand(QualType type) { return state->isStrand(type); }

bool Lookup::isOffload(const CXXRecordDecl &awaiter) { return named(marksOfRecord(awaiter), "offload"); }

bool Lookup::isImplementation(const Decl &decl) {
  const DeclContext *space = isa<NamespaceDecl>(decl) ? cast<DeclContext>(&decl) : decl.getDeclContext();
  return space && state->isImplementation(*space->getEnclosingNamespaceContext());
}

} // namespace coroguard
