"""Compares 'coroguard docs' with docs/rules, and what README.md and docs/*.md say about commands and files with what
there is."""
import filecmp
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = sys.argv[1]


def generated_pages():
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([COMMAND, "docs", scratch], check=True)
        fresh = {f.name for f in pathlib.Path(scratch).iterdir()}
        committed = {f.name for f in (ROOT / "docs/rules").glob("*")}
        for name in sorted(fresh | committed):
            page = f"docs/rules/{name}"
            if name not in committed:
                yield f"{page}: is missing; run 'coroguard docs' in the root"
            elif name not in fresh:
                yield f"{page}: belongs to no rule; delete it"
            elif not filecmp.cmp(f"{scratch}/{name}", ROOT / page, shallow=False):
                yield f"{page}: is not what the rule's source says; run 'coroguard docs' in the root"


def existing_commands():
    text = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  (\w+) ", text.split("Subcommands:")[1], re.MULTILINE))


def code(text):
    """What stands in code blocks and code spans, where 'coroguard x' is a command and not prose."""
    blocks = re.findall(r"^(`{3,})[^\n]*\n(.*?)^\1", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^    .*$", text, re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", text)
    return "\n".join([body for _, body in blocks] + indented + spans)


def commands_named(page, existing):
    for name in sorted(set(re.findall(r"\bcoroguard ([a-z]+)\b", code(page.read_text())))):
        if name not in existing:
            yield f"{page.relative_to(ROOT)}: names the command 'coroguard {name}', there are: {', '.join(sorted(existing))}"
        elif subprocess.run([COMMAND, name, "--help"], capture_output=True).returncode != 0:
            yield f"{page.relative_to(ROOT)}: 'coroguard {name} --help' fails"


def links(page):
    prose = re.sub(r"^(`{3,})[^\n]*\n.*?^\1$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]+`", "", prose)  # a lambda looks like a link
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if "://" not in target and not (page.parent / target).exists():
            yield f"{page.relative_to(ROOT)}: links to {target}, which does not exist"


def paths_named(page):
    """Files of ours in code spans, as `checks/rule.h`."""
    for path in sorted(set(re.findall(r"`((?:checks|tool|tests|docs)/[\w./-]+)`", page.read_text()))):
        if not (ROOT / path).exists() and f"\n`{path}`:\n" not in page.read_text():  # a page may show a new file
            yield f"{page.relative_to(ROOT)}: names {path}, which does not exist"


def main():
    failures = list(generated_pages())
    existing = existing_commands()
    readme = ROOT / "README.md"
    if not readme.exists():
        failures.append("README.md: is missing; it says what the product finds and names its commands")
    for page in ([readme] if readme.exists() else []) + sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "docs/decisions").glob("*.md")):
        failures += [*commands_named(page, existing), *links(page), *paths_named(page)]
    for failure in failures:
        print(failure)
    if not failures:
        print("pages, commands, links and paths are in sync")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
