"""Each feature in docs/comparison.md has a cell for each tool, and ours names a test that ctest runs. Then plants mistakes, and
expects each to be named."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/comparison.md"
OURS = "coroguard"
# What ctest runs: scripts and programs by their names, unit tests and this one by CMake.
TESTS = re.compile(r"\.\./tests/(hosts/\w+\.test\.sh|unit/[\w/]+_test\.cpp|meta/\w+\.test\.sh|runtime/debug/page\.py)$")


def complaints(text):
    features = set()
    head = None
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else None
        if cells is None:
            head = None
        elif head is None:
            head = cells
        elif not set("".join(cells)) <= set("-: "):
            yield from (f"docs/comparison.md:{number}: {what}" for what in row_complaints(cells, head, features))
    if len(features) < 40:
        yield f"docs/comparison.md: has {len(features)} features; there were 40"


def row_complaints(cells, head, features):
    if len(cells) != len(head):
        return [f"has {len(cells)} cells, its head {len(head)}"]
    found = [f"'{name}' has an empty cell for {tool}" for name, tool in [(cells[0], tool) for tool, cell in zip(head, cells) if not cell]]
    if cells[0] in features:
        found.append(f"'{cells[0]}' stands here twice")
    features.add(cells[0])
    cell = cells[head.index(OURS)]
    link = re.fullmatch(r"\[[●◐]\]\(([^)]+)\)(: .+)?", cell)
    if not link:
        found.append(f"'{cells[0]}' names no test: {cell}")
    elif not TESTS.match(link[1]):
        found.append(f"'{cells[0]}' names what ctest does not run: {link[1]}")
    elif not (PAGE.parent / link[1]).exists():
        found.append(f"'{cells[0]}' names a test that is not there: {link[1]}")
    elif cell.startswith("[◐]") and not link[2]:
        found.append(f"'{cells[0]}' does not say what is missing")
    return found


# (text to change, its replacement, words that the complaint must hold)
PLANTED = [
    ("[●](../tests/hosts/sarif.test.sh)", "●", "'SARIF' names no test"),
    ("[●](../tests/hosts/sarif.test.sh)", "", "'SARIF' has an empty cell for coroguard"),
    ("[●](../tests/hosts/sarif.test.sh)", "[●](../tests/hosts/sarf.test.sh)", "'SARIF' names a test that is not there"),
    ("[●](../tests/hosts/sarif.test.sh)", "[●](../README.md)", "'SARIF' names what ctest does not run"),
    ("[●](../tests/hosts/sarif.test.sh)", "[◐](../tests/hosts/sarif.test.sh)", "'SARIF' does not say what is missing"),
    ("| JSON |", "| SARIF |", "'SARIF' stands here twice"),
    ("| SARIF | ○ |", "| SARIF |", "has 7 cells, its head 8"),
]


def main():
    text = PAGE.read_text()
    failures = list(complaints(text))
    for old, new, expected in PLANTED:
        planted = text.replace(old, new, 1)
        if planted == text or not any(expected in complaint for complaint in complaints(planted)):
            failures.append(f"tests/meta/comparison.py: planted '{new}', and nothing says '{expected}'")
    print("\n".join(failures) or "each feature has its test")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
