// What is taken from somebody else's object before a suspension and used behind it.
#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <task.h>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

using mock::lazy_task;

lazy_task<int> load(int key);
lazy_task<> tick();
void use(int);

struct session {
  int id = 0;
  std::string name;
  lazy_task<> send(std::string_view) const;
  void note();
};

struct server {
  std::map<int, session> sessions;
  std::unordered_map<int, session> hashed;
  std::vector<session> list;
  std::deque<int> queue;
  std::string title;
  std::optional<session> current;
  std::unique_ptr<session> owned;
  std::shared_ptr<session> shared;
  std::map<int, std::shared_ptr<session>> kept;
  session *raw = nullptr;
  std::weak_ptr<session> weak;

  // Others, that run while a coroutine is suspended.
  void onClose(int id) {
    sessions.erase(id);
    kept.erase(id);
  }
  void onConnect(int id) {
    list.push_back({});
    hashed[id] = {};
    queue.push_back(id);
  }
  void onReload() {
    title = "reloaded";
    current.reset();
    owned.reset();
    shared = nullptr;
    raw = nullptr;
  }
  session &sessionOf(int id) { return sessions.at(id); }
  std::vector<session> &all() { return list; }

  // --- The plain bug -----------------------------------------------------------------------------------------------

  lazy_task<> plain(int id) {
    auto it = sessions.find(id); // note: "taken here"
    if (it == sessions.end()) co_return;
    co_await tick(); // note: "the coroutine suspends here"
    it->second.note(); // warn: stale-after-suspension "'it' refers into 'sessions', and 'server::onClose' can change that during the suspension; it may dangle here"
  }

  lazy_task<> loop() {
    for (auto &[id, each] : sessions) { // note: "the loop begins here"
      co_await each.send("hello"); // warn: stale-after-suspension "loop over 'sessions' suspends, and 'server::onClose' can change that meanwhile; its iterator may dangle behind"
    }
  }

  lazy_task<> check() {
    if (!owned) co_return; // note: "checked here"
    co_await tick();      // note: "the coroutine suspends here"
    owned->note();         // warn: stale-after-suspension "'owned' was checked before a suspension, and 'server::onReload' can change it meanwhile; the check does not hold here"
  }

  // --- Spellings: references, pointers, iterators, views ---------------------------------------------------------------

