"""Sessions of an editor with coroguard-clangd: clangd_session.py CLANGD COROGUARD PROJECT PAGES [SESSION...]. The project
has its index; PAGES is the folder of the rules' pages; without names, all sessions."""
import json
import pathlib
import subprocess
import sys
import urllib.parse

from lsp_client import Client, Gone, apply

CLANGD, COROGUARD, PROJECT, PAGES = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
UNAWAITED = "coroguard-unawaited-coroutine"
failures = 0


def expect(holds, what, seen=None):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {what}" + ("" if seen is None else f"; seen: {json.dumps(seen)[:1500]}"))


def codes(diagnostics):
    return sorted(diagnostic.get("code", "?") for diagnostic in diagnostics)


def lines(diagnostics, code=UNAWAITED):
    """From 1, as people count."""
    return [found["range"]["start"]["line"] + 1 for found in diagnostics if found.get("code") == code]


def file_of(url):
    return pathlib.Path(urllib.parse.unquote(url.removeprefix("file://")))


def typing(client):
    """A finding appears, goes when its line is mended, and is back with the mistake; severity and link are right."""
    file = PROJECT / "dropped.cpp"
    text = file.read_text()
    found = client.open(file)
    expect(codes(found) == [UNAWAITED] and lines(found) == [6], "dropped.cpp has one finding, in line 6", found)
    for diagnostic in found:
        expect(diagnostic["message"] == "Result of 'say_hello()' is never awaited; the coroutine body does not run",
               "the message is the rule's", diagnostic)
        expect((diagnostic["severity"], diagnostic["source"]) == (2, "coroguard"), "a warning of coroguard", diagnostic)
        page = file_of(diagnostic.get("codeDescription", {}).get("href", ""))
        is_page = page.is_file() and page.samefile(PAGES / "unawaited-coroutine.md")
        expect(is_page, "the link leads to the rule's page", diagnostic)
    mended = text.replace("void start()", "task start()").replace("  say_hello();", "  co_await say_hello();")
    found = client.change(file, mended)
    expect(found == [], "the mended text has no finding", found)
    expect(lines(client.change(file, text)) == [6], "the finding is back with the mistake")
    expect(lines(client.change(file, "\n\n" + text)) == [8], "the finding moves with its line")
    silenced = text.replace("say_hello();", f"say_hello(); // NOLINT({UNAWAITED})")
    expect(client.change(file, silenced) == [], "NOLINT counts")
    client.change(file, text)


def resources(client):
    """Clang's own headers are found without a flag."""
    text = "#include <stddef.h>\n#include <stdarg.h>\n#include <immintrin.h>\nsize_t size;\n"
    found = client.open(PROJECT / "headers.cpp", text)
    expect(found == [] or all(each.get("severity", 1) > 1 for each in found), "stddef.h is found", found)


def chain(client):
    """The way through another file is shown, and follows the index while the server runs."""
    file, helper = PROJECT / "blocking.cpp", PROJECT / "helper.cpp"
    text, helpers = file.read_text(), helper.read_text()
    found = client.open(file)
    expect(codes(found) == ["coroguard-blocking-call"], "the blocking helper in another file is known", found)
    steps = [step for diagnostic in found for step in diagnostic.get("relatedInformation", [])]
    files = [file_of(step["location"]["uri"]).name for step in steps]
    expect(files == ["helper.cpp"], "the chain leads to helper.cpp", found)
    expect([step["location"]["range"]["start"]["line"] for step in steps] == [4], "to the line of sleep", found)
    helper.write_text(helpers.replace("::sleep(1);", ""))
    check()
    found = client.change(file, text + "\n")
    expect(found == [], "the new index counts: nothing blocks any more", found)
    helper.write_text(helpers)
    check()
    found = client.change(file, text)
    expect(codes(found) == ["coroguard-blocking-call"], "and it blocks again", found)


def check():
    subprocess.run([COROGUARD, "check", "--exit-zero"], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)


def broken(client):
    """Half-written text, and what is no C++ at all: the server lives, says so, and forgets it when it is mended."""
    file = PROJECT / "broken.cpp"
    good = '#include "task.h"\ntask hello();\nvoid use() {\n  hello();\n}\n'
    found = client.open(file, good + "task later() {\n  co_await hello(;\n")
    expect(any(each["severity"] == 1 for each in found), "the syntax error is shown", found)
    expect(lines(found) == [4], "and the finding next to it", found)
    for text in ("", "#include \"nowhere.h\"\n", "\x01\x02 co_await template<<<", "struct a { a b; } c = co_yield {{{{"):
        client.change(file, text)
    found = client.change(file, good)
    expect(lines(found) == [4] and len(found) == 1, "the mended file has its finding alone", found)


