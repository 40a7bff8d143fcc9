"""Reads the YAML blocks of docs/continuous-integration.md and .pre-commit-hooks.yaml, compares each with the shape that the
service wants, and prints the coroguard commands in them, one a line. Usage: snippets.py PAGE HOOKS"""
import re
import shlex
import sys

import yaml

errors = []
commands = []


class Text(yaml.SafeLoader):
    """YAML 1.2's idea of 'on', as GitHub has it: a word and no truth value."""


Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def want(name, condition, what):
    if not condition:
        errors.append(f"{name}: {what}")
    return bool(condition)


def only(name, mapping, required, allowed):
    if not want(name, isinstance(mapping, dict), "is no mapping"):
        return False
    unknown = mapping.keys() - required - allowed
    want(name, not unknown, f"has keys that do not exist: {sorted(unknown)}")
    missing = required - mapping.keys()
    return want(name, not missing, f"has no {sorted(missing)}")


def shell(name, text):
    want(name, isinstance(text, str) and text.strip(), "is no command")
    commands.extend(line.strip() for line in str(text).splitlines() if re.match(r"\s*coroguard\s", line))


def github(name, block):
    if not only(name, block, {"on", "jobs"}, {"name", "permissions", "env", "concurrency", "defaults"}):
        return
    events = {"push", "pull_request", "workflow_dispatch", "schedule", "merge_group"}
    want(name, set(block["on"]) <= events, f"unknown events in {block['on']}")
    for permission, value in block.get("permissions", {}).items():
        want(name, permission in {"contents", "security-events", "pull-requests", "checks"} and value in {"read", "write", "none"},
             f"permission {permission}: {value}")
    for key, job in block["jobs"].items():
        job_keys = {"container", "if", "needs", "env", "strategy", "timeout-minutes", "name", "permissions"}
        if not only(f"{name}: job {key}", job, {"runs-on", "steps"}, job_keys):
            continue
        for number, step in enumerate(job["steps"], 1):
            place = f"{name}: job {key}, step {number}"
            only(place, step, set(), {"uses", "run", "with", "if", "name", "env", "id", "working-directory", "shell"})
            want(place, ("uses" in step) != ("run" in step), "has not exactly one of 'uses' and 'run'")
            if "uses" in step:
                want(place, re.fullmatch(r"[\w-]+/[\w./-]+@[\w.-]+", step["uses"]), f"uses {step['uses']}: no owner/name@version")
            else:
                want(place, "with" not in step, "'with' belongs to 'uses'")
                shell(place, step["run"])


def written_as(lines, format):
    """The files that coroguard commands write in this format."""
    files = []
    for words in (shlex.split(line) for line in lines if line.startswith("coroguard ")):
        options = dict(zip(words, words[1:]))
        if options.get("--format") == format:
            files.append(options.get("-o"))
    return files


def gitlab(name, block):
    settings = {"stages", "variables", "default", "include", "workflow"}
    for key, job in block.items():
        if key in settings:
            continue
        place = f"{name}: job {key}"
        if not only(place, job, {"script"}, {"stage", "image", "before_script", "after_script", "artifacts", "rules", "needs",
                                             "allow_failure", "tags", "variables"}):
            continue
        for part in ("before_script", "script", "after_script"):
            want(place, isinstance(job.get(part, []), list), f"{part} is no list")
            for line in job.get(part, []):
                shell(place, line)
        artifacts = job.get("artifacts", {})
        only(f"{place}: artifacts", artifacts, set(), {"when", "paths", "reports", "expire_in", "name"})
        want(place, artifacts.get("when", "always") in {"always", "on_success", "on_failure"}, "artifacts:when")
        want(place, set(artifacts.get("reports", {})) <= {"codequality", "junit", "sast"}, "artifacts:reports")
        written = written_as([*job["script"], *job.get("after_script", [])], "gitlab")
        shown = artifacts.get("reports", {}).get("codequality")
        want(place, shown and written == [shown], f"shows {shown} as 'codequality', and writes {written or 'nothing'} with --format gitlab")


HOOK = {"name", "description", "entry", "language", "types", "types_or", "files", "exclude", "require_serial", "pass_filenames", "args",
        "stages", "always_run"}


def hook(name, entry, required):
    if only(name, entry, {"id"} | required, HOOK) and "entry" in entry:
        want(name, entry["language"] == "system", "its language is not 'system'")
        want(name, entry.get("require_serial") == "true", "is not serial")
        shell(name, " ".join([entry["entry"], *map(shlex.quote, entry.get("args", []))]))


def precommit(name, block):
    if not only(name, block, {"repos"}, {"default_stages", "fail_fast", "exclude", "files"}):
        return
    for repo in block["repos"]:
        isLocal = repo.get("repo") == "local"
        only(name, repo, {"repo", "hooks"} | (set() if isLocal else {"rev"}), set())
        for entry in repo["hooks"]:
            hook(f"{name}: hook {entry.get('id')}", entry, {"name", "entry", "language"} if isLocal else set())
            want(name, entry.get("id") == "coroguard", "names another hook")


page, hooks = sys.argv[1:]
for entry in yaml.load(open(hooks, encoding="utf-8"), Text):
    hook(f"{hooks}: {entry.get('id')}", entry, {"name", "entry", "language"})
SHAPES = {".github/workflows/": github, ".gitlab-ci.yml": gitlab, ".pre-commit-config.yaml": precommit}
seen = set()
for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", open(page, encoding="utf-8").read(), re.M | re.S), 1):
    kind = next((kind for kind in SHAPES if text.startswith("# " + kind)), None)
    if want(f"block {number}", kind, "its first line does not name its file"):
        seen.add(kind)
        SHAPES[kind](f"block {number}", yaml.load(text, Text))
want(page, seen == set(SHAPES), f"has no block for {set(SHAPES) - seen}")
print("\n".join(commands))
for error in errors:
    print(error, file=sys.stderr)
sys.exit(bool(errors))