  lazy_task<> reference(int id) {
    auto &found = sessions.at(id);
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found' refers into 'sessions'"
  }
  lazy_task<> constReference(int id) {
    const session &found = this->sessions[id];
    co_await found.send(found.name);
    use(found.id); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> pointer(int id) {
    session *found = &sessions[id];
    co_await tick();
    if (found) found->note(); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> binding(int id) {
    auto [it, inserted] = hashed.try_emplace(id);
    int value = co_await load(id);
    it->second.id = value; // warn: stale-after-suspension "'it' refers into 'hashed'"
  }
  lazy_task<> derived(int id) {
    auto it = sessions.find(id);
    const auto &name = it->second.name;
    co_await tick();
    use(name.size()); // warn: stale-after-suspension "'name' refers into 'sessions'"
  }
  lazy_task<> element() {
    auto &first = list.front();
    first.id = co_await load(1); // warn: stale-after-suspension "'first' refers into 'list'"
  }
  lazy_task<> view() {
    std::string_view text = title;
    co_await tick();
    use(text.size()); // warn: stale-after-suspension "'text' refers into 'title'"
  }
  lazy_task<> span() {
    std::span<session> view(list);
    co_await tick();
    use(view[0].id); // warn: stale-after-suspension "'view' refers into 'list'"
  }
  lazy_task<> characters() {
    const char *text = title.c_str();
    co_await tick();
    use(text[0]); // warn: stale-after-suspension "'text'"
  }
  lazy_task<> pointee() {
    auto &object = *owned;
    co_await tick();
    object.note(); // warn: stale-after-suspension "'object' refers into 'owned'"
  }
  lazy_task<> fromGet() {
    session *object = shared.get();
    co_await tick();
    object->note(); // warn: stale-after-suspension "'object' refers into 'shared'"
  }
  lazy_task<> optional() {
    auto &now = current.value();
    co_await tick();
    now.note(); // warn: stale-after-suspension "'now' refers into 'current'"
  }
  lazy_task<> getter(int id) {
    auto &found = sessionOf(id);
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found' refers into 'sessions'"
  }
  lazy_task<> assigned(int id) {
    std::map<int, session>::iterator it;
    it = sessions.find(id);
    co_await tick();
    it->second.note(); // warn: stale-after-suspension "'it'"
  }
  lazy_task<> algorithm() {
    auto it = std::find_if(list.begin(), list.end(), [](const session &each) { return each.id == 1; });
    co_await tick();
    it->note(); // warn: stale-after-suspension "'it' refers into 'list'"
  }
  lazy_task<> alias(int id) {
    auto &map = sessions;
    auto it = map.find(id);
    co_await tick();
    map.erase(it); // warn: stale-after-suspension "'it'"
  }
  lazy_task<> captured(int id) {
    auto &found = sessions.at(id);
    co_await tick();
    auto later = [&found] { found.note(); }; // warn: stale-after-suspension "'found'"
    later();
  }
  lazy_task<> inCondition(int id) {
    if (auto it = sessions.find(id); it != sessions.end()) {
      co_await it->second.send("x");
      sessions.erase(it); // warn: stale-after-suspension "'it'"
    }
  }

  // --- Spellings: loops -------------------------------------------------------------------------------------------------

  lazy_task<> byIterator() {
    for (auto it = sessions.begin(); it != sessions.end(); ++it) // warn: stale-after-suspension "'it'"
      co_await it->second.send("x");
  }
  lazy_task<> overGetter() {
    for (auto &each : all()) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list'"
  }
  lazy_task<> byValue() {
    for (session each : list) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list'"
  }
  lazy_task<> keptElements() {
    for (auto &[id, each] : kept) {
      if (each->id) continue;
      int rc = co_await load(id); // warn: stale-after-suspension "loop over 'kept'"
      if (rc) continue;
      each->note();
    }
  }
  lazy_task<> leaves() {
    for (auto &[id, each] : sessions)
      if (id == 7) {
        co_await tick();
        each.note(); // warn: stale-after-suspension "'each' refers into 'sessions'"
        break;
      }
  }
  lazy_task<> roundTheLoop() {
    session *last = nullptr;
    for (int i = 0; i < 3; ++i) {
      if (last) last->note(); // warn: stale-after-suspension "'last'"
      last = &list[i];
      co_await tick();
    }
  }
  lazy_task<> inLambda(int id) {
    auto run = [this, id]() -> lazy_task<> {
      auto &found = sessions.at(id);
      co_await tick();
      found.note(); // warn: stale-after-suspension "'found'"
    };
    co_await run();
  }

  // --- Spellings: checks ------------------------------------------------------------------------------------------------

  lazy_task<> nested() {
    if (shared != nullptr) {
      co_await shared->send("x");
      shared->note(); // warn: stale-after-suspension "'shared' was checked before a suspension"
    }
  }
  lazy_task<> rawPointer() {
    if (raw) {
      co_await tick();
      raw->note(); // warn: stale-after-suspension "'raw' was checked"
    }
  }
  lazy_task<> value() {
    if (!current.has_value()) co_return;
    co_await tick();
    (*current).note(); // warn: stale-after-suspension "'current' was checked"
  }
  lazy_task<> weakObject() {
    if (weak.expired()) co_return;
    co_await tick();
    weak.lock()->note(); // warn: stale-after-suspension "'weak' was checked before a suspension, and others can change it meanwhile"
  }
  lazy_task<> oncePerRound() {
    if (!owned) co_return;
    while (true) co_await owned->send("x"); // warn: stale-after-suspension "'owned' was checked"
  }

  // --- Silent: taken again, copied, or not used behind --------------------------------------------------------------------

  lazy_task<> again(int id) {
    auto it = sessions.find(id);
    co_await tick();
    it = sessions.find(id);
    if (it != sessions.end()) it->second.note();
  }
  lazy_task<> onlyBefore(int id) {
    auto &found = sessions.at(id);
    co_await found.send(found.name);
  }
  lazy_task<> copied(int id) {
    auto found = sessions.at(id);
    co_await tick();
    found.note();
  }
  lazy_task<> owningCopy(int id) {
    auto found = kept.at(id);
    co_await tick();
    found->note();
    auto &inside = *found;
    co_await tick();
    inside.note();
  }
  lazy_task<> snapshot() {
    auto copy = list;
    for (auto &each : copy) co_await each.send("x");
    for (auto &each : std::vector<session>(list)) co_await each.send("x");
    for (auto &each : std::exchange(list, {})) co_await each.send("x");
  }
  lazy_task<> perRound() {
    for (size_t i = 0; i < list.size(); ++i) co_await list[i].send("x");
    for (int id = 0; id < 5; ++id) {
      auto &found = sessions.at(id);
      co_await found.send("x");
    }
  }
  lazy_task<> checkedAgain() {
    if (!owned) co_return;
    co_await tick();
    if (owned) owned->note();
    while (owned) co_await owned->send("x");
  }
  lazy_task<> checkedCopy() {
    auto mine = shared;
    if (!mine) co_return;
    co_await tick();
    mine->note();
  }
  lazy_task<> locked() {
    auto strong = weak.lock();
    if (!strong) co_return;
    co_await tick();
    strong->note();
  }
  lazy_task<> setHere() {
    if (!owned) owned = std::make_unique<session>();
    owned->note();
    co_await tick();
  }
  lazy_task<> memberItself(int id) {
    co_await tick();
    sessions.at(id).note();
    list[0].note();
    title += "x";
    co_await tick();
    use(title.size());
  }
  lazy_task<> assignsBehind(int id) { sessions[id].id = co_await load(id); }
  lazy_task<> leavesAtOnce() {
    for (auto &[id, each] : sessions) {
      if (id != 7) continue;
      co_await each.send("x");
      break;
    }
  }
  lazy_task<> leavesOnEveryPath(int id) {
    auto it = sessions.find(id);
    if (it == sessions.end()) {
      co_await tick();
      co_return;
    }
    it->second.note();
  }

  lazy_task<> released() {
    auto *mine = owned.release();
    co_await tick();
    mine->note();
    delete mine;
  }
  lazy_task<> notReleased() {
    auto *theirs = owned.get();
    co_await tick();
    theirs->note(); // warn: stale-after-suspension "'theirs'"
  }

  // --- Silent: a copy of the shared owner keeps it --------------------------------------------------------------------------

  lazy_task<> keptByCopy() {
    auto keep = shared;
    auto &found = *shared;
    co_await tick();
    found.note();
  }
  lazy_task<> keptByCopyBehind() {
    session *found = shared.get();
    const std::shared_ptr<session> keep = shared;
    co_await tick();
    found->note();
  }
  lazy_task<> elementKeptByCopy(int id) {
    auto keep = kept.at(id);
    auto &found = kept.at(id)->name;
    co_await tick();
    use(static_cast<int>(found.size() + keep->name.size()));
  }
  lazy_task<> copyOfAnother(int id) {
    auto keep = kept.at(id);
    auto &found = *kept.at(id + 1);
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> copyGivenUp() {
    auto keep = shared;
    auto &found = *shared;
    keep.reset();
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> copyOfBefore() {
    auto keep = shared;
    co_await tick();
    auto &found = *shared;
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> copyInAnotherBlock() {
    { auto keep = shared; use(keep->id); }
    auto &found = *shared;
    co_await tick();
    found.note(); // warn: stale-after-suspension "'found'"
  }

  // --- Silent: references that an insertion leaves alone --------------------------------------------------------------------

  lazy_task<> nodes(int id) {
    auto &found = hashed[id]; // others only insert
    co_await tick();
    found.note();
  }
  lazy_task<> queueFront() {
    while (!queue.empty()) {
      auto &first = queue.front(); // others only push
      co_await load(first);
      queue.pop_front();
    }
  }
};

// --- Silent: what belongs to the frame -------------------------------------------------------------------------------------

lazy_task<> locals(std::vector<session> mine, session given) {
  std::map<int, session> map;
  auto it = map.find(1);
  auto &first = mine.front();
  auto &name = given.name;
  co_await tick();
  it->second.note();
  first.note();
  use(name.size());
  for (auto &each : mine) co_await each.send("x");
  auto owned = std::make_unique<session>();
  auto &object = *owned;
  co_await tick();
  object.note();
}

lazy_task<> callersVector(std::vector<session> &list) { // the caller waits, with its vector in its frame
  for (auto &each : list) co_await each.send("x");
}

// --- Silent: nobody changes it ---------------------------------------------------------------------------------------------

struct fences { // other calls of the same coroutine, for another key
  std::unordered_map<int, int> epochs;
  std::unordered_map<int, int> asked; // looked up again by every call
  std::map<int, int> stable;
  lazy_task<> begin(int id, int epoch) {
    auto found = epochs.find(id);
    if (found == epochs.end() || epoch > found->second) co_await tick();
    if (found == epochs.end()) // warn: stale-after-suspension "'found' refers into 'epochs', and another call of 'fences::begin' can change that"
      epochs.emplace(id, epoch);
  }
  lazy_task<> again(int id, int epoch) {
    if (auto found = asked.find(id); found != asked.end()) co_return;
    co_await tick();
    asked[id] = epoch;
  }
  lazy_task<> nodes(int id, int epoch) {
    auto found = stable.find(id);
    co_await tick();
    if (found == stable.end()) stable.emplace(id, epoch);
  }
};

struct snapshots { // a getter that copies an owner, and nobody keeps the copy
  struct table {
    std::vector<int> rows;
  };
  std::shared_ptr<table> current;
  std::shared_ptr<table> get() const { return current; }
  const table &now() const { return *get(); }
  void set(std::shared_ptr<table> next) { current = std::move(next); }
  lazy_task<> dropped() {
    const auto &rows = now().rows;
    co_await tick();
    use(rows.size()); // warn: stale-after-suspension "'rows' refers into 'current', and 'snapshots::set' can change that"
  }
  lazy_task<> kept() {
    auto mine = get();
    const auto &rows = mine->rows;
    co_await tick();
    use(rows.size());
  }
};

struct settings {
  std::vector<session> built;
  const std::vector<session> fixed;
  std::array<session, 3> slots;
  session part;
  std::shared_ptr<session> set;

  settings() { fill(); }
  ~settings() { built.clear(); }
  lazy_task<> run() {
    for (auto &each : built) co_await each.send("x");
    for (auto &each : fixed) co_await each.send("x");
    for (auto &each : slots) co_await each.send("x");
    auto &inside = part.name;
    auto &object = *set;
    co_await tick();
    use(inside.size());
    object.note();
    if (set) {
      co_await tick();
      set->note();
    }
  }

private:
  void fill() { built.push_back({}); }
};

struct partly {
  session part;
  void rename() { part = session{}; } // the object stays where it is
  lazy_task<> run() {
    auto &id = part.id;
    co_await tick();
    use(id);
  }
};

// --- Silent: whoever changes it waits for the same lock -----------------------------------------------------------------------

struct async_guard {
  ~async_guard();
};
struct async_mutex {
  lazy_task<async_guard> scoped_lock();
  lazy_task<> lock();
  void unlock();
};

struct serialised {
  std::vector<session> list;
  async_mutex mutex, other;

  lazy_task<> add() {
    auto guard = co_await mutex.scoped_lock();
    list.push_back({});
  }
  lazy_task<> each() {
    auto guard = co_await mutex.scoped_lock();
    for (auto &each : list) co_await each.send("x");
  }
  lazy_task<> byHand() {
    co_await mutex.lock();
    for (auto &each : list) co_await each.send("x");
    mutex.unlock();
  }
  template <class Work> lazy_task<> withLock(Work work) {
    auto guard = co_await mutex.scoped_lock();
    co_await work();
  }
  lazy_task<> inLambda() {
    co_await withLock([this]() -> lazy_task<> {
      for (auto &each : list) co_await each.send("x");
    });
  }
  lazy_task<> anotherLock() {
    auto guard = co_await other.scoped_lock();
    for (auto &each : list) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list'"
  }
};

// --- Silent: what is only set up ----------------------------------------------------------------------------------------

struct handlers {
  std::vector<session> list;
  std::unique_ptr<session> log;
  void add(session each) { list.push_back(each); }
  void open() { log = std::make_unique<session>(); }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x");
    auto &object = *log;
    co_await tick();
    object.note();
  }
};

void listen(std::function<void()> accepted);

struct hub { // the same, in a callback
  std::vector<session> list;
  void start() {
    listen([this] { add(); });
  }
  void add() { list.push_back({}); }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list' suspends, and 'hub::add' can change"
  }
};

struct entrance { // the same, in what is named as a handler
  std::vector<session> list;
  std::vector<std::function<void()>> callbacks;
  void onEnter(int id) { list.push_back({id}); }
  void onLeave(std::function<void()> callback) { callbacks.push_back(callback); }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list' suspends, and 'entrance::onEnter' can change"
    for (auto &each : callbacks) {
      co_await tick();
      each();
    }
  }
};

// --- Objects of others ----------------------------------------------------------------------------------------------------

std::map<int, session> registry;
void forget(int id) { registry.erase(id); }

lazy_task<> fromGlobal(int id) {
  auto it = registry.find(id);
  co_await tick();
  it->second.note(); // warn: stale-after-suspension "'it' refers into 'registry', and 'forget' can change"
}

lazy_task<> fromParameter(server &owner, int id) { // lent by a caller who waits: nobody is known to have the same one
  auto &found = owner.sessions.at(id);
  co_await tick();
  found.note();
}

struct subscriber { // changes in callbacks of its own, whoever uses it
  std::map<int, session> sessions;
  void start() {
    listen([this] { sessions.clear(); });
  }
};
lazy_task<> fromActive(subscriber &owner, int id) {
  auto &found = owner.sessions.at(id);
  co_await tick();
  found.note(); // warn: stale-after-suspension "'found' refers into 'sessions'"
}

lazy_task<> fromShared(std::shared_ptr<server> owner, int id) {
  auto &found = owner->sessions.at(id);
  co_await tick();
  found.note(); // warn: stale-after-suspension "'found' refers into 'sessions'"
}

struct pools {
  std::variant<int, session> either;
  std::map<int, std::vector<session>> byShard;
  std::vector<std::unique_ptr<session>> owners;
  std::vector<int> ids;
  void drop() {
    either = 1;
    byShard.erase(1);
    std::erase_if(owners, [](auto &each) { return each->id == 1; });
    ids.clear();
  }
  lazy_task<> alternative() {
    auto &object = std::get<session>(either);
    co_await tick();
    object.note(); // warn: stale-after-suspension "'object' refers into 'either'"
  }
  lazy_task<> alternativePointer() {
    auto *object = std::get_if<session>(&either);
    co_await tick();
    if (object) object->note(); // warn: stale-after-suspension "'object'"
  }
  lazy_task<> values() {
    for (auto &each : byShard | std::views::values) use(co_await load(each.size())); // warn: stale-after-suspension "loop over 'byShard'"
  }
  lazy_task<> inner() {
    for (auto &each : byShard[1]) co_await each.send("x"); // warn: stale-after-suspension "loop over 'byShard'"
  }
  lazy_task<> ownedElement() {
    session *last = owners.back().get();
    co_await tick();
    last->note(); // warn: stale-after-suspension "'last' refers into 'owners'"
  }
  lazy_task<> ranges() {
    auto it = std::ranges::find(ids, 1);
    co_await tick();
    ids.erase(it); // warn: stale-after-suspension "'it' refers into 'ids'"
  }
  lazy_task<> notEmpty() {
    if (ids.empty()) co_return;
    co_await tick();
    use(ids.front()); // warn: stale-after-suspension "'ids' was checked before a suspension"
  }
  lazy_task<> countedBefore() {
    size_t count = ids.size();
    for (size_t i = 0; i < count; ++i) use(co_await load(ids[i])); // warn: stale-after-suspension "'ids' was checked"
  }
};

struct borrower {
  std::map<int, session> &sessions;
  lazy_task<> run() {
    for (auto &[id, each] : sessions) co_await each.send("x"); // warn: stale-after-suspension "loop over 'sessions' suspends, and others can change that"
  }
};

// A whole object that is loaded anew.
struct topology {
  std::map<int, session> nodes;
  const std::pair<const int, session> *find(int id) const;
};
struct storage {
  topology state;
  lazy_task<topology> fetch();
  lazy_task<> reload() { state = co_await fetch(); }
  lazy_task<> stream(int id) {
    const auto *entry = state.find(id);
    if (!entry) co_return;
    const auto &found = entry->second;
    if (found.name.empty()) co_return;
    co_await tick();
    use(found.id); // warn: stale-after-suspension "'found' refers into 'state', and 'storage::reload' can change"
  }
  lazy_task<> streamCopy(int id) {
    const auto *entry = state.find(id);
    if (!entry) co_return;
    const auto found = entry->second;
    co_await tick();
    use(found.id);
  }
};

// --- Silent: objects that the frame owns, or that are only lent ---------------------------------------------------------------

struct message { // everybody makes his own
  std::vector<int> fields;
  void add(int each) { fields.push_back(each); }
  void clear() { fields.clear(); }
};
lazy_task<std::unique_ptr<message>> receive();

lazy_task<> ownedMessages(std::unique_ptr<message> given, std::optional<message> maybe) {
  for (int each : given->fields) use(co_await load(each));
  for (int each : maybe->fields) use(co_await load(each));
  auto received = co_await receive();
  auto &first = received->fields.front();
  use(co_await load(first));
  use(first);
  std::unique_ptr<message> made(new message);
  made = std::make_unique<message>();
  for (int each : made->fields) use(co_await load(each));
}
lazy_task<> lentMessages(const message &reference, message *pointer) {
  for (int each : reference.fields) use(co_await load(each));
  for (int each : pointer->fields) use(co_await load(each));
}
lazy_task<> sharedMessages(std::shared_ptr<message> passive, std::shared_ptr<const server> snapshot) {
  for (int each : passive->fields) use(co_await load(each));
  for (auto &each : snapshot->list) co_await each.send("x");
}

struct parser { // has coroutines, but those who use it make their own
  std::vector<int> tokens;
  void add(int each) { tokens.push_back(each); }
  void clear() { tokens.clear(); }
  lazy_task<> run();
};
lazy_task<> parse(std::shared_ptr<parser> given) {
  parser mine;
  for (int each : mine.tokens) use(co_await load(each));
  for (int each : given->tokens) use(co_await load(each));
}

// --- Silent: what the branches say about a check ---------------------------------------------------------------------------------

struct connection {
  std::unique_ptr<session> open;
  std::optional<session> last;
  std::deque<int> queue;
  std::vector<int> numbers;

  void close() {
    open.reset();
    last.reset();
    queue.clear();
    numbers.clear();
  }
  lazy_task<> connect() {
    co_await tick();
    open = std::make_unique<session>();
  }
  lazy_task<> readable();
  bool isOpen() const { return open != nullptr; }
  size_t count() const { return numbers.size(); }
  void ensure() {
    if (!open) start();
  }
  void start() { open = std::make_unique<session>(); }
  lazy_task<bool> alive() {
    co_await tick();
    co_return isOpen();
  }
  static void log(size_t);

  lazy_task<> connectsFirst() {
    if (!open) co_await connect();
    open->note();
  }
  lazy_task<> waitsForOne() {
    if (queue.empty()) co_await readable();
    use(queue.front());
    if (queue.size() == 0) co_await readable();
    use(queue.front());
  }
  lazy_task<> wasClosed() {
    if (open) co_return;
    co_await tick();
    start();
    open->note();
  }
  lazy_task<> wasOpen() {
    const bool had = open != nullptr && isOpen();
    if (!had) co_await connect();
    if (!had) open->note();
  }
  lazy_task<> setByCall() {
    if (!open) co_return;
    co_await tick();
    ensure();
    open->note();
    co_await connect();
    open->note();
  }
  lazy_task<> askedByCall(size_t at) {
    if (!open || numbers.empty()) co_return;
    co_await tick();
    if (!isOpen()) co_return;
    open->note();
    if (at < count()) use(numbers[at]);
    if (!co_await alive()) co_return;
    open->note();
  }
  lazy_task<> askedOtherwise() {
    if (!open || !last || numbers.empty()) co_return;
    co_await tick();
    if (open.get()) open->note();
    if (last != std::nullopt) last->note();
    if (std::size(numbers) > 2) use(numbers[2]);
    co_await tick();
    if (open.get() == nullptr) co_return;
    open->note();
    if (!std::empty(numbers)) use(numbers[0]);
    co_await tick();
    if (numbers.begin() != numbers.end()) use(numbers[0]);
    co_await tick();
    if (!std::ranges::empty(numbers)) use(numbers[0]);
  }
  lazy_task<> onlyLogged(size_t at) {
    log(numbers.size());
    co_await tick();
    use(numbers[at]);
  }

  lazy_task<> otherwise() {
    if (open.get() == nullptr) co_return;
    co_await tick();
    open->note(); // warn: stale-after-suspension "'open' was checked"
  }
  lazy_task<> bothSides() {
    if (open && last != std::nullopt) {
      co_await tick();
      last->note(); // warn: stale-after-suspension "'last' was checked"
    }
  }
  lazy_task<> kept() {
    const bool had = open != nullptr;
    co_await tick();
    if (had) open->note(); // warn: stale-after-suspension "'open' was checked"
  }
  lazy_task<> counted() {
    if (numbers.size() < 3) co_return;
    co_await tick();
    use(numbers[2]); // warn: stale-after-suspension "'numbers' was checked"
  }
  lazy_task<> everyRound() {
    while (open) {
      co_await tick();
      open->note(); // warn: stale-after-suspension "'open' was checked"
    }
  }
};

// --- Silent: a flag or a count that whoever changes the object sets too -----------------------------------------------------------

struct flagged {
  std::vector<session> list;
  std::unique_ptr<session> owned;
  bool closed = false;
  unsigned generation = 0;
  int calls = 0;
  bool isClosed() const { return closed; }
  void close() {
    closed = true;
    wipe();
  }
  void reload() {
    ++generation;
    list.clear();
  }
  lazy_task<> asksFlag() {
    if (!owned) co_return;
    co_await tick();
    if (closed) co_return;
    owned->note();
    co_await tick();
    if (!isClosed()) owned->note();
  }
  lazy_task<> asksCount() {
    auto &first = list.front();
    const unsigned before = generation;
    co_await tick();
    if (before != generation) co_return;
    first.note();
  }
  lazy_task<> asksAnother() {
    auto &first = list.front();
    co_await tick();
    if (calls) co_return;
    first.note(); // warn: stale-after-suspension "'first' refers into 'list', and 'flagged::reload' can change"
  }

private:
  void wipe() { owned.reset(); }
};

struct busy { // the other way round: the changer asks
  std::map<int, session> sessions;
  bool open = true;
  void forget(int id) {
    if (!open) return;
    sessions.erase(id);
  }
  lazy_task<> stop() {
    open = false;
    for (auto &[id, each] : sessions) co_await each.send("bye");
  }
};

// --- Silent: whoever changes it waits for the coroutine, or runs before it ---------------------------------------------------------

struct task_scope {
  void spawn(lazy_task<>);
  lazy_task<> join();
};
struct joined {
  task_scope scope;
  std::optional<lazy_task<>> task;
  std::vector<session> list, others;
  void start() {
    scope.spawn(run());
    task = runOthers();
  }
  lazy_task<> stop() {
    co_await scope.join();
    list.clear();
    co_await std::move(*task);
    others.clear();
  }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x");
  }
  lazy_task<> runOthers() {
    for (auto &each : others) co_await each.send("x");
  }
};
struct joinedLate {
  task_scope scope;
  std::vector<session> list;
  void start() { scope.spawn(run()); }
  lazy_task<> stop() {
    list.clear();
    co_await scope.join();
  }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x"); // warn: stale-after-suspension "loop over 'list' suspends, and 'joinedLate::stop' can change"
  }
};

