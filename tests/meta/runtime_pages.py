"""Code on docs/runtime/testing.md stands in an example that is built and run. The ids of reports in the sources of the runtime
are those of run_time_rules.hpp, and the other way round. Then plants mistakes, and expects each to be named."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE, EXAMPLE = "docs/runtime/testing.md", "docs/examples/runtime/testing/client_test.cpp"
DEBUG_PAGE = "docs/runtime/debug-mode.md"
TABLE = "runtime/coroguard/observe/run_time_rules.hpp"
ID = r'"([a-z]+(?:-[a-z]+)+)"'


def read():
    files = [PAGE, DEBUG_PAGE, EXAMPLE, *(f.relative_to(ROOT).as_posix() for f in sorted((ROOT / "runtime").rglob("*.[ch]pp")))]
    return {file: (ROOT / file).read_text() for file in files}


def without_comments(text):
    return re.sub(r"(?m)(^|\s)//.*$", "", text)


def complaints(files):
    for block in re.findall(r"^```cpp\n(.*?)^```$", files[PAGE], re.MULTILINE | re.DOTALL):
        if block not in files[EXAMPLE]:
            yield f"{PAGE}: shows what is not in {EXAMPLE}: {block.strip().splitlines()[0]}"
    table = set(re.findall(ID, files[TABLE]))
    # What 'coroguard explain' prints.
    explained = {rule for heading in re.findall(r"^### (.+)$", files[DEBUG_PAGE], re.MULTILINE) for rule in heading.split(", ")}
    for rule in sorted(table - explained):
        yield f"{DEBUG_PAGE}: has no section '### {rule}'"
    named = set()
    for file, text in files.items():
        if not file.startswith("runtime/") or file == TABLE:
            continue
        named |= set(re.findall(ID, without_comments(text)))
        for rule in re.findall(r'\brule\s*=[^,;}]*?"([^"]*)"', without_comments(text)):
            if rule not in table:
                yield f"{file}: reports '{rule}', which is not in {TABLE}"
    for rule in sorted(table - named):
        yield f"{TABLE}: nothing reports '{rule}'"


# (file, text to change, its replacement, words that the complaint must hold)
PLANTED = [
    (DEBUG_PAGE, "### slow-turn", "### slow-trun", "has no section '### slow-turn'"),
    (PAGE, "virtual_loop loop;", "virtual_lop loop;", "shows what is not in"),
    ("runtime/coroguard/debug/turn_watch.cpp", '.rule = "slow-turn"', '.rule = "slow-trun"', "reports 'slow-trun'"),
    (TABLE, '"slow-turn",', '"slow-turn", "slow-nothing",', "nothing reports 'slow-nothing'"),
    (TABLE, '"slow-turn",', "", "reports 'slow-turn', which is not in"),
]


def main():
    files = read()
    failures = list(complaints(files))
    for file, text, replacement, expected in PLANTED:
        planted = {**files, file: files[file].replace(text, replacement, 1)}
        if not any(expected in complaint for complaint in complaints(planted)):
            failures.append(f"tests/meta/runtime_pages.py: planted '{replacement}' in {file}, and nothing says '{expected}'")
    print("\n".join(failures) if failures else f"{PAGE} and the ids of reports hold; {len(PLANTED)} planted mistakes were found")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
