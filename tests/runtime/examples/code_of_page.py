"""Says which blocks of code of a page are in none of the files that a test compiles. Usage: code_of_page.py PAGE FILE..."""
import pathlib
import re
import sys

page, *files = map(pathlib.Path, sys.argv[1:])
compiled = "\n".join(file.read_text() for file in files)
blocks = re.findall(r"```(?:cpp|cmake)\n(.*?)```", page.read_text(), re.DOTALL)
missing = [block for block in blocks if block not in compiled]
for block in missing:
    print(f"{page}: not in {' or '.join(map(str, files))}:\n{block}")
if not blocks:
    print(f"{page}: has no code")
sys.exit(bool(missing) or not blocks)