struct turns {
  std::vector<int> rows, lines;
  lazy_task<> fill() {
    rows.clear();
    rows.push_back(co_await load(1));
  }
  lazy_task<> send() {
    for (int each : rows) use(co_await load(each));
  }
  lazy_task<> run() {
    while (true) {
      co_await fill();
      co_await send();
    }
  }
  lazy_task<> read() {
    lines.clear();
    lines.push_back(co_await load(1));
  }
  lazy_task<> readAndSend() {
    co_await read();
    for (int each : lines) use(co_await load(each));
  }
};

// --- Silent: a lock that is taken one call further up -------------------------------------------------------------------------------

struct lockedOutside {
  std::vector<session> list;
  async_mutex mutex;
  lazy_task<> drop() {
    auto guard = co_await mutex.scoped_lock();
    wipe();
  }
  lazy_task<> all() {
    auto guard = co_await mutex.scoped_lock();
    co_await each();
  }

private:
  void wipe() { list.clear(); }
  lazy_task<> each() {
    for (auto &each : list) co_await each.send("x");
  }
};

// --- Silent: assignment and swap put another object there as a whole --------------------------------------------------------------------

struct assignable {
  std::vector<session> list;
  assignable &operator=(assignable &&other) noexcept {
    list = std::move(other.list);
    return *this;
  }
  void swap(assignable &other) { list.swap(other.list); }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x");
  }
};
struct assigner {
  assignable now;
  void reload() { now = assignable{}; }
  lazy_task<> run() {
    auto &first = now.list.front();
    co_await tick();
    first.note(); // warn: stale-after-suspension "'first' refers into 'now', and 'assigner::reload' can change"
  }
};

