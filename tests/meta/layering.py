"""Reads the includes of checks/, tool/ and runtime/ and compares them with the arrows of docs/design.md. Then plants
wrong ones in a scratch copy, one at a time, and expects each to be named."""
import pathlib
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUFFIXES = {".h", ".hpp", ".cpp", ".in"}

# Layer: what its files may include of our own, itself apart. "leaf" is rule.h and diagnostic.h.
LANGUAGE = {"leaf"}
FRAMEWORKS = LANGUAGE | {"language"}
FACTS = FRAMEWORKS | {"frameworks"}
PROGRAM = FACTS | {"facts"}
RULES = PROGRAM | {"program"}
CLANG_TIDY = RULES | {"rules"}
CHECKS = CLANG_TIDY | {"clang_tidy"}
OBSERVE = {"runtime/base", "runtime/annotations"}
LOOP = OBSERVE | {"runtime/observe"}
FUTURE = LOOP | {"runtime/loop"}
TASK = FUTURE | {"runtime/future"}
EXEC = TASK | {"runtime/task"}
# What the commands conduct.
TOOL = {"tool/" + part for part in ("files", "intake", "config", "cache", "share", "run", "suppress", "report", "fix", "identity", "baseline",
                                    "statistics", "diff", "judge", "inspect")}
ALLOWED = {
    "leaf": set(),
    "language": LANGUAGE,
    "frameworks": FRAMEWORKS,
    "facts": FACTS,
    "program": PROGRAM,
    "rules": RULES,
    "clang_tidy": CLANG_TIDY,
    "tool/files": {"leaf"},
    "tool/intake": CHECKS | {"tool/files"},
    "tool/config": CHECKS,
    "tool/suppress": CHECKS | {"tool/files"},
    "tool/report": CHECKS | {"tool/inspect"},
    "tool/fix": CHECKS | {"tool/files", "tool/report"},
    "tool/identity": CHECKS | {"tool/report"},
    "tool/baseline": CHECKS | {"tool/files", "tool/report", "tool/identity"},
    "tool/statistics": CHECKS | {"tool/report", "tool/identity"},
    "tool/diff": CHECKS | {"tool/intake", "tool/config", "tool/run", "tool/report", "tool/identity"},
    "tool/inspect": {"leaf"},
    "tool/cache": CHECKS | {"tool/intake"},
    "tool/share": CHECKS | {"tool/intake", "tool/cache"},
    "tool/run": CHECKS | {"tool/intake", "tool/config", "tool/cache", "tool/share"},
    "tool/clangd": CHECKS | {"tool/intake", "tool/config", "tool/run", "tool/suppress"},
    "tool/judge": CHECKS | {"tool/intake", "tool/config", "tool/cache", "tool/run", "tool/suppress"},
    "tool/check": CHECKS | TOOL,
    "tool/commands": CHECKS | TOOL | {"tool/check"},
    "tool": CHECKS | TOOL | {"tool/check", "tool/commands"},
    "runtime/annotations": set(),
    "runtime/base": {"runtime/annotations"},
    "runtime/observe": OBSERVE,
    "runtime/loop": LOOP,
    "runtime/future": FUTURE,
    "runtime/task": TASK,
    "runtime/exec": EXEC,
    "runtime/debug": EXEC | {"runtime/exec"},
    "runtime/preload": {"runtime/debug"},  # its C boundary
    "runtime": EXEC | {"runtime/exec", "runtime/debug"},  # the umbrella header, and testing.hpp
}
# Layers and files that must do without a Clang header, in what they include as well. LLVM's own are allowed.
WITHOUT_CLANG = ("checks/rule.h", "checks/diagnostic.h", "checks/program/", "checks/rules/", "checks/frameworks/model.h",
                 "checks/frameworks/load.")
VERSION_FILE = "checks/language/compat.h"


def layer_of(path):
    parts = path.split("/")
    if path == "runtime/coroguard/annotations.h":
        return "runtime/annotations"
    if parts[0] == "runtime" and parts[1] == "preload":
        return "runtime/preload"
    if parts[0] == "runtime":  # runtime/coroguard/<folder>/<file>
        return f"runtime/{parts[2]}" if len(parts) > 3 else "runtime"
    if parts[0] == "tool":
        return "/".join(parts[:2]) if len(parts) > 2 else "tool"
    if path in ("checks/rule.h", "checks/diagnostic.h"):
        return "leaf"
    return parts[1] if len(parts) > 2 else None  # None: the precompiled header


def is_clang(name):
    return re.match(r"(clang|clang-[a-z]+)/", name) is not None


class Sources:
    def __init__(self, root):
        self.root = root
        self.texts = {}
        for top in ("checks", "tool", "runtime"):
            for file in sorted((root / top).rglob("*")):
                if file.suffix in SUFFIXES and file.is_file():
                    self.texts[file.relative_to(root).as_posix()] = file.read_text(errors="replace")

    def includes(self, path):
        """(line, name, isQuoted) of every include that names a file."""
        for number, line in enumerate(self.texts[path].splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*(?:"([^"@]+)"|<([^>@]+)>)', line)
            if found:
                yield number, found[1] or found[2], found[1] is not None

    def resolve(self, path, name):
        folder = path.rsplit("/", 1)[0]
        for candidate in (f"{folder}/{name}", f"checks/{name}", name, f"runtime/{name}"):
            normal = pathlib.PurePosixPath(candidate).as_posix()
            if normal in self.texts:
                return normal
        return None


