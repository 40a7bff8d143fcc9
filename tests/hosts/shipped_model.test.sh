#!/usr/bin/env bash
# A library ships a model next to its headers: whoever has the headers on the include path has the model, in the command
# and in clang-tidy.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# The library: a header and a model, installed by CMake.
mkdir -p "$scratch/acme/include/acme" "$scratch/acme/models"
cat > "$scratch/acme/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.25)
project(acme LANGUAGES NONE)
install(DIRECTORY include/acme DESTINATION include)
install(FILES models/acme.yaml DESTINATION share/coroguard/models)
file(WRITE ${PROJECT_BINARY_DIR}/acme-config.cmake
     "set(acme_COROGUARD_MODELS \${CMAKE_CURRENT_LIST_DIR}/../../../share/coroguard/models/acme.yaml)\n")
install(FILES ${PROJECT_BINARY_DIR}/acme-config.cmake DESTINATION lib/cmake/acme)
END
cat > "$scratch/acme/include/acme/acme.h" << 'END'
#pragma once
namespace acme {
struct client {
  int fetch(int key);
};
} // namespace acme
END
cat > "$scratch/acme/models/acme.yaml" << 'END'
library: acme
roots: [acme]
blocking_calls:
  - name: client::fetch
    family: network
    instead: client::async_fetch
    why: it waits for the answer of the acme server
END
prefix=$scratch/prefix
run 0 cmake -S "$scratch/acme" -B "$scratch/acme/build"
run 0 cmake --install "$scratch/acme/build" --prefix "$prefix"
model=$prefix/share/coroguard/models/acme.yaml
cp -r "$prefix" "$scratch/bare" && rm -r "$scratch/bare/share"

# The consumer: two units.
consumer=$scratch/consumer
mkdir -p "$consumer/build" && cp "$hosts/small/task.h" "$consumer"
for unit in one two; do
  cat > "$consumer/$unit.cpp" << END
#include "task.h"
#include <acme/acme.h>
#include <unistd.h>

task $unit(acme::client &client) {
  client.fetch(1);
  sleep(1);
  usleep(1);
  co_return;
}
END
done
cd "$consumer"

# database FLAGS...: a compile database with these flags.
database() {
  python3 - "$PWD" "$@" > build/compile_commands.json << 'END'
import json, sys
folder, *flags = sys.argv[1:]
json.dump([{"directory": folder + "/build", "file": "../" + file,
            "arguments": ["g++", "-std=c++20", *flags, "-c", "../" + file]} for file in ("one.cpp", "two.cpp")], sys.stdout)
END
}
tidy() { run 0 "clang-tidy-$llvm" -load "$build/lib/libcoroguard-tidy.so" "-checks=-*,coroguard-*" -p build "$@"; }
# saying TEXT COUNT: so many lines of the last output hold the text.
saying() { (($(grep -cF -- "$1" "$out") == $2)) || bad "not said $2 times: $1: $(cat "$out")"; }
reason="'acme::client::fetch' blocks: it waits for the answer of the acme server; use client::async_fetch"

begin "with the library on the include path, however it came there"
for flags in "-I$prefix/include" "-I $prefix/include" "-isystem $prefix/include" "-I../../prefix/include" \
  "-idirafter $prefix/include" "-I$prefix/include/acme/.. -DX"; do
  database $flags
  run 1 "$coroguard" check -p build --no-index
  saying "$reason" 2
done
database -I "$prefix/include"
tidy one.cpp two.cpp
saying "$reason" 2
ln -s "$prefix/include" linked
run 1 "$coroguard" check --no-index one.cpp -- -std=c++20 -Ilinked
saying "$reason" 1

begin "without the model, the call means nothing"
database -I "$scratch/bare/include"
run 1 "$coroguard" check -p build --no-index
saying "blocks the event loop's thread" 4
saying "acme" 0
tidy one.cpp two.cpp
saying "fetch' blocks" 0

begin "each unit has the models of its own include path"
python3 - build/compile_commands.json "$prefix" "$scratch/bare" << 'END'
import json, sys
file, *prefixes = sys.argv[1:]
units = json.load(open(file))
for unit, prefix in zip(units, prefixes):
    unit["arguments"][2:4] = ["-I", prefix + "/include"]
json.dump(units, open(file, "w"))
END
run 1 "$coroguard" check -p build --no-index
saying "$reason" 1
grep -q "^one.cpp:6.*fetch" "$out" || bad "the finding is not in one.cpp"
tidy one.cpp two.cpp
saying "$reason" 1

begin "the command lists it, and says where it is"
database -I "$prefix/include"
run 0 "$coroguard" models -p build
saying "acme  ($model)" 1
saying "acme::client::fetch  it waits for the answer of the acme server" 1
run 0 "$coroguard" models --unit one.cpp
saying "acme  ($model)" 1
run 0 "$coroguard" models
saying "acme" 0

begin "the user's model wins over the library's, the library's over the embedded one, entry by entry"
cat >> "$model" << 'END'
  - name: ::sleep
    family: sleep
    why: acme says so
END
sed 's/it waits for .*/the user says so/' "$scratch/acme/models/acme.yaml" > user.yaml
run 1 "$coroguard" check -p build --no-index one.cpp --model user.yaml
saying "'acme::client::fetch' blocks: the user says so" 1
saying "'sleep' blocks: acme says so" 1
saying "'usleep' blocks: " 1
tidy one.cpp "-config={CheckOptions: {CoroguardModels: $PWD/user.yaml}}"
saying "'acme::client::fetch' blocks: the user says so" 1
saying "'sleep' blocks: acme says so" 1

begin "a mistake in it is said once, at its place, and takes nothing else away"
printf 'library: acme\nroots: [acme]\nblocking_cals: []\n' > "$model"
fault="acme.yaml:3:1: error: unknown key 'blocking_cals'; did you mean 'blocking_calls'?"
run 2 "$coroguard" check -p build --no-index
saying "$fault" 1
saying "'usleep' blocks" 4
run 2 "$coroguard" models -p build
grep -qF "$fault" "$err" || bad "models does not say it: $(cat "$err")"
tidy one.cpp
saying "acme.yaml:3:1: unknown key 'blocking_cals'; did you mean 'blocking_calls'?" 1
saying "'usleep' blocks" 2
rm "$model" && mkdir "$model"
run 2 "$coroguard" check -p build --no-index
saying "acme.yaml: error: cannot read the model: Is a directory; check its path and permissions" 1
rmdir "$model"

begin "a header that lies elsewhere: the model's path comes from the CMake package"
run 0 cmake --install "$scratch/acme/build" --prefix "$prefix"
mkdir "$consumer/cmake"
cat > cmake/CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES NONE)
find_package(acme REQUIRED CONFIG)
file(WRITE ${PROJECT_BINARY_DIR}/models.txt "${acme_COROGUARD_MODELS}")
END
run 0 cmake -S cmake -B cmake/build "-DCMAKE_PREFIX_PATH=$prefix"
run 1 "$coroguard" check --no-index --model "$(cat cmake/build/models.txt)" one.cpp -- -std=c++20 -I "$scratch/bare/include"
saying "$reason" 1

finish