// A view that a getter gives by value.
struct titled {
  std::string title;
  std::string_view text() const { return title; }
  void rename(std::string name) { title = std::move(name); }
  lazy_task<> run() {
    auto shown = text();
    co_await tick();
    use(shown.size()); // warn: stale-after-suspension "'shown' refers into 'title', and 'titled::rename' can change"
  }
};

// --- Silent: what is not in the container, or waits for its own element ------------------------------------------------------

struct device {
  int size();
};
struct drivers {
  std::list<device *> devices;
  std::list<std::unique_ptr<device>> owned;
  std::list<lazy_task<>> waiting;
  void drop() { devices.pop_front(), owned.pop_front(); }
  void wake() { waiting.pop_front(); }
  device *pointer() {
    for (auto one : devices)
      if (one->size() > 1) return static_cast<device *>(one);
    return nullptr;
  }
  device *part() {
    for (auto &one : owned)
      if (one->size() > 1) return one.get();
    return nullptr;
  }
  lazy_task<> leaves_the_device() {
    device *found = pointer();
    co_await tick();
    use(found->size());
  }
  lazy_task<> takes_the_device_along() {
    device *found = part();
    co_await tick();
    use(found->size()); // warn: stale-after-suspension "'found'"
  }
  lazy_task<> waits_for_its_element() {
    auto own = waiting.emplace(waiting.end(), tick());
    try {
      co_await std::move(*own);
    } catch (int) {
      waiting.erase(own);
      throw;
    }
  }
  lazy_task<> uses_it_afterwards() {
    auto own = waiting.emplace(waiting.end(), tick());
    co_await std::move(*own);
    waiting.erase(own); // warn: stale-after-suspension "'own'"
  }
};