def arrows(sources):
    for path in sources.texts:
        layer = layer_of(path)
        if layer is None:
            continue
        if layer not in ALLOWED:
            yield f"{path}:1: the folder is not in the layout; see docs/design.md, and tests/meta/layering.py for its arrows"
            continue
        for line, name, quoted in sources.includes(path):
            if layer.startswith("runtime") and (is_clang(name) or name.startswith("llvm/")):
                yield f"{path}:{line}: includes <{name}>; the runtime knows nothing of LLVM"
            target = sources.resolve(path, name)
            if target is None:
                if quoted:
                    yield f"{path}:{line}: \"{name}\" is not a file of ours; write <{name}>, or the path from checks/ or the root"
                continue
            into = layer_of(target)
            if into != layer and into not in ALLOWED[layer]:
                allowed = ", ".join(sorted(ALLOWED[layer])) or "nothing of ours"
                yield f"{path}:{line}: {layer} must not include {into} ({name}); it may include {allowed}"


def clang_free(sources):
    """Follows our own includes, so that a Clang header does not come in through the back door."""
    reaches = {}

    def chain(path, seen):
        if path in reaches:
            return reaches[path]
        result = None
        for _, name, _ in sources.includes(path):
            if is_clang(name):
                result = [path, f"<{name}>"]
                break
            target = sources.resolve(path, name)
            if target and target not in seen:
                below = chain(target, seen | {target})
                if below:
                    result = [path, *below]
                    break
        reaches[path] = result
        return result

    for path in sources.texts:
        if path.startswith(WITHOUT_CLANG):
            found = chain(path, {path})
            if found:
                yield f"{path}:1: reaches a Clang header ({' -> '.join(found)}); it must do without, move the question into facts/"


def versions(sources):
    pattern = re.compile(r"\s*#\s*(if|elif|ifdef|ifndef|elifdef|elifndef)\b.*(COROGUARD_LLVM|CLANG_VERSION|LLVM_VERSION|__clang_major__)")
    for path, text in sources.texts.items():
        if path == VERSION_FILE or path.startswith("runtime/"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.match(line):
                yield f"{path}:{number}: asks for the LLVM version; only {VERSION_FILE} may, give the difference a name there"


def complaints(root):
    sources = Sources(root)
    return [*arrows(sources), *clang_free(sources), *versions(sources)]


# (file, line to add, words that the complaint must hold)
PLANTED = [
    ("checks/language/coroutine.h", '#include "facts/fact.h"', "language must not include facts"),
    ("checks/frameworks/model.h", '#include <clang/AST/Decl.h>', "reaches a Clang header"),
    ("checks/facts/fact.h", '#include "program/program.h"', "facts must not include program"),
    ("checks/facts/fact.h", '#include <clang/AST/Decl.h>', "checks/program/program.h:1: reaches a Clang header"),
    ("checks/facts/flow.h", '#if COROGUARD_LLVM >= 20', "asks for the LLVM version"),
    ("checks/program/program.cpp", '# include "rules/table.h"', "program must not include rules"),
    ("checks/program/planted.cpp", '#include <clang/AST/Decl.h>', "reaches a Clang header"),
    ("checks/rules/await/planted.cpp", '#include "tool/run/project.h"', "rules must not include tool/run"),
    ("checks/rules/await/planted.cpp", '#include "facts/unit_context.h"', "reaches a Clang header"),
    ("checks/rule.h", '#include "program/program.h"', "leaf must not include program"),
    ("checks/clang_tidy/module.cpp", '#include "tool/config/config.h"', "clang_tidy must not include tool/config"),
    ("tool/report/planted.cpp", '#include "tool/commands/command.h"', "tool/report must not include tool/commands"),
    ("tool/common/planted.cpp", '#include <vector>', "the folder is not in the layout"),
    ("runtime/coroguard/planted.h", '#include "diagnostic.h"', "runtime must not include leaf"),
    ("runtime/coroguard/loop/planted.hpp", '#include "coroguard/task/task.hpp"', "runtime/loop must not include runtime/task"),
    ("runtime/coroguard/planted/planted.hpp", '#include <vector>', "the folder is not in the layout"),
    ("runtime/coroguard/planted.h", '#include <llvm/ADT/StringRef.h>', "knows nothing of LLVM"),
]


def plant(file, line):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for top in ("checks", "tool", "runtime"):
            if (ROOT / top).is_dir():
                shutil.copytree(ROOT / top, scratch / top)
        planted = scratch / file
        planted.parent.mkdir(parents=True, exist_ok=True)
        with open(planted, "a") as out:
            out.write("\n" + line + "\n")
        return complaints(scratch)


def main():
    failures = complaints(ROOT)
    for file, line, expected in PLANTED:
        found = plant(file, line)
        if not any(expected in complaint for complaint in found):
            failures.append(f"tests/meta/layering.py: planted '{line}' in {file}, expected '{expected}', got {found or 'silence'}")
    print("\n".join(failures) if failures else f"layering holds; {len(PLANTED)} planted mistakes were found")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
