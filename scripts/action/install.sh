#!/usr/bin/env bash
# Installs what a run needs in the action's own checkout, and in that of the base when there is one: the exact versions
# of the lock file, with the pinned Node among them.
set -euo pipefail

for checkout in "$GITHUB_ACTION_PATH" "$INPUT_BASE_DIR"; do
  [ -z "$checkout" ] || (cd "$checkout" && npm ci --omit=dev --no-audit --no-fund)
done
