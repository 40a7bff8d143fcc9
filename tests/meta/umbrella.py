"""Every header of the runtime comes with <coroguard/runtime.hpp>, unless it says that users do not need it. Then hides one
header after the other from the umbrella in memory and expects each to be missed."""
import pathlib
import re
import sys

RUNTIME = pathlib.Path(__file__).resolve().parents[2] / "runtime"
UMBRELLA = "coroguard/runtime.hpp"
INTERNAL = "// Not in <coroguard/runtime.hpp>: "


def read_headers():
    return {file.relative_to(RUNTIME).as_posix(): file.read_text() for file in sorted(RUNTIME.rglob("*.hpp"))}


def includes(text):
    return re.findall(r'^\s*#\s*include\s*["<](coroguard/[^">]+)[">]', text, re.MULTILINE)


def reached(headers):
    found, left = set(), [UMBRELLA]
    while left:
        header = left.pop()
        if header in headers and header not in found:
            found.add(header)
            left += includes(headers[header])
    return found


def complaints(headers):
    comes = reached(headers)
    for header, text in headers.items():
        internal = any(line.startswith(INTERNAL) for line in text.splitlines()[:5])
        if header not in comes and not internal:
            yield f"runtime/{header}: is not in {UMBRELLA}; include it there, or say '{INTERNAL}...' in its first comment"
        if header in comes and internal:
            yield f"runtime/{header}: says that it is not in {UMBRELLA}, which includes it"


def main():
    headers = read_headers()
    failures = list(complaints(headers))
    for header in set(includes(headers[UMBRELLA])):
        line = re.compile(rf'^#include "{re.escape(header)}"$', re.MULTILINE)
        without = {name: line.sub("", text) for name, text in headers.items()}
        if not any(header in complaint for complaint in complaints(without)):
            failures.append(f"tests/meta/umbrella.py: did not notice that nothing includes {header}")
    print("\n".join(failures) if failures else f"{UMBRELLA} is complete: {len(headers)} headers")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
