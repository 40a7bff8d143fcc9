"""Puts every case, program and example of this repository into one project with a compile database, in which the mocked
frameworks are headers of other people: shared_everywhere.py ROOT PROJECT"""
import json
import pathlib
import re
import shutil
import sys

ROOT, PROJECT = map(pathlib.Path, sys.argv[1:])
commands = []


def add(file, flags):
    commands.append({"directory": str(PROJECT), "file": str(file), "arguments": ["clang++", *flags, "-c", str(file)]})


def mock_flags(mock):
    mocks = ["shared", *([mock] if mock else [])]
    return [f"-isystem{ROOT}/tests/mock/{one}" for one in mocks] + [f"-isystem{ROOT}/runtime"]


def marked(text, word):
    return [part for line in re.findall(rf"// {word}:(.*)", text) for part in line.split()]


def parts_of(text, name):
    """A program's files: `//--- name` begins one."""
    pieces = re.split(r"^//--- (\S+)\n", text, flags=re.MULTILINE)
    if len(pieces) == 1:
        return {name: text}
    return dict(zip(pieces[1::2], pieces[2::2]))


def add_cases(file):
    text = file.read_text()
    flags = marked(text, "flags") or ["-std=c++20"]
    for mock in marked(text, "for") or [""]:
        folder = PROJECT / (mock or "none") / file.parent.name / (file.stem if "//---" in text else "")
        folder.mkdir(parents=True, exist_ok=True)
        for name, part in parts_of(text, file.name).items():
            (folder / name).write_text(part)
            if name.endswith(".cpp"):
                add(folder / name, [*flags, *mock_flags(mock)])


for case in sorted([*ROOT.glob("tests/cases/*/*.cpp"), *ROOT.glob("tests/programs/*.cpp")]):
    add_cases(case)
for example in sorted(one for one in (ROOT / "docs/examples").iterdir() if one.is_dir()):
    shutil.copytree(example, PROJECT / "examples" / example.name)
    for source in sorted((PROJECT / "examples" / example.name).rglob("*.cpp")):
        add(source, ["-std=c++20", "-pthread", f"-isystem{ROOT}/runtime"])
(PROJECT / "build").mkdir()
(PROJECT / "build/compile_commands.json").write_text(json.dumps(commands))
print(len(commands))