struct choice {
  device *chosen = nullptr;
};
struct chooser {
  std::optional<choice> state;
  void choose() { state.reset(); }
  lazy_task<> copies_the_pointer() {
    device *found = state ? state->chosen : nullptr;
    co_await tick();
    if (found) use(found->size());
  }
};

// A container of the project's own changes when somebody calls it.
template <class T> struct index_of {
  std::map<int, T> entries;
  typename std::map<int, T>::iterator find(int id) { return entries.find(id); }
  void erase(typename std::map<int, T>::iterator where) { entries.erase(where); }
};
struct trackers {
  index_of<session> own;
  index_of<device> shared;
  void forget(int id) { shared.erase(shared.find(id)); }
  lazy_task<> erases_itself(int id) {
    auto mine = own.find(id);
    co_await tick();
    own.erase(mine);
  }
  lazy_task<> others_erase(int id) {
    auto one = shared.find(id);
    co_await tick();
    use(one->second.size()); // warn: stale-after-suspension "'one'"
  }
};

struct test_base {
  static void SetUpTestSuite();
  static void TearDownTestSuite();
};
struct suite : test_base {
  static inline std::optional<session> shared;
  static void SetUpTestSuite() { shared.emplace(); }
  static void TearDownTestSuite() { shared.reset(); }
  lazy_task<> runs_in_between() {
    session &own = *shared;
    co_await tick();
    use(own.id);
  }
};

