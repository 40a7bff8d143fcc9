#!/bin/bash
# Linting a Boost.Asio unit costs at most 0.6 of parsing it (docs/design.md, "Budgets"). CPU seconds, not wall time, the
# commands in turn, the median of three rounds: it holds on a busy machine too. The whole table: tests/bench/lint/run.
# Usage: lint_budget.test.sh BUILD_DIR LLVM_VERSION
exec "$(dirname "$0")/../bench/lint/run" --build "$1" --llvm "$2" --rounds 3 --tu proxy --no-tidy --budget 0.6
