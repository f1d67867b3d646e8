#!/bin/sh
# Makes or refreshes .venv. A stamp holds what was installed, so that a second call does nothing.
# Usage: tools/setup.sh run|dev
set -eu
cd "$(dirname "$0")/.."

kind=$1
case $kind in
    run) requirements=requirements.txt ;;
    dev) requirements=requirements-dev.txt ;;
    *) echo "usage: tools/setup.sh run|dev" >&2; exit 2 ;;
esac
python=${PYTHON:-python3}

# cksum is in every base system; the file only has to tell "the same" from "changed".
wanted=$(cat "$requirements" tools/fonts.py | cksum)
stamp=.venv/.installed-$kind
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    [ -f static/fonts/inter.woff2 ] && [ -f static/fonts/inter-italic.woff2 ] || .venv/bin/python tools/fonts.py
    exit 0
fi

sh tools/system.sh venv "$python"
if ! "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))"; then
    echo "The portal needs Python 3.11 or newer; $python is $("$python" -V). Try: make PYTHON=python3.11 …" >&2
    exit 1
fi
if ! [ -x .venv/bin/python ] || ! .venv/bin/python -c "import pip" 2>/dev/null; then
    echo "Making .venv with $("$python" -V)…"
    "$python" -m venv --clear .venv
fi
echo "Installing $requirements (with hashes)…"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$requirements"
.venv/bin/python tools/fonts.py
echo "$wanted" > "$stamp"
# What serves development serves running too.
if [ "$kind" = dev ]; then
    cat requirements.txt tools/fonts.py | cksum > .venv/.installed-run
fi
