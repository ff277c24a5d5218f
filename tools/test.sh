#!/bin/sh
# Runs the suite in virtual screens, or what the arguments name in one.
# The whole suite is shared out, file by file, among as many processes as there are cores, each with
# a screen of its own and one thread for its sums: more would take the cores from one another.
cd "$(dirname "$0")/.." || exit 1
export QT_QPA_PLATFORM=xcb

if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
export OMP_NUM_THREADS=1
exec .venv/bin/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