def fixing(client):
    """A quick fix is offered, and its edit removes the diagnostic."""
    file = PROJECT / "fixed.cpp"
    text = "int answer() { return 42 }\n"
    found = client.open(file, text)
    expect(len(found) == 1, "one error", found)
    offered = client.fixes(file, found[0])
    actions = [action for action in offered if action.get("kind") == "quickfix" and action.get("edit")]
    expect(actions, "a quick fix is offered", found)
    for action in actions[:1]:
        edits = next(iter(action["edit"]["changes"].values()))
        found = client.change(file, apply(edits, text))
        expect(found == [], f"'{action['title']}' mends it", found)


def fixing_ours(client):
    """The fix of a rule is a quick fix, and its edit removes the finding."""
    file = PROJECT / "forgotten.cpp"
    text = '#include "task.h"\ntask hello();\ntask use() {\n  hello();\n  co_return;\n}\n'
    found = client.open(file, text)
    expect(codes(found) == [UNAWAITED], "one finding", found)
    offered = client.fixes(file, found[0])
    actions = [action for action in offered if "co_await" in action.get("title", "") and action.get("edit")]
    expect(actions, "inserting co_await is offered", offered)
    for action in actions[:1]:
        edits = next(iter(action["edit"]["changes"].values()))
        fixed = apply(edits, text)
        expect("  co_await hello();\n" in fixed, "it is written before the call", fixed)
        found = client.change(file, fixed)
        expect(found == [], f"'{action['title']}' mends it", found)


def configured(client, name, files, found_lines, severities=None):
    """A folder with these configuration files: where `mistakes` has findings there."""
    folder = PROJECT / "configured" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text)
    mistakes = '#include "../../task.h"\ntask hello();\nvoid use() {\n  hello();\n  (void)hello();\n}\n'
    found = client.open(folder / "mistakes.cpp", mistakes)
    expect(lines(found) == found_lines, f"{name}: findings in lines {found_lines}", found)
    seen = {each["severity"] for each in found if each["code"] == UNAWAITED}
    expect(severities is None or seen == severities, f"{name}: severities {severities}", found)
    return found


def configuration(client):
    rule = "rules: {unawaited-coroutine: %s}\n"
    ours, tidys = ".coroguard.yaml", ".clang-tidy"
    ignore = rule % "{options: {ignore-void-cast: true}}"
    configured(client, "none", {}, [4, 5], {2})
    configured(client, "off", {ours: rule % "off"}, [])
    configured(client, "error", {ours: rule % "{severity: error}"}, [4, 5], {1})
    configured(client, "info", {ours: rule % "{severity: info}"}, [4, 5], {3})
    configured(client, "option", {ours: ignore}, [4])
    reports = "CheckOptions: {%s.ignore-void-cast: false}\n" % UNAWAITED
    configured(client, "clang-tidy wins", {ours: ignore, tidys: reports}, [4, 5])
    configured(client, "clang-tidy has our checks off", {tidys: "Checks: '-coroguard-*'\n"}, [])
    configured(client, "clang-tidy says nothing of ours", {tidys: "Checks: '-*,bugprone-*'\n"}, [4, 5])
    configured(client, "clang-tidy wants another rule", {tidys: "Checks: '-*,coroguard-blocking-call'\n"}, [])
    configured(client, "clangd", {".clangd": "Diagnostics: {ClangTidy: {Remove: 'coroguard-*'}}\n"}, [])
    found = configured(client, "wrong", {ours: "ruels: {}\n"}, [4, 5])
    said = [each["message"] for each in found if each["range"]["start"]["line"] == 0]
    is_said = len(said) == 1 and ".coroguard.yaml:1:1: unknown key 'ruels'" in said[0]
    expect(is_said, "a wrong configuration is said once", found)
    codes = {(each["code"], each["source"], "codeDescription" in each) for each in found if each["range"]["start"]["line"] == 0}
    expect(codes == {("coroguard-configuration", "coroguard", False)}, "... as no finding of a rule", codes)


def main():
    client = Client([CLANGD, "--background-index=false"], PROJECT, PROJECT.parent / "clangd.log")
    sessions = (typing, resources, chain, broken, fixing, fixing_ours, configuration)
    for session in [each for each in sessions if not sys.argv[5:] or each.__name__ in sys.argv[5:]]:
        print(f"-- {session.__name__}")
        try:
            session(client)
        except Gone as reason:
            expect(False, f"{session.__name__}: {reason}")
            break
    else:
        expect(client.close() == 0, "the server ends with exit code 0")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
