"""Compares docs/runtime/threads.md, which says of each public member of the loop's classes which threads may call it, with the
headers and with the test that calls what is checked from the wrong thread. Then plants mistakes and expects each to be named."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/runtime/threads.md"
TEST = ROOT / "tests/runtime/debug/wrong_thread_test.cpp"
RUNTIME = ROOT / "runtime/coroguard"
CLASSES = {"event_loop": "loop/event_loop.hpp", "handle": "loop/handle.hpp", "timer_handle": "loop/handle.hpp",
           "future_base": "future/future.hpp", "future": "future/future.hpp", "task_base": "task/task.hpp",
           "task": "task/task.hpp", "task_group": "task/task_group.hpp", "timeout": "task/timeout.hpp", "runner": "task/runner.hpp"}
ANSWERS = {"checked", "reported", "takes it over", "any thread", "not checked"}
# What has a test of its own there.
TESTED_APART = {"event_loop::~event_loop": "destroys_a_loop"}


def without(text, opening, closing):
    """The text outside of all pairs of the two brackets."""
    kept, depth = [], 0
    for char in text:
        depth += (char == opening) - (char == closing)
        if depth == 0 and char != closing:
            kept.append(char)
        elif depth == 1 and char == opening:
            kept.append(";" if opening == "{" else " ")
    return "".join(kept)


def class_body(text, name):
    begin = re.search(rf"^class (?:\[\[\w+\]\] )?{name}(?: final)?(?: : public [\w:<>]+)? \{{$", text, re.MULTILINE)
    end = re.compile(r"^\};$", re.MULTILINE).search(text, begin.end())
    return text[begin.end():end.start()]


def public_members(text, name):
    """Names of the member functions that users can call, constructors and operators apart."""
    body = re.sub(r"//.*", "", class_body(text, name))
    body = re.sub(r'"[^"\n]*"', "", body)
    public, members = False, set()
    for statement in re.split(r";", re.sub(r"\b(public|private|protected):", r";\1:;", without(body, "{", "}"))):
        statement = statement.strip()
        if statement in ("public:", "private:", "protected:"):
            public = statement == "public:"
        elif public and not re.match(r"(using|friend|struct|class|enum)\b", statement):
            statement = re.sub(r"requires\s*\(.*?\)\s*\n", " ", statement)
            called = re.search(r"(~?\b\w+)\s*\(", re.sub(r"\btemplate\b\s*<[^>]*>", " ", statement))
            if called and called[1] != name and not called[1].endswith("_") and "operator" not in statement:
                members.add(f"{name}::{called[1]}")
        elif public and (used := re.match(r"using [\w:]+::(\w+)$", statement)):
            members.add(f"{name}::{used[1]}")
    return members


def rows(page):
    """(line number, names, answer) of each row."""
    for number, line in enumerate(page.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| `") and len(cells) >= 2:
            yield number, re.findall(r"`([^`]+)`", cells[0]), cells[1]


def findings(page, headers, test):
    told = {}
    for number, names, answer in rows(page):
        if answer not in ANSWERS:
            yield f"{PAGE.name}:{number}: '{answer}' is none of {sorted(ANSWERS)}"
        for name in names:
            if name in told:
                yield f"{PAGE.name}:{number}: '{name}' has two rows"
            told[name] = answer
    there = set().union(*(public_members(headers[header], name) for name, header in CLASSES.items()))
    yield from (f"{PAGE.name}: no row for '{name}'" for name in sorted(there - told.keys()))
    of_classes = {name for name in told if name.split("::")[0] in CLASSES and "::" in name}
    yield from (f"{PAGE.name}: '{name}' is no public member" for name in sorted(of_classes - there))
    called = set(re.findall(r'^ +\{"([\w:~]+)", ', test, re.MULTILINE))
    called |= {name for name, title in TESTED_APART.items() if f", {title})" in test}
    checked = {operation(name) for name, answer in told.items() if answer in ("checked", "reported")}
    yield from (f"{TEST.name}: does not call '{name}'" for name in sorted(checked - called))
    yield from (f"{PAGE.name}: '{name}' is called by the test and not 'checked'" for name in sorted(called - checked))


def operation(name):
    """As reports name it: a timer's cancel() is a handle's."""
    of, _, member = name.rpartition("::")
    return f"{of.removesuffix('_base').replace('timer_', '')}::{member}" if of else member


def main():
    page, test = PAGE.read_text(), TEST.read_text()
    headers = {header: (RUNTIME / header).read_text() for header in CLASSES.values()}
    found = list(findings(page, headers, test))
    print(*found, sep="\n", end="\n" if found else "")
    loop = CLASSES["event_loop"]
    planted = {
        "a member without a row": (page.replace("`event_loop::call_at`", "`event_loop::call_soon`", 1), headers, test, "'event_loop::call_at'"),
        "a row without a member": (page.replace("`task_group::cancel`", "`task_group::cancel`, `task_group::end`", 1), headers, test,
                                   "'task_group::end'"),
        "a new member": (page, {**headers, loop: headers[loop].replace("  void wake() noexcept;", "  void wake() noexcept;\n  void nap();", 1)},
                         test, "'event_loop::nap'"),
        "a checked operation that nobody tests": (page, headers, test.replace('{"event_loop::stop"', '{"event_loop::call_at"'),
                                                  "'event_loop::stop'"),
        "a row without an answer": (page.replace("| any thread |", "| perhaps |", 1), headers, test, "'perhaps'"),
    }
    for what, (*changed, named) in planted.items():
        if not any(named in finding for finding in findings(*changed)):
            found.append(what)
            print(f"thread_rules: does not notice {what}")
    if not found:
        print(f"each public member has a row, each checked one a test; {len(planted)} planted mistakes were found")
    return bool(found)


if __name__ == "__main__":
    if "--members" in sys.argv:
        for name, header in CLASSES.items():
            print(*sorted(public_members((RUNTIME / header).read_text(), name)))
        sys.exit()
    sys.exit(main())
