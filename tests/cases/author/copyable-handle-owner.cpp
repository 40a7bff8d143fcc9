// Classes that destroy a coroutine and can be copied.
#include <atomic>
#include <coroutine>
#include <memory>
#include <utility>

using handle = std::coroutine_handle<>;

// --- The plain bug -------------------------------------------------------------------------------------------------

struct plain { // warn: copyable-handle-owner "'plain' destroys the coroutine of 'coroutine' and can be copied; both copies destroy it"
  explicit plain(handle h) : coroutine(h) {}
  ~plain() { coroutine.destroy(); } // note: "it is destroyed here"
  handle coroutine;
};

// --- Spellings -----------------------------------------------------------------------------------------------------

struct asks_first { // warn: copyable-handle-owner "'asks_first'"
  ~asks_first() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
class defaulted { // warn: copyable-handle-owner "'defaulted'"
public:
  defaulted(const defaulted &) = default;
  defaulted &operator=(const defaulted &) = default;
  ~defaulted() {
    if (coroutine) coroutine.destroy();
  }

private:
  handle coroutine;
};
struct exchanges { // warn: copyable-handle-owner "'exchanges'"
  ~exchanges() {
    if (auto h = std::exchange(coroutine, nullptr)) h.destroy(); // note: "it is destroyed here"
  }
  handle coroutine;
};
struct by_copy { // warn: copyable-handle-owner "'by_copy'"
  ~by_copy() {
    auto h = coroutine;
    if (h) h.destroy();
  }
  handle coroutine;
};
template <class T> struct exchanges_in_template { // warn: copyable-handle-owner "'exchanges_in_template'"
  struct promise_type;
  ~exchanges_in_template() {
    if (auto h = std::exchange(coroutine, nullptr)) h.destroy();
  }
  std::coroutine_handle<promise_type> coroutine;
};
inline void kill(handle h) { h.destroy(); }
struct by_function { // warn: copyable-handle-owner "'by_function'"
  ~by_function() { kill(coroutine); }
  handle coroutine;
};
struct by_lambda { // warn: copyable-handle-owner "'by_lambda'"
  ~by_lambda() {
    [this] { coroutine.destroy(); }();
  }
  handle coroutine;
};
struct back_from_address { // warn: copyable-handle-owner "'back_from_address'"
  ~back_from_address() { handle::from_address(coroutine.address()).destroy(); }
  handle coroutine;
};
struct defaulted_with_move { // warn: copyable-handle-owner "'defaulted_with_move'"
  defaulted_with_move(const defaulted_with_move &) = default;
  defaulted_with_move(defaulted_with_move &&other) : coroutine(std::exchange(other.coroutine, nullptr)) {}
  ~defaulted_with_move() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
struct memberwise { // warn: copyable-handle-owner "'memberwise'"
  memberwise(const memberwise &other) : coroutine(other.coroutine) {}
  memberwise &operator=(const memberwise &) = delete;
  ~memberwise() { coroutine.destroy(); }
  handle coroutine;
};
struct memberwise_assignment { // warn: copyable-handle-owner "'memberwise_assignment'"
  memberwise_assignment(const memberwise_assignment &) = delete;
  memberwise_assignment &operator=(const memberwise_assignment &other) {
    if (coroutine) coroutine.destroy();
    coroutine = other.coroutine;
    return *this;
  }
  ~memberwise_assignment() { coroutine.destroy(); }
  handle coroutine;
};
struct in_helper { // warn: copyable-handle-owner "'in_helper'"
  ~in_helper() { reset(); }
  void reset() {
    if (coroutine) coroutine.destroy();
    coroutine = nullptr;
  }
  handle coroutine;
};
template <class T> struct of_template { // warn: copyable-handle-owner "'of_template'"
  struct promise_type;
  ~of_template() {
    if (coroutine) coroutine.destroy();
  }
  std::coroutine_handle<promise_type> coroutine;
};
template <class T> struct of_template_alias { // warn: copyable-handle-owner "'of_template_alias'"
  struct promise_type;
  using handle_type = std::coroutine_handle<promise_type>;
  ~of_template_alias() {
    if (coroutine) coroutine.destroy();
  }
  handle_type coroutine;
};
of_template_alias<int> make();
struct assigned_only { // warn: copyable-handle-owner "'assigned_only'"
  assigned_only(const assigned_only &) = delete;
  ~assigned_only() { coroutine.destroy(); }
  handle coroutine;
};
struct through_this { // warn: copyable-handle-owner "'through_this'"
  ~through_this() {
    if (this->coroutine != nullptr) this->coroutine.destroy();
  }
  handle coroutine;
};
struct outside { // warn: copyable-handle-owner "'outside'"
  ~outside();
  handle coroutine;
};
outside::~outside() { coroutine.destroy(); }

struct moved_by_default {
  explicit moved_by_default(handle h) : coroutine(h) {}
  moved_by_default(const moved_by_default &) = delete;
  moved_by_default(moved_by_default &&) = default; // warn: copyable-handle-owner "'moved_by_default' destroys the coroutine of 'coroutine' and a move leaves the handle in both objects; both destroy it"
  moved_by_default &operator=(moved_by_default &&) = delete;
  ~moved_by_default() {
    if (coroutine) coroutine.destroy(); // note: "it is destroyed here"
  }
  handle coroutine;
};
struct assigned_by_default {
  assigned_by_default(assigned_by_default &&other) noexcept : coroutine(std::exchange(other.coroutine, nullptr)) {}
  assigned_by_default &operator=(assigned_by_default &&) = default; // warn: copyable-handle-owner "a move leaves"
  ~assigned_by_default() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
  std::unique_ptr<int> part;
};
template <class T> struct moved_by_default_template {
  struct promise_type;
  moved_by_default_template(moved_by_default_template &&) noexcept = default; // warn: copyable-handle-owner "a move leaves"
  ~moved_by_default_template() { reset(); }
  void reset() {
    if (coroutine) coroutine.destroy();
  }
  std::coroutine_handle<promise_type> coroutine;
  T value;
};
struct moved_and_left {
  moved_and_left(moved_and_left &&other) noexcept : coroutine(other.coroutine) {} // warn: copyable-handle-owner "a move leaves"
  ~moved_and_left() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
struct moved_by_std_move {
  moved_by_std_move(moved_by_std_move &&other) noexcept : coroutine(std::move(other.coroutine)) {} // warn: copyable-handle-owner "a move leaves"
  ~moved_by_std_move() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};

// --- Silent --------------------------------------------------------------------------------------------------------

struct deleted {
  deleted(const deleted &) = delete;
  deleted &operator=(const deleted &) = delete;
  ~deleted() { coroutine.destroy(); }
  handle coroutine;
};
struct move_only {
  move_only(move_only &&other) noexcept : coroutine(std::exchange(other.coroutine, nullptr)) {}
  ~move_only() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
struct move_assigned {
  move_assigned &operator=(move_assigned &&other) noexcept;
  ~move_assigned() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
template <class T> struct move_only_template {
  struct promise_type;
  move_only_template(move_only_template &&other) noexcept;
  ~move_only_template() {
    if (coroutine) coroutine.destroy();
  }
  std::coroutine_handle<promise_type> coroutine;
};
struct counted_promise {
  std::atomic<int> owners;
};
struct counted {
  counted(const counted &other) : coroutine(other.coroutine) { coroutine.promise().owners++; }
  counted &operator=(counted other) {
    std::swap(coroutine, other.coroutine);
    return *this;
  }
  ~counted() {
    if (--coroutine.promise().owners == 0) coroutine.destroy();
  }
  std::coroutine_handle<counted_promise> coroutine;
};
struct counted_outside {
  counted_outside(const counted_outside &other) : coroutine(other.coroutine), owners(other.owners) { ++*owners; }
  counted_outside &operator=(const counted_outside &) = delete;
  ~counted_outside() {
    if (--*owners == 0) coroutine.destroy();
  }
  handle coroutine;
  int *owners;
};
struct clones {
  clones(const clones &other);
  clones &operator=(const clones &other);
  ~clones() { coroutine.destroy(); }
  handle coroutine;
};
struct destroyer {
  void operator()(void *address) const { handle::from_address(address).destroy(); }
};
struct in_unique_ptr {
  std::unique_ptr<void, destroyer> coroutine;
};
struct emptied {
  emptied(emptied &&other) noexcept : coroutine(other.coroutine) { other.coroutine = nullptr; }
  emptied &operator=(emptied &&other) noexcept {
    coroutine = other.coroutine;
    other.coroutine = {};
    return *this;
  }
  ~emptied() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
struct emptied_with_braces {
  emptied_with_braces(emptied_with_braces &&other) noexcept : coroutine(other.coroutine) { other.coroutine = {}; }
  ~emptied_with_braces() {
    if (coroutine) coroutine.destroy();
  }
  handle coroutine;
};
struct moved_owner { // the wrapper empties itself
  moved_owner(moved_owner &&) = default;
  moved_owner &operator=(moved_owner &&) = default;
  ~moved_owner() {}
  emptied coroutine;
};
struct moved_without_destroying {
  moved_without_destroying(moved_without_destroying &&) = default;
  ~moved_without_destroying() {}
  handle coroutine;
};
struct says_who_owns { // a unique_ptr is empty behind the move
  says_who_owns(says_who_owns &&) = default;
  ~says_who_owns() {
    if (owner) coroutine.destroy();
  }
  std::unique_ptr<int> owner;
  handle coroutine;
};
struct pinned {
  pinned(const pinned &) = delete;
};
struct cannot_be_moved { // = default, and deleted all the same
  cannot_be_moved(cannot_be_moved &&) = default;
  ~cannot_be_moved() { coroutine.destroy(); }
  handle coroutine;
  pinned part;
};
template <class T> struct cannot_be_moved_template : pinned {
  struct promise_type;
  cannot_be_moved_template(cannot_be_moved_template &&) = default;
  ~cannot_be_moved_template() { coroutine.destroy(); }
  std::coroutine_handle<promise_type> coroutine;
};
class moves_in_private {
  moves_in_private(moves_in_private &&) = default;

public:
  ~moves_in_private() { coroutine.destroy(); }
  handle coroutine;
};
struct never_destroys {
  ~never_destroys() {}
  handle coroutine;
};
struct resumes_it {
  ~resumes_it() { coroutine.resume(); }
  handle coroutine;
};
struct other_destroy {
  void destroy();
};
struct not_a_handle {
  ~not_a_handle() { part.destroy(); }
  other_destroy part;
};
class noncopyable {
protected:
  noncopyable() = default;
  noncopyable(const noncopyable &) = delete;
  noncopyable &operator=(const noncopyable &) = delete;
};
struct has_base : noncopyable {
  ~has_base() { coroutine.destroy(); }
  handle coroutine;
};
template <class T> struct has_base_template : noncopyable {
  struct promise_type;
  ~has_base_template() { coroutine.destroy(); }
  std::coroutine_handle<promise_type> coroutine;
};
struct has_unique_member {
  ~has_unique_member() { coroutine.destroy(); }
  handle coroutine;
  std::unique_ptr<int> part;
};
class private_copy {
  private_copy(const private_copy &);
  private_copy &operator=(const private_copy &);

public:
  ~private_copy() { coroutine.destroy(); }
  handle coroutine;
};
struct owns_or_not {
  explicit owns_or_not(handle h) : coroutine(h), owns(true) {}
  owns_or_not(const owns_or_not &other) : coroutine(other.coroutine), owns(false) {}
  owns_or_not &operator=(const owns_or_not &) = delete;
  ~owns_or_not() {
    if (owns) coroutine.destroy();
  }
  handle coroutine;
  bool owns;
};
struct destroys_others {
  ~destroys_others() {
    if (auto h = other) kill(*h);
  }
  handle *other;
  handle coroutine;
};
void local(handle h) {
  struct at_exit {
    ~at_exit() { coroutine.destroy(); }
    handle coroutine;
  } destroys{h};
}
struct destroys_another {
  ~destroys_another() { other->coroutine.destroy(); }
  plain *other;
  handle coroutine;
};
struct member_function_only {
  void stop() { coroutine.destroy(); }
  handle coroutine;
};

// --- Imperfections -------------------------------------------------------------------------------------------------

struct by_address { // missed alarm: copyable-handle-owner
  ~by_address() { handle::from_address(address).destroy(); }
  void *address;
};
