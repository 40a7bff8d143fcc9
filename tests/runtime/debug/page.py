"""Fills docs/runtime/debug-mode.md with what the programs of docs/examples/debug print, or compares the two.

A line `<!-- printed by NAME -->` stands before the block of code that NAME prints to stderr. Usage: page.py PROGRAMS
[--write]; PROGRAMS is the folder of the built examples, example_debug_NAME. Times, addresses and the numbers of threads
differ from run to run: they are compared as a shape. So are the parts of native stacks that are not the example's."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/runtime/debug-mode.md"
EXAMPLES = ROOT / "docs/examples/debug"
PLACE = re.compile(r"<!-- printed by (\w+) -->\n```text\n(.*?)```\n", re.DOTALL)


def printed_by(programs, name):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COROGUARD_")}
    done = subprocess.run([programs / f"example_debug_{name}"], capture_output=True, text=True, timeout=60, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{name}: exit code {done.returncode}\n{done.stderr}")
    text = re.sub(r"[^\s'\"<(]*docs/examples/debug/", "", done.stderr)
    return re.sub(r"[^\s'\"<(]*runtime/coroguard/", "coroguard/", text)


def reports(text):
    """Each report as a list of lines."""
    found = []
    for line in text.splitlines():
        if line.startswith(" ") and found:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def shape(text, source):
    """What must be the same in each run on each machine."""
    functions = set(re.findall(r"\b(\w+)\(", source)) - {"run", "sleep"}
    shapes = []
    for lines in reports(text):
        kept = []
        for line in lines:
            native = re.match(r"    (.*?)  \S+\+0x[0-9a-f]+$", line)
            if native:
                name = re.match(r"(?!std::)(?:\w+::)*(\w+)\(", native[1])
                if name and name[1] in functions:
                    kept.append("    " + name[1])
                continue
            if re.match(r"  (computing|preempted)", line):  # as busy as the machine is, or not known at all
                continue
            line = re.sub(r"0x[0-9a-f]+", "ADDRESS", line)
            line = re.sub(r"computing|preempted.*|the processor was busy.*", "computing or preempted", line)
            # Not the numbers of tasks and lines.
            kept.append(re.sub(r"(?<![:\w.-])\d+(\.\d+)?(?! callbacks)", "N", line))
        shapes.append(tuple(kept))
    # A stall that lasts is told again, and what two threads tell has no order.
    return set(shapes)


def unknown_tests(page):
    """Names like `suite.test` on the page, or `suite.*`, that no test has."""
    sources = "".join(file.read_text() for file in (ROOT / "tests/runtime").rglob("*_test.cpp"))
    there = {f"{suite}.{test}" for suite, test in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", sources)}
    there |= {name.split(".")[0] + ".*" for name in there}
    named = re.findall(r"`(\w+\.(?:\w+|\*))`", page[page.index("## Against the other tools"):page.index("## How it works")])
    if not named:
        raise SystemExit("the page names no test")
    return set(named) - there


def main():
    programs = pathlib.Path(sys.argv[1])
    page = PAGE.read_text()
    wrong = []
    on_page = set()

    def fresh(place):
        name, before = place[1], place[2]
        on_page.add(name)
        now = printed_by(programs, name)
        source = (EXAMPLES / f"{name}.cpp").read_text()
        if shape(before, source) == shape(now, source):
            return place[0]
        wrong.append(f"{name}: prints something else than the page says:\n{now}")
        return f"<!-- printed by {name} -->\n```text\n{now}```\n"

    filled = PLACE.sub(fresh, page)
    wrong += [f"the page names a test that is not there: {name}" for name in sorted(unknown_tests(page))]
    for example in sorted(EXAMPLES.glob("*.cpp")):
        if example.stem not in on_page:
            wrong.append(f"{example.stem}: is not on the page")
    if "--write" in sys.argv:
        PAGE.write_text(filled)
        return 0
    print("\n".join(wrong) or "the page shows what the examples print")
    if wrong:
        print("look at it, and if it is right: tests/runtime/debug/page.py PROGRAMS --write")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
