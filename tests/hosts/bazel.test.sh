#!/usr/bin/env bash
# Bazel distributes the analysis: the aspect makes the facts of each source in a sandbox, one test judges them linked, and a
# second workspace with another path gets all of them out of a cache that the first one filled over HTTP.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
for file in /usr/bin/bazel-4 /usr/sbin/nginx /usr/share/bazel/{tools/platforms,rules/java,rules/proto}/WORKSPACE; do
  [[ -e $file ]] && continue
  echo "SKIPPED: $file is missing; install bazel-bootstrap, bazel-platforms, bazel-rules-java, bazel-rules-proto and nginx"
  exit 77
done

# ---- the cache: nginx on loopback, in the foreground, ended with the test ------------------------------------------------

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$scratch/nginx/store/ac" "$scratch/nginx/store/cas"
cat > "$scratch/nginx/conf" << END
daemon off; master_process off; pid $scratch/nginx/pid; error_log $scratch/nginx/error.log;
events {}
http {
  access_log $scratch/nginx/access.log;
  client_body_temp_path $scratch/nginx/body; proxy_temp_path $scratch/nginx/p; fastcgi_temp_path $scratch/nginx/f;
  uwsgi_temp_path $scratch/nginx/u; scgi_temp_path $scratch/nginx/s;
  client_max_body_size 100m;
  server { listen 127.0.0.1:$port; root $scratch/nginx/store; location / { dav_methods PUT; create_full_put_path on; } }
}
END
/usr/sbin/nginx -p "$scratch/nginx" -e "$scratch/nginx/error.log" -c "$scratch/nginx/conf" &
nginx=$!
workspaces=()

# The servers, and what Bazel made read-only, go first.
clean_up() {
  local workspace
  for workspace in "${workspaces[@]}"; do (cd "$workspace" && in_bazel shutdown > /dev/null 2>&1) || true; done
  kill "$nginx" 2> /dev/null || true
  cd /
  chmod -R u+rwX "$scratch"
  rm -rf "$scratch"
}
trap clean_up EXIT

# ---- workspaces ---------------------------------------------------------------------------------------------------------

# Nothing is fetched: what Bazel itself wants comes from Debian's packages and from tests/hosts/bazel.
in_bazel() {
  local command=$1 options=()
  shift
  [[ $command == shutdown ]] || options=(--override_repository=rules_cc="$hosts/bazel/rules_cc"
    --override_repository=remote_coverage_tools="$hosts/bazel/remote_coverage_tools"
    --override_repository=platforms=/usr/share/bazel/tools/platforms
    --override_repository=rules_java=/usr/share/bazel/rules/java
    --override_repository=rules_proto=/usr/share/bazel/rules/proto
    --remote_cache="http://127.0.0.1:$port" --nosandbox_debug
    --color=no --curses=no --show_progress_rate_limit=60 --noshow_progress)
  env -u JAVA_TOOL_OPTIONS bazel-4 --nohome_rc --output_user_root="$scratch/bazel" --max_idle_secs=60 \
    --host_jvm_args=-Xmx512m "$command" "${options[@]}" "$@"
}

# workspace FOLDER EXAMPLE: the example as a workspace of its own.
workspace() {
  mkdir -p "$(dirname "$1")"
  cp -r "$root/docs/examples/$2" "$1"
  workspaces+=("$1")
  cat > "$1/WORKSPACE" << END
workspace(name = "chat")
local_repository(name = "coroguard", path = "$root/tool/bazel")
load("@coroguard//:coroguard.bzl", "coroguard_tool")
coroguard_tool(name = "coroguard_tool", path = "$coroguard", config = "//:.coroguard.yaml")
END
  echo 'rules: {}' > "$1/.coroguard.yaml"
  cat > "$1/BUILD" << 'END'
load("@coroguard//:coroguard.bzl", "coroguard_test")
exports_files([".coroguard.yaml"])
cc_library(
    name = "server",
    srcs = ["history.cpp", "room.cpp", "server.cpp", "session.cpp"],
    hdrs = glob(["*.hpp"]),
    copts = ["-std=c++20"],
)
cc_binary(
    name = "chat",
    srcs = ["main.cpp"],
    copts = ["-std=c++20"],
    deps = [":server"],
)
coroguard_test(name = "lint", args = ["--format=json"], deps = [":chat"])
END
}

# lint CODE: the lint test of this workspace; what it printed in test.json, how each action ran in actions.
lint() {
  run "$1" in_bazel test //:lint --test_output=errors --execution_log_json_file=actions.json
  sed -n '/^{/,$p' bazel-testlogs/lint/test.log > test.json
  python3 - << 'END' > actions
import json
text, decoder, at = open("actions.json").read(), json.JSONDecoder(), 0
while at < len(text):
    action, at = decoder.raw_decode(text, at)
    while at < len(text) and text[at].isspace(): at += 1
    print(action["mnemonic"], action["runner"] if "runner" in action else "", "cached" if action.get("remoteCacheHit") else "run")
END
}
actions() { grep -cE "^$1.* $2\$" actions || true; }

begin "the first workspace: an action for each source, one to link, and the findings of 'coroguard check'"
workspace "$scratch/first/chat" chat
cd "$scratch/first/chat"
lint 3
(($(actions CoroguardFacts run) == 5)) || bad "not five facts actions ran: $(cat actions)"
(($(actions CoroguardLink run) == 1)) || bad "not one link action ran: $(cat actions)"
cp -r "$root/docs/examples/chat" "$scratch/checked"
(cd "$scratch/checked" && run 1 "$coroguard" check --format json -o "$scratch/check.json" ./*.cpp -- -std=c++20)
python3 - test.json "$scratch/check.json" << 'END' || bad "Bazel's findings are not those of 'coroguard check'"
import json, os, sys
def places(value):
    if isinstance(value, dict):
        return {key: os.path.basename(entry) if key == "file" else places(entry) for key, entry in value.items()
                if key not in ("fingerprint", "fingerprints")}
    return [places(entry) for entry in value] if isinstance(value, list) else value
ours, theirs = (places(json.load(open(name))["findings"]) for name in sys.argv[1:])
sys.exit(not ours or ours != theirs)
END
cp -L bazel-bin/lint.facts "$scratch/first.facts"

begin "a second workspace, elsewhere, with a server of its own: every fact comes from the cache"
in_bazel shutdown
workspace "$scratch/another/place/chat" chat
cd "$scratch/another/place/chat"
lint 3
(($(actions CoroguardFacts cached) == 5 && $(actions CoroguardLink cached) == 1)) || bad "not all from the cache: $(cat actions)"
cmp bazel-bin/lint.facts "$scratch/first.facts" || bad "the linked facts of two workspaces differ"
! strings -a bazel-bin/lint.facts | grep -E "$scratch|sandbox|execroot|bazel-out" || bad "the facts know where they were made"

begin "a changed source is analysed anew, the others are not; another configuration means all of them"
echo '// changed' >> history.cpp
lint 3
(($(actions CoroguardFacts run) == 1)) || bad "one source changed, but: $(cat actions)"
echo 'rules: {blocking-call: off, wrong-thread-call: off, unawaited-coroutine: off}' > .coroguard.yaml
lint 0
(($(actions CoroguardFacts run) == 5)) || bad "the configuration changed, but: $(cat actions)"

begin "without the test, the aspect alone"
run 0 in_bazel build //:chat --aspects=@coroguard//:coroguard.bzl%coroguard_facts --output_groups=coroguard_facts
(($(find bazel-bin/ -name '*.facts' | wc -l) >= 5)) || bad "the aspect leaves no facts"

finish
