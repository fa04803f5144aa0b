#!/usr/bin/env bash
# Measures the head once, unless the comparison measures both versions in turns. Leaves run/run.json and
# run/report.html in the folder of the action and the output `exit-code`. The verdict is that of the last step, so that
# the artifact is uploaded before the job fails.
set -euo pipefail
. "$GITHUB_ACTION_PATH/scripts/action/run-command.sh"

if [ -n "$INPUT_BASE_SERVER$INPUT_BASE_DIR" ]; then
  echo 'Both versions are measured in turns by the next step.'
  exit 0
fi
free_the_run
code=0
bash -c "$(run_command "$GITHUB_ACTION_PATH" "$INPUT_SERVER" "$INPUT_TRIALS") $(quoted "$FOLDER/run")" || code=$?
# A threshold fails in a document. Without one a program has failed, which also is code 1 for Node.
if [ "$code" = 1 ] && [ ! -f "$FOLDER/run/run.json" ]; then code=2; fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
