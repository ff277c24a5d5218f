#!/bin/sh
# Builds .venv from constraints.txt and pyproject.toml, and installs the Debian packages that are
# missing when it may, else names them. Finished set-up is recognised by a stamp in a few ms.
set -eu
cd "$(dirname "$0")/.."

wanted=$(cat constraints.txt pyproject.toml tools/debian-packages.txt tools/setup.sh | cksum)
stamp=.venv/set-up
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted $(pwd)" ] && command -v xvfb-run >/dev/null; then
    exit 0
fi

install_debian_packages() {
    command -v dpkg-query >/dev/null || return 0
    missing=""
    for package in $(cat tools/debian-packages.txt) "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        echo "These Debian packages are missing; please install them and run make again:" >&2
        echo "    sudo apt-get install$missing" >&2
        exit 1
    fi
    echo "Installing Debian packages:$missing"
    $as_root apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null
}

find_python() {
    for candidate in ${MOGVAE_PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or later is needed and was not found; install it (Debian: python3) and run make again." >&2
    exit 1
}

python=$(find_python)
if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    install_debian_packages
else
    install_debian_packages python3-venv
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f "$stamp"
echo "Installing Python packages into .venv (a few minutes the first time)"
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
pip install -q --no-compile -c constraints.txt hatchling editables
pip install -q --no-compile -c constraints.txt --no-build-isolation -e '.[dev]'
# On all cores, where pip would take one; some packages bring files that no Python can compile.
.venv/bin/python -m compileall -q -j 0 -x '/tests?/' .venv/lib >/dev/null 2>&1 || true
echo "$wanted $(pwd)" >"$stamp"
echo "Set-up is complete."
