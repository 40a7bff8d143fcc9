"""Parses headers of checks/, tool/ and runtime/ as files of their own, two at a time, with the include paths of the build.
No precompiled header and no skipped bodies: both would hide what is missing. About a second per header, so those that a source
includes first are left to self_check, which parses that source without precompiled header."""
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def include_flags(build):
    """The -I, -isystem, -D and -std of all our compile commands, each once."""
    flags = {"-std=c++20": None}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if not pathlib.Path(entry["file"]).is_relative_to(ROOT):
            continue
        words = shlex.split(entry["command"])
        for word, following in zip(words, words[1:] + [""]):
            if word == "-isystem":
                flags[f"-isystem{following}"] = None
            elif word.startswith("-I") or word.startswith("-DCOROGUARD_LLVM="):
                flags[word] = None
    return list(flags)


def parse(compiler, flags, header):
    command = [compiler, "-x", "c++", "-fsyntax-only", "-Wall", "-Wno-pragma-once-outside-header",
               *flags, str(header)]
    result = subprocess.run(command, capture_output=True, text=True)
    return None if result.returncode == 0 else result.stderr.strip()


def files(*suffixes):
    return [file for top in ("checks", "tool", "runtime") for suffix in suffixes for file in sorted((ROOT / top).rglob(suffix))]


def included_first(source):
    include = re.search(r'^#include "([^"]+)"', source.read_text(), re.MULTILINE)
    top = ROOT / source.relative_to(ROOT).parts[0]
    return {header for header in (source.parent / include[1], top / include[1]) if header.exists()} if include else set()


def main():
    build, llvm = pathlib.Path(sys.argv[1]), sys.argv[2]
    of_sources = set().union(*map(included_first, files("*.cpp")))
    headers = [header for header in files("*.h", "*.hpp") if header not in of_sources]
    flags = include_flags(build)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(lambda h: parse(f"clang++-{llvm}", flags, h), headers))
    failed = [(h, e) for h, e in zip(headers, errors) if e]
    for header, error in failed:
        print(f"{header.relative_to(ROOT)}: does not compile by itself; include or declare what it uses\n{error[:1500]}\n")
    if not failed:
        print(f"{len(headers)} headers compile by themselves; {len(of_sources)} more are the first of a source")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
