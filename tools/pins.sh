#!/bin/sh
# Resolves pyproject.toml into the hashed pins, with no address inside. Needs uv: pip install uv
# Usage: tools/pins.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-annotate --no-header pyproject.toml "$@"
}
compile --output-file requirements.txt "$@"
compile --extra dev --constraint requirements.txt --output-file requirements-dev.txt "$@"