// --- Imperfections -----------------------------------------------------------------------------------------------------------

struct counters {
  int count = 0;
  std::vector<session> list;
  void add() {
    ++count;
    list.push_back({});
  }
  lazy_task<> writesBack() {
    int old = count;
    co_await tick();
    count = old + 1; // missed alarm: stale-after-suspension
  }
  session *object = nullptr;
  void close() { delete object; }
  lazy_task<> copiesPointer() {
    session *mine = object;
    co_await tick();
    mine->note(); // missed alarm: stale-after-suspension
  }
  lazy_task<> lends() { co_await list.front().send(list.front().name); } // missed alarm: stale-after-suspension
};

struct growing { // nothing says that it is not the set-up
  std::vector<session> list;
  void enter() { list.push_back({}); }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x"); // missed alarm: stale-after-suspension
  }
};

struct unseen_owner {
  std::map<int, session> &all(); // another file says which member
};
struct asks_owner {
  unseen_owner &owner;
  lazy_task<> run(int id) {
    auto &found = owner.all().at(id);
    co_await tick();
    found.note(); // missed alarm: stale-after-suspension
  }
};

lazy_task<> lendsOwn() {
  auto each = [](parser &lent) -> lazy_task<> {
    for (int one : lent.tokens) use(co_await load(one));
  };
  parser mine;
  co_await each(mine);
}

struct configured { // only called before anything runs
  std::vector<session> list;
  void configure() {
    list.clear();
    list.push_back({});
  }
  lazy_task<> run() {
    for (auto &each : list) co_await each.send("x"); // false alarm: stale-after-suspension "loop over 'list'"
  }
};

struct async_gate {
  void check();
  lazy_task<> close();
};
struct gated { // the closed gate forbids the change
  async_gate gate;
  std::map<int, session> sessions;
  void forget(int id) {
    gate.check();
    sessions.erase(id);
  }
  lazy_task<> stop() {
    co_await gate.close();
    for (auto &[id, each] : sessions) co_await each.send("bye"); // false alarm: stale-after-suspension "loop over 'sessions'"
  }
};
