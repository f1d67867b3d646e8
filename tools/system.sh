#!/bin/sh
# Says which system packages are missing and installs them where it may (as root, with apt).
# Usage: tools/system.sh venv|run|test [python]
set -eu

need=$1
python=${2:-python3}
missing=""

want() { missing="$missing $1"; }

has_library() {
    # Through ctypes, as WeasyPrint does: the only answer that counts.
    "$python" -c "import ctypes, ctypes.util, sys
name = sys.argv[1]
try:
    ctypes.CDLL(name)
except OSError:
    sys.exit(1)" "$1" 2>/dev/null
}

if ! command -v "$python" >/dev/null 2>&1; then
    want python3
fi
if ! "$python" -c "import venv, ensurepip" >/dev/null 2>&1; then
    want python3-venv
fi
if [ "$need" != venv ]; then
    has_library libpango-1.0.so.0 || want libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || want libpangoft2-1.0-0
    # WeasyPrint warns without it, and its PDFs are several times larger.
    has_library libharfbuzz-subset.so.0 || want libharfbuzz-subset0
fi
if [ "$need" = test ]; then
    command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || want chromium
    # Optional for running: without it Office files are downloaded, and their page says so.
    command -v soffice >/dev/null 2>&1 ||
        want "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
    [ -x /usr/sbin/clamd ] || want clamav-daemon
fi

[ -n "$missing" ] || exit 0

echo "Missing from the system:$missing" >&2
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing them with apt…" >&2
    apt-get -o DPkg::Lock::Timeout=600 update -qq >&2
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing >&2
    exit 0
fi
echo "Install them, then run make again:" >&2
echo "    sudo apt-get update && sudo apt-get install$missing" >&2
exit 1
