#!/usr/bin/env bash
# Ends the action with the exit code of the gate. What is sure goes first: a threshold that failed in the run stays a
# failure when the baseline is missing, too. What did not happen is no pass.
set -euo pipefail

codes=" $MEASURED_CODE $COMPARED_CODE "
if [ "$PREPARED" != success ]; then
  code=2
elif [ -z "${codes// /}" ]; then
  code=3
else
  code="${MEASURED_CODE:-0}"
  [ "${COMPARED_CODE:-0}" = 0 ] || code="$COMPARED_CODE"
  for first in 1 2 130; do
    if [[ "$codes" == *" $first "* ]]; then code="$first"; fi
  done
  # A step that broke off has given no code, or not the last word.
  if [ "$code" = 0 ] && [[ "$STEPS" == *failure* ]]; then code=2; fi
fi

case "$code" in
  0) outcome=pass says='nothing got worse, and no threshold failed' ;;
  1) outcome=regression says='a threshold failed, or something got worse; the summary says what' ;;
  3) outcome=incomplete says='a run is not valid, or data is missing, which is no pass; the summary and the log say what' ;;
  4) outcome=incompatible says='the baseline is missing, cannot be read, or was made under other conditions; the log says which. A first baseline is run/run.json of the artifact' ;;
  130) outcome=interrupted says='the job was ended' ;;
  *) outcome=error says='an input, the scenario or a document cannot be used, or a program failed; the log says which' ;;
esac
{
  echo "exit-code=$code"
  echo "outcome=$outcome"
} >>"$GITHUB_OUTPUT"

if [ "$code" = 0 ]; then
  echo "transport-bench: $outcome: $says"
elif [ "$INPUT_FAIL_ON" = nothing ] && [ -n "${codes// /}" ]; then
  echo "::warning title=transport-bench::$outcome (exit code $code, let through by fail-on): $says"
else
  echo "::error title=transport-bench::$outcome (exit code $code): $says"
  exit "$code"
fi
