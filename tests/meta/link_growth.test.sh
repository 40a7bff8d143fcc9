#!/bin/bash
# Linking twice as many functions takes about twice as long (docs/design.md, "Budgets"): a quadratic step would make it
# four times. CPU seconds of the best of five runs, so that it holds on a busy machine. The whole table:
# tests/bench/link/run.
# Usage: link_growth.test.sh BUILD_DIR LLVM_VERSION
exec "$(dirname "$0")/../bench/link/run" --build "$1" --llvm "$2" --functions 20000 --functions 40000 --growth 1.5
