#!/bin/sh
# Runs the suite in a virtual screen, or what the arguments name.
# The whole suite takes a process for each part: every window that is made and closed leaves some
# megabytes of native memory behind, and a thousand of them are better not had in one process.
cd "$(dirname "$0")/.." || exit 1

run() {
    QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1400x900x24" .venv/bin/python -m pytest "$@"
}

if [ $# -gt 0 ]; then
    run "$@"
    exit
fi
status=0
windowless=""
for folder in tests/*/; do
    case $folder in
    tests/gui/ | tests/journeys/ | tests/__pycache__/) ;;
    *) windowless="$windowless $folder" ;;
    esac
done
# shellcheck disable=SC2086 # folders are words
run $windowless || status=$?
run tests/gui/presenters || status=$?
run tests/gui --ignore=tests/gui/presenters || status=$?
run tests/journeys || status=$?
exit $status
