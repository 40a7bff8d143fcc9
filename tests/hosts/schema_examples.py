"""Good and bad configurations: a JSON Schema validator and coroguard itself must say the same of each. An editor reads
YAML 1.2, where 'on' is a word, and PyYAML 1.1, where it is true: both are tried. Arguments: COROGUARD SCHEMA."""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml

COMMAND, SCHEMA = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text())
GOOD = """
{}
rules:
rules: {blocking-call: off}
rules: {coroguard-blocking-call: {severity: error, options: {allow: ["a::b"]}}}
rules: {blocking-call: on, busy-wait: error, awaited-twice: info}
rules: {blocking-call: true, busy-wait: no}
rules: {blocking-call: {severity: off}}
rules: {blocking-call: {severity: error, options: {allow: ["a::b"], virtual-calls: all}}}
rules: {blocking-call: {options: {}}}
rules: {unawaited-coroutine: {options: {ignore-void-cast: true}}}
profile: tests
suppressions: {require-reason: on, unused: off}
suppressions: {require-reason: error}
overrides: [{paths: [tests], profile: tests}]
overrides: [{paths: ["**/*.cpp"], rules: {busy-wait: off}, suppressions: {unused: info}}]
models: []
exclude: [a, "3"]
extends: good.yaml
extends: [good.yaml]
""".strip().splitlines()
BAD = """
[]
word
rule: {}
rules: []
rules: {nonsense: off}
rules: {coroguard-nonsense: off}
rules: {coroguard-blocking-call: maybe}
rules: {blocking-call: }
rules: {blocking-call: maybe}
rules: {blocking-call: "true"}
rules: {blocking-call: 1}
rules: {blocking-call: {severity: loud}}
rules: {blocking-call: {sverity: error}}
rules: {blocking-call: {options: {allow: x}}}
rules: {blocking-call: {options: {allow: [1]}}}
rules: {blocking-call: {options: {virtual-calls: some}}}
rules: {blocking-call: {options: {nonsense: 1}}}
rules: {busy-wait: {options: {allow: []}}}
rules: {unawaited-coroutine: {options: {ignore-void-cast: 1}}}
rules: {unused-suppression: off}
profile: test
profile: [tests]
suppressions: on
suppressions: {reason: on}
suppressions: {require-reason: maybe}
overrides: {paths: [a]}
overrides: [{rules: {}}]
overrides: [{paths: tests}]
overrides: [{paths: [a], models: [b]}]
overrides: [a]
models: a.yaml
exclude: [3]
exclude: [""]
exclude: [true]
extends: 3
extends: {a: b}
""".strip().splitlines()


class Yaml12(yaml.SafeLoader):
    """Of the truths of YAML 1.1 only true and false are left."""


Yaml12.yaml_implicit_resolvers = {key: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
                                  for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))

jsonschema.Draft7Validator.check_schema(SCHEMA)
validator = jsonschema.Draft7Validator(SCHEMA)
pathlib.Path("good.yaml").write_text("")
failures = 0
for text, wanted in [(text, True) for text in GOOD] + [(text, False) for text in BAD]:
    pathlib.Path("x.yaml").write_text(text)
    ran = subprocess.run([COMMAND, "config", "--config", "x.yaml"], capture_output=True, text=True)
    verdicts = {"coroguard": ran.returncode == 0}
    for name, loader in [("YAML 1.2", Yaml12), ("YAML 1.1", yaml.SafeLoader)]:
        verdicts[name] = validator.is_valid(yaml.load(text, loader))
    for name, verdict in verdicts.items():
        if verdict != wanted:
            failures += 1
            print(f"{name} takes it as {'good' if verdict else 'bad'}: {text} {ran.stderr.strip()}")
    if not wanted and not re.match(r"\S*x\.yaml:\d+:\d+: error: .+\n$", ran.stderr):
        failures += 1
        print(f"not one line with its place for: {text}: {ran.stderr}")
print(f"{len(GOOD)} good and {len(BAD)} bad examples, {failures} failures")
sys.exit(failures > 0)
