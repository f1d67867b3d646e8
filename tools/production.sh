#!/bin/sh
# Runs a command with production settings whose secrets are made for the occasion.
# Usage: tools/production.sh command [argument…]
set -eu
secret() { od -An -N48 -tx1 /dev/urandom | tr -d ' \n'; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
PORTAL_MODE=production VAR_DIR=$folder ENV_FILE=$folder/none SECRET_KEY=$(secret) HISTORY_KEY=$(secret) \
    PORTAL_URL=https://portail.example ALLOWED_HOSTS=portail.example MAIL_FROM=portail@portail.example \
    EMAIL_URL=smtp://127.0.0.1:25 REDIS_URL=redis://127.0.0.1:6379/0 DATABASE_URL="sqlite:///$folder/none.sqlite3" \
    "$@"
