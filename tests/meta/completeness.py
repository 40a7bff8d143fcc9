"""Each rule has a case file with enough spellings, and a page; its id is its file's name. Files are named and placed as
docs/design.md and docs/style.md say, and none is longer than the budget without saying why in its first comment.
With an argument: the folder to look at instead of this tree."""
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
TOP_LEVEL = {"CMakeLists.txt", "checks", "tool", "runtime", "tests", "docs", "README.md", "LICENSE", "CMakePresets.json"}
VAGUE_NAMES = {"util", "utils", "utilities", "helpers", "common", "misc"}
LEAST_WARNINGS, LEAST_SPELLINGS = 8, 15
RULE_LINES, FILE_LINES, FUNCTION_LINES = 150, 400, 40


def tracked():
    """Files that are, or would be, in the repository."""
    output = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout
    return sorted(f for f in output.split("\0") if f and (ROOT / f).is_file())


def planned_ids():
    """id -> group, from the table of rule ids in docs/design.md."""
    ids = {}
    for line in (ROOT / "docs/design.md").read_text().splitlines():
        row = re.match(r"\| (await|blocking|affinity|suspension|lifetime|author|run time only) \| (.*) \|$", line)
        if row:
            for rule in re.findall(r"`([a-z-]+)`", row[2]):
                ids.setdefault(rule, row[1])
    return ids


def spellings_of_case(text):
    """(that must be reported, all): marked lines, and lines of code in a body that call something and must be silent."""
    lines = text.splitlines()
    warned = sum("// warn:" in line for line in lines)
    silent = sum("// warn:" not in line and re.match(r"(\s+|[^/]*\{).*\w\(", line) is not None for line in lines)
    return warned, warned + silent


def rules(files):
    ids = planned_ids()
    for file in files:
        match = re.fullmatch(r"checks/rules/(\w+)/(\w+)\.cpp", file)
        if not match:
            continue
        group, stem = match.groups()
        rule = stem.replace("_", "-")
        text = (ROOT / file).read_text()
        found = re.search(r'\.id = "([^"]*)"', text)
        if not found or found[1] != rule:
            yield f"{file}: its id is '{found[1] if found else ''}' and must be '{rule}', after the file's name"
        case = f"tests/cases/{group}/{rule}.cpp"
        cases = [f for f in files if f == case or (f.startswith(case[:-4] + "-") and f.endswith(".cpp"))]
        if case not in files:
            yield f"{file}: has no case file; write {case}"
        else:
            counts = [spellings_of_case((ROOT / f).read_text()) for f in cases]
            warned, spellings = (sum(column) for column in zip(*counts))
            if warned < LEAST_WARNINGS:
                yield f"{case}: has {warned} '// warn:' lines, at least {LEAST_WARNINGS} are asked for; spell the bug in other ways"
            elif spellings < LEAST_SPELLINGS:
                yield f"{case}: has {spellings} spellings, at least {LEAST_SPELLINGS} are asked for; add near-misses that must stay silent"
        if f"docs/rules/{rule}.md" not in files:
            yield f"{file}: has no page docs/rules/{rule}.md; run 'coroguard docs' in the root"
        if ids.get(rule, group) != group:
            yield f"{file}: docs/design.md puts '{rule}' into the group '{ids[rule]}'; move the file or change the table"
        near = difflib.get_close_matches(rule, ids, 1, 0.9)
        if rule not in ids and near:
            yield f"{file}: the id '{rule}' is not in docs/design.md, but '{near[0]}' is; is that the one?"


def orphans(files):
    """Pages and cases of rules that are gone."""
    for file in files:
        page = re.fullmatch(r"docs/rules/([a-z-]+)\.md", file)
        if page and not any(f.endswith(f"/{page[1].replace('-', '_')}.cpp") and f.startswith("checks/rules/") for f in files):
            yield f"{file}: there is no such rule; delete the page"
        case = re.fullmatch(r"tests/cases/(\w+)/([a-z-]+)\.cpp", file)
        if case:
            own = [f for f in files if re.fullmatch(rf"checks/rules/{case[1]}/\w+\.cpp", f)]
            stems = [pathlib.PurePosixPath(f).stem.replace("_", "-") for f in own]
            if not any(case[2] == s or case[2].startswith(s + "-") for s in stems):
                yield f"{file}: no rule of the group {case[1]} has this name; rename or delete the case"


def names(files):
    for top in sorted({f.split("/")[0] for f in files}):
        if top not in TOP_LEVEL and not top.startswith("."):
            yield f"{top}: the top level is fixed (docs/design.md); move it into one of its folders"
    for file in files:
        for part in pathlib.PurePosixPath(file).parts:
            if part.lower().split(".")[0] in VAGUE_NAMES:
                yield f"{file}: '{part}' does not say what is in it; name the file for what it holds"


def first_comment(text):
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line)
    return " ".join(lines)


def long_functions(text):
    """(line, name, length) of bodies that begin at the margin or one step in, by indentation."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        head = re.match(r"( {0,2})(?!//|namespace|struct|class|enum|union|extern|constexpr|const |static const|inline const)\S.*\) *(const|override|noexcept|final| )*(->.*)?(: .*)?{$", line)
        if not head:
            continue
        end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith(head[1] + "}")), start)
        if end - start - 1 > FUNCTION_LINES:
            yield start + 1, line.strip(" {"), end - start - 1


def lengths(files):
    for file in files:
        if not re.fullmatch(r"(checks|tool|runtime)/.*\.(cpp|h|hpp)", file):
            continue
        text = (ROOT / file).read_text()
        if re.search(r"\blong\b", first_comment(text), re.IGNORECASE):
            continue
        most = RULE_LINES if file.startswith("checks/rules/") else FILE_LINES
        count = len(text.splitlines())
        remedy = "split it, or begin the file with a comment '// Long because ...'"
        if count > most:
            yield f"{file}: has {count} lines, the budget is {most}; {remedy}"
        for line, name, length in long_functions(text):
            yield f"{file}:{line}: '{name}' has {length} lines, the budget is {FUNCTION_LINES}; {remedy}"


def main():
    files = tracked()
    failures = [*rules(files), *orphans(files), *names(files), *lengths(files)]
    for failure in failures:
        print(failure)
    if not failures:
        print(f"complete: {sum(bool(re.fullmatch(r'checks/rules/[^/]+/[^/]+.cpp', f)) for f in files)} rules, {len(files)} files")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
