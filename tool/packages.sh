# Debian packages by name, and how scripts talk while they work. Sourced by tool/quickstart and tests/run, in the
# repository's root.

# ---- steps -----------------------------------------------------------------------------------------------------------

step_started=
step_name=

# Ends the step before with its time, and begins one.
step() {
  end_step
  step_name=$1
  step_started=$SECONDS
  echo "== $step_name"
}

end_step() {
  if [[ -n $step_name ]]; then echo "== $step_name: done in $((SECONDS - step_started)) s"; fi
  step_name=
}

fail() {
  echo "error: $1" >&2
  exit 1
}

# ---- packages --------------------------------------------------------------------------------------------------------

# What a build against this LLVM needs, and the clang-tidy that loads the plugin.
build_packages() {
  local llvm=$1
  echo g++ cmake ninja-build ccache lld-22 libyaml-cpp-dev libcli11-dev
  echo "clang-$llvm" "clang-tidy-$llvm" "libclang-$llvm-dev" "libclang-cpp$llvm-dev" "llvm-$llvm-dev"
}

# What coroguard-clangd needs besides: clangd's remote index speaks gRPC. Without them it is not built.
clangd_packages() {
  echo libgrpc++-dev libprotobuf-dev
}

# What the example project is made of.
example_packages() {
  echo libboost1.81-dev
}

# What tests need besides. The second compiler is clang++ 22. npm only where there is none: nodejs of other origin
# brings its own.
test_packages() {
  echo clang-22 libclang-rt-22-dev libgtest-dev libgmock-dev libssl-dev python3 python3-yaml python3-jsonschema git dpkg-dev
  echo make pre-commit bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto nginx
  command -v npm > /dev/null || echo npm
}

missing_packages() {
  local known package
  known=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2> /dev/null || true) # it fails when one is unknown
  for package in "$@"; do
    grep -qxF -- "$package installed" <<< "$known" || echo "$package"
  done
}

# Installs those that are missing; says in one line why that is impossible. What apt says is in a log file.
install_packages() {
  local log=$PWD/build/packages.log missing as_root=()
  command -v dpkg-query > /dev/null || fail "this is not Debian; install what corresponds to: $*"
  mapfile -t missing < <(missing_packages $(printf '%s\n' "$@" | sort -u))
  if ((${#missing[@]} == 0)); then
    echo "all packages are installed"
    return
  fi
  if ((EUID != 0)); then
    sudo -n true 2> /dev/null ||
      fail "packages are missing and only root can install them; run: sudo apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]} (log: $log)"
  mkdir -p build
  {
    "${as_root[@]}" apt-get update
    # The run level keeps what is installed (nginx) from being started as a service.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
      apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
  } > "$log" 2>&1 < /dev/null || true
  mapfile -t missing < <(missing_packages "${missing[@]}")
  ((${#missing[@]} == 0)) || fail "cannot install ${missing[*]}: $(reason_in "$log") (log: $log)"
}

# The one cause that matters in what apt said.
reason_in() {
  local log=$1 unknown network
  unknown=$(sed -nE "s/^E: (Unable to locate package |Package ')([^ ']+).*/\2/p; s/^E: Couldn't find any package by .* '(.*)'/\1/p" "$log" | sort -u)
  network=$(grep -m1 -oE "(Temporary failure resolving|Could not resolve|Could not connect to|Cannot initiate the connection to|Connection timed out|Connection failed|Unable to connect to) ?[^ ]*" "$log" || true)
  if [[ -n $network ]]; then
    echo "the package archive cannot be reached: $network"
  elif [[ -n $unknown ]]; then
    echo "no package archive of this machine has" $unknown "(Debian 12's main and security archives do)"
  else
    grep -m1 '^E: ' "$log" || echo "apt-get failed"
  fi
}

# ---- build -----------------------------------------------------------------------------------------------------------

# Configures build/<llvm>, unless it is; with `tests`, so that they are built too.
configure() {
  local llvm=$1 tests=${2:+ON}
  if [[ -f build/$llvm/build.ninja ]] &&
    { [[ -z $tests ]] || grep -qx BUILD_TESTING:BOOL=ON "build/$llvm/CMakeCache.txt"; }; then
    return
  fi
  mkdir -p build
  cmake --preset "$llvm" -DBUILD_TESTING="${tests:-OFF}" > build/configure.log 2>&1 && return
  grep -A6 'CMake Error' build/configure.log || true
  fail "build/$llvm cannot be configured (log: $PWD/build/configure.log)"
}

# One job per core, as far as memory allows: the precompiled header makes g++ need more than 1 GB.
build_jobs() {
  local cores fit
  cores=$(nproc)
  fit=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  if ((fit < 1)); then echo 1; elif ((fit < cores)); then echo "$fit"; else echo "$cores"; fi
}

build() {
  local llvm=$1
  shift
  cmake --build "build/$llvm" -j "$(build_jobs)" --target "$@" || fail "the build failed, see above"
}
