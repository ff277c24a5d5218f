#!/bin/sh
# Opens the window, or says what can be done where there is no display.
set -eu
cd "$(dirname "$0")/.."
if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    cat >&2 <<'MESSAGE'
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open.
Everything also works on the command line:
    .venv/bin/mogvae --help
    .venv/bin/mogvae render --project demo --out demo.png
MESSAGE
    exit 1
fi
exec .venv/bin/python main.py "$@"
