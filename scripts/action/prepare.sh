#!/usr/bin/env bash
# Checks the inputs of the action, all of them before anything starts, and makes the folder for what is written.
# Exit code 2 with every problem as an annotation; otherwise the outputs `folder` and `tool`.
set -euo pipefail

problems=()

one_of() { # name, value, allowed values
  local name="$1" value="$2"
  shift 2
  for allowed in "$@"; do [ "$value" = "$allowed" ] && return; done
  problems+=("$name: found \"$value\"; use $(printf '%s' "$1")$(printf ' or %s' "${@:2}")")
}

whole_number() { # name, value; an empty one is none
  [[ "$2" =~ ^[0-9]*$ ]] || problems+=("$1: found \"$2\"; give a whole number")
}

server_folder() { # name, path; an empty one is none
  [ -z "$2" ] || [ -f "$2/server.json" ] ||
    problems+=("$1: there is no $2/server.json; give the folder of a server, seen from working-directory ($PWD)")
}

one_of undecided "$INPUT_UNDECIDED" pass fail
one_of fail-on "$INPUT_FAIL_ON" problem nothing
whole_number trials "$INPUT_TRIALS"
whole_number rounds "$INPUT_ROUNDS"
server_folder server "$INPUT_SERVER"
server_folder base-server "$INPUT_BASE_SERVER"

bases=()
[ -z "$INPUT_BASELINE" ] || bases+=(baseline)
[ -z "$INPUT_BASE_SERVER" ] || bases+=(base-server)
[ -z "$INPUT_BASE_DIR" ] || bases+=(base-dir)
if [ "${#bases[@]}" -gt 1 ]; then
  problems+=("${bases[*]}: each of them is what to compare with; keep one")
fi
if [ -n "$INPUT_BASE_SERVER" ] && [ -z "$INPUT_SERVER" ]; then
  problems+=("base-server: is the base of server, which was not given; add it")
elif [ -n "$INPUT_BASE_SERVER" ] && [ "$(basename "$INPUT_BASE_SERVER")" != "$(basename "$INPUT_SERVER")" ]; then
  problems+=("base-server: its folder is $(basename "$INPUT_BASE_SERVER") and that of server $(basename "$INPUT_SERVER"); both need the same name, which is that of the server")
fi
if [ -n "$INPUT_BASE_DIR" ] && [ ! -f "$INPUT_BASE_DIR/scripts/bench.ts" ]; then
  problems+=("base-dir: there is no $INPUT_BASE_DIR/scripts/bench.ts; give a checkout of transport-bench, seen from working-directory ($PWD)")
fi
if [ -n "$INPUT_ROUNDS" ] && [ -z "$INPUT_BASE_SERVER$INPUT_BASE_DIR" ]; then
  problems+=("rounds: is for base-server or base-dir, of which none was given; add one, or leave it out")
fi

# The server is registered by a link in the folder of servers, which must not hide one that is there.
if [ -n "$INPUT_SERVER" ]; then
  place="$GITHUB_ACTION_PATH/servers/$(basename "$INPUT_SERVER")"
  if [ -e "$place" ] && [ ! -L "$place" ]; then
    problems+=("server: $(basename "$INPUT_SERVER") is the name of a folder of transport-bench; rename yours, and its name in server.json")
  fi
fi

if [ "${#problems[@]}" -gt 0 ]; then
  printf '::error title=transport-bench::%s\n' "${problems[@]}"
  exit 2
fi
folder="$(mktemp -d "$RUNNER_TEMP/transport-bench.XXXXXX")"
{
  echo "folder=$folder"
  echo "tool=$GITHUB_ACTION_PATH"
} >>"$GITHUB_OUTPUT"
