#!/usr/bin/env bash
# Two versions of your server measured in turns on this machine and compared, without any CI system.
#
#   gate.sh BENCH SERVER BASE [SCENARIO]
#
#   BENCH     a checkout of transport-bench, with `npm ci` done in it
#   SERVER    the folder of your server with its server.json, in a git repository; the version to be judged
#   BASE      the commit or branch to compare it with
#   SCENARIO  a name, or the path of a YAML file; quick when left out
#
# Ends with the exit code of `compare`. Writes comparison.html, summary.md, junit.xml and the documents in rounds/ here.
# The paths must not contain a single quote.
set -euo pipefail

bench="$(cd "$1" && pwd)"
server="$(cd "$2" && pwd)"
base="$3"
scenario="${4:-quick}"
name="$(basename "$server")"
repository="$(git -C "$server" rev-parse --show-toplevel)"
inside="$(git -C "$server" rev-parse --show-prefix)"
place="$bench/servers/$name"
if [ -e "$place" ] && [ ! -L "$place" ]; then
  echo "$name is the name of a folder in $bench/servers; rename yours, and its name in server.json" >&2
  exit 2
fi

worktree="$(mktemp -d)/base"
git -C "$repository" worktree add --quiet --detach "$worktree" "$base"
trap 'git -C "$repository" worktree remove --force "$worktree"; ln -sfn "$server" "$place"' EXIT
# Install the packages of the base here if your server has any, for example: (cd "$worktree/$inside" && npm ci)

# A server is a folder in servers/, so each version registers itself by a link before its turn. The head stays there.
run="npm --prefix '$bench' run --silent bench -- run '$scenario' --servers '$name' --trials 1 --out {out}"
npm --prefix "$bench" run --silent bench -- compare --interleave \
  "ln -sfn '$worktree/$inside' '$place' && $run" \
  "ln -sfn '$server' '$place' && $run" \
  --out rounds --html comparison.html --summary summary.md --junit junit.xml
