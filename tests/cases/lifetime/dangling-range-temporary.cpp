// A range-for over a part of a temporary that has ended.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <span>
#include <task.h>
#include <utility>
#include <vector>

using mock::generator;
using mock::lazy_task;

struct page {
  std::vector<int> rows;
  std::string name;
  const std::vector<int> &items() const { return rows; }
  std::vector<int> &mutable_items();
  std::span<const int> view() const { return rows; }
  std::string_view title() const { return name; }
  std::vector<int> copy() const { return rows; }
  const int *begin() const;
  const int *end() const;
  std::vector<int> &&take() && { return std::move(rows); }
};
struct bound {
  std::string_view letters() const [[clang::lifetimebound]];
};
struct registry { // a reference to what is elsewhere
  std::vector<int> *all;
  const std::vector<int> &items() const { return *all; }
  const std::string &unknown() const;
};
page load();
registry find();
bound letters();
lazy_task<page> fetch();
lazy_task<std::optional<page>> maybe();
void use(int);
bool even(int);

generator<int> filter(const std::vector<int> &values, bool (*keep)(int)) {
  for (int value : values)
    if (keep(value)) co_yield value;
}
generator<char> split(std::string_view text) {
  for (char c : text) co_yield c;
}
generator<int> by_value(std::vector<int> values) {
  for (int value : values) co_yield value;
}
std::vector<int> make();
std::string text();

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> plain() {
  for (int row : load().items()) use(row); // warn: dangling-range-temporary "a temporary of type 'page' dies before the loop begins; its range refers into it"
  co_return;
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> awaited() {
  for (int row : (co_await fetch()).items()) use(row); // warn: dangling-range-temporary "'page'"
}
lazy_task<> a_span() {
  for (int row : load().view()) use(row); // warn: dangling-range-temporary "'page'"
  co_return;
}
lazy_task<> a_string_view() {
  for (char c : (co_await fetch()).title()) use(c); // warn: dangling-range-temporary "'page'"
}
lazy_task<> declared() {
  for (int row : load().mutable_items()) use(row); // warn: dangling-range-temporary "'page'"
  co_return;
}
lazy_task<> attribute() {
  for (char c : letters().letters()) use(c); // warn: dangling-range-temporary "'bound'"
  co_return;
}
lazy_task<> rvalue() {
  for (int row : load().take()) use(row); // warn: dangling-range-temporary "'page'"
  co_return;
}
lazy_task<> an_optional() {
  for (int row : (co_await maybe())->items()) use(row); // warn: dangling-range-temporary "'std::optional<page>'"
}
lazy_task<> value() {
  for (int row : (co_await maybe()).value()) use(row); // warn: dangling-range-temporary "'std::optional<page>'"
}
lazy_task<> two_steps() {
  for (int row : (co_await maybe()).value().items()) use(row); // warn: dangling-range-temporary "'std::optional<page>'"
}
lazy_task<> reference() {
  for (auto &row : load().mutable_items()) row = 1; // warn: dangling-range-temporary "'page'"
  co_return;
}
void generated() {
  for (int value : filter(make(), even)) use(value); // warn: dangling-range-temporary "a temporary dies before the loop begins; the generator of 'filter()' still refers to it"
}
void view_of_temporary() {
  for (char c : split(text())) use(c); // warn: dangling-range-temporary "a temporary dies before the loop begins; the generator of 'split()'"
}
void in_variable() {
  auto even_ones = filter(std::vector<int>{1, 2}, even); // warn: dangling-range-temporary "the generator of 'filter()' in 'even_ones' still refers to it"
  for (int value : even_ones) use(value);
}
void erased(const std::function<generator<int>(const std::vector<int> &)> &make_generator) {
  auto values = make_generator(make()); // warn: dangling-range-temporary "a temporary dies"
  for (int value : values) use(value);
}

struct table {
  std::vector<std::vector<int>> parts;
  const std::vector<int> &first() const { return parts.front(); }
};
table open_table();
lazy_task<> element() {
  for (int value : open_table().first()) use(value); // warn: dangling-range-temporary "'table'"
  co_return;
}

// --- Silent ----------------------------------------------------------------------------------------------------------

lazy_task<> values() {
  for (int row : load().copy()) use(row);
  for (int row : load()) use(row);
  for (int row : co_await fetch()) use(row);
  for (int row : load().rows) use(row); // a member keeps the whole
  for (int row : make()) use(row);
}
lazy_task<> elsewhere() {
  for (int row : find().items()) use(row);
  for (char c : find().unknown()) use(c);
  co_return;
}
lazy_task<> named() {
  page loaded = co_await fetch();
  for (int row : loaded.items()) use(row);
  for (char c : loaded.title()) use(c);
  const page &other = load();
  for (int row : other.view()) use(row);
}
lazy_task<> init() {
  for (page loaded = load(); int row : loaded.items()) use(row);
  co_return;
}
void generators(const std::vector<int> &given) {
  for (int value : by_value(make())) use(value);
  for (int value : filter(given, even)) use(value);
  for (char c : split("literal")) use(c);
  std::vector<int> own = make();
  for (int value : filter(own, even)) use(value);
  auto kept = filter(own, even);
  for (int value : kept) use(value);
}
void through(const page &given) {
  for (int row : given.items()) use(row);
}
lazy_task<> pointer(page *given) {
  for (int row : given->items()) use(row);
  co_return;
}
lazy_task<> literals() {
  for (char c : std::string_view("abc")) use(c);
  for (int i : {1, 2, 3}) use(i);
  co_return;
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct closed {
  std::string name;
  std::string_view title() const; // a view of what?
};
closed open();
lazy_task<> only_declared() {
  for (char c : open().title()) use(c); // missed alarm: dangling-range-temporary
  co_return;
}
struct shares {
  std::vector<int> own;
  const std::vector<int> &common() const;
};
shares share();
lazy_task<> common() {
  for (int row : share().common()) use(row); // false alarm: dangling-range-temporary
  co_return;
}
