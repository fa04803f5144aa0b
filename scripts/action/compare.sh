#!/usr/bin/env bash
# Compares, and writes summary and report: with a document of an earlier run, or with the base in interleaved rounds.
# Without either, the summary is that of the run, with its thresholds. Outputs `exit-code` (none without a comparison),
# `report` and `summary`.
set -euo pipefail
. "$GITHUB_ACTION_PATH/scripts/action/run-command.sh"

bench() { npm --prefix "$GITHUB_ACTION_PATH" run --silent bench -- "$@"; }

summary="$FOLDER/summary.md"
report="$FOLDER/comparison.html"
# `compare` itself appends to the step summary, and annotates.
outputs=(
  --summary "$summary" --comment "$FOLDER/comment.md" --html "$report" --junit "$FOLDER/junit.xml"
  --csv "$FOLDER/comparison.csv" --badge "$FOLDER/badge.svg" --undecided "$INPUT_UNDECIDED"
)

code=''
if [ -n "$INPUT_BASE_SERVER$INPUT_BASE_DIR" ]; then
  free_the_run
  base_tool="$GITHUB_ACTION_PATH"
  [ -z "$INPUT_BASE_DIR" ] || base_tool="$(cd "$INPUT_BASE_DIR" && pwd)"
  # Rounds are the repetitions: many short ones follow a changing machine better than a few long ones.
  trials="${INPUT_TRIALS:-1}"
  rounds=() # of no words in the bash of macOS only when written like this below
  [ -z "$INPUT_ROUNDS" ] || rounds=(--rounds "$INPUT_ROUNDS")
  code=0
  bench compare --interleave \
    "$(run_command "$base_tool" "${INPUT_BASE_SERVER:-$INPUT_SERVER}" "$trials") {out}" \
    "$(run_command "$GITHUB_ACTION_PATH" "$INPUT_SERVER" "$trials") {out}" \
    ${rounds[@]+"${rounds[@]}"} --out "$FOLDER/rounds" "${outputs[@]}" || code=$?
elif [ -n "$INPUT_BASELINE" ] && [ -f "$FOLDER/run/run.json" ] && [ "$MEASURED_CODE" != 130 ]; then
  code=0
  bench compare "$INPUT_BASELINE" "$FOLDER/run/run.json" "${outputs[@]}" || code=$?
fi

# A verdict leaves a summary. Without one a program has failed, which also is code 1 for Node.
if [ "$code" = 1 ] && [ ! -f "$summary" ]; then code=2; fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"

# Also where the baseline cannot be used: what was measured is worth seeing.
if [ ! -f "$summary" ] && [ -f "$FOLDER/run/run.json" ]; then
  bench report "$FOLDER/run/run.json" --format md -o "$summary" >/dev/null
  cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi

[ -f "$report" ] || report="$FOLDER/run/report.html"
{
  [ ! -f "$report" ] || echo "report=$report"
  [ ! -f "$summary" ] || echo "summary=$summary"
} >>"$GITHUB_OUTPUT"
