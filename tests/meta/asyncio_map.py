"""Compares docs/runtime/asyncio-map.md with asyncio, as the Python that runs this has it, and with the headers of the runtime.
Then plants mistakes, one at a time, and expects each to be named.
Usage: asyncio_map.py COMPILER"""
import asyncio
import concurrent.futures
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/runtime/asyncio-map.md"
NOT_MAPPED = {"no", "not yet"}
CLASSES = {"Loop": asyncio.AbstractEventLoop, "Future": asyncio.Future, "Task": asyncio.Task, "Handle": asyncio.Handle,
           "TimerHandle": asyncio.TimerHandle, "Timeout": asyncio.Timeout, "Runner": asyncio.Runner,
           "TaskGroup": asyncio.TaskGroup, "concurrent.futures.Future": concurrent.futures.Future,
           "concurrent.futures.Executor": concurrent.futures.Executor}
# A class template stands for one of its classes.
ARGUMENT = re.compile(r"<T>")


def public(names):
    return [name for name in names if not name.startswith("_")]


def names_of_python():
    yield from public(asyncio.__all__)
    yield from (f"concurrent.futures.{name}" for name in public(concurrent.futures.__all__))
    for prefix, of in CLASSES.items():
        yield from (f"{prefix}.{name}" for name in public(vars(of)) if callable(getattr(of, name, None)))


def rows(page):
    """(line number, names of asyncio, names of ours or why there are none) of each row."""
    only_ours = False
    for number, line in enumerate(page.splitlines(), 1):
        cells = [cell.strip() for cell in line.split(" | ")]
        if not line.startswith("| ") or len(cells) < 2 or cells[0] == "| ---":
            continue
        if cells[0] in ("| asyncio", "| coroguard"):
            only_ours = cells[0] == "| coroguard"
            continue
        if only_ours:
            yield number, [], re.findall(r"`([^`]+)`", cells[0])
            continue
        right = re.findall(r"`([^`]+)`", cells[1])
        # What the words of the third cell call by their names is promised as well.
        words = re.findall(r"`((?:event_loop|task_base|executor)::\w+)`", cells[2]) if len(cells) > 2 else []
        yield number, re.findall(r"`([^`]+)`", cells[0]), right + words if right else cells[1]


def use_of(name, number):
    """Code that compiles only when there is the name."""
    if name.startswith("std::"):
        return f"using use_{number} = {name};"
    scope, _, member = ARGUMENT.sub("<int>", name).rpartition("::")
    if not scope or scope in ("concurrent", "return_when"):
        return f"namespace use_{number} {{ using coroguard::{name}; }}"
    return f"struct use_{number} : coroguard::{scope} {{ using coroguard::{scope}::{member}; }};"


def missing_on_the_left(page):
    told = {name for _, left, _ in rows(page) for name in left}
    for name in sorted(set(names_of_python()) - told):
        yield f"{PAGE.name}: no row for '{name}'"


def missing_in_the_headers(page, compiler):
    code = ["#include <coroguard/runtime.hpp>"]
    for number, _, right in rows(page):
        if isinstance(right, str):
            if right not in NOT_MAPPED:
                yield f"{PAGE.name}:{number}: '{right}' is neither a name nor one of {sorted(NOT_MAPPED)}"
            continue
        for place, name in enumerate(right):
            code += [f'#line {number} "{PAGE.name}"', use_of(name, f"{number}_{place}")]
    # Classes that are final are derived from here as well; nothing is made of them.
    ran = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", f"-I{ROOT}/runtime", "-"],
                         input="\n".join(code).replace("#include", "#include <bits/stdc++.h>\n#define final\n#include", 1),
                         capture_output=True, text=True)
    yield from re.findall(rf"^{re.escape(PAGE.name)}:\d+.*error: .*$", ran.stderr, re.MULTILINE) or \
        ([ran.stderr] if ran.returncode else [])


def findings(page, compiler):
    return [*missing_on_the_left(page), *missing_in_the_headers(page, compiler)]


def main(compiler):
    page = PAGE.read_text()
    found = findings(page, compiler)
    print(*found, sep="\n", end="\n" if found else "")
    planted = {
        "a row that is gone": (page.replace("| `gather` |", "| `gathers` |", 1), "'gather'"),
        "a function that there is not": (page.replace("| `shield` | `shield` |", "| `shield` | `shields` |", 1), "shields"),
        "a member that there is not": (page.replace("`event_loop::call_at`", "`event_loop::call_on`", 1), "call_on"),
        "a name of ours alone that there is not": (page.replace("| `observer` |", "| `observers` |", 1), "observers"),
        "a row without an answer": (page.replace("| not yet |", "| perhaps |", 1), "perhaps"),
    }
    for what, (wrong, named) in planted.items():
        if wrong == page or not any(named in finding for finding in findings(wrong, compiler)):
            found.append(what)
            print(f"asyncio_map: does not notice {what}")
    if not found:
        print(f"all names of asyncio have a row, all names of the rows are there; {len(planted)} planted mistakes were found")
    return bool(found)


sys.exit(main(sys.argv[1]))
