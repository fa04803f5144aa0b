# To be sourced: how the action measures.

# Prints a text as one word of a POSIX shell.
quoted() {
  local single="'" escaped="'\\''"
  printf "'%s'" "${1//$single/$escaped}"
}

# Prints the command that measures with a checkout of transport-bench (1) a server's folder (2; empty: the servers of
# the scenario), this many trials of each cell (3; empty: those of the scenario). The folder of the result is to be
# appended. npm starts the Node of the checkout, and paths are meant from the folder that this is run in.
run_command() {
  local tool="$1" server="$2" trials="$3"
  if [ -n "$server" ]; then
    # In interleaved rounds the two versions take turns, so each registers its own.
    printf 'ln -sfn %s %s && ' "$(quoted "$(cd "$server" && pwd)")" "$(quoted "$tool/servers/$(basename "$server")")"
  fi
  printf 'npm --prefix %s run --silent bench -- run %s' "$(quoted "$tool")" "$(quoted "$INPUT_SCENARIO")"
  [ -z "$server" ] || printf ' --servers %s' "$(quoted "$(basename "$server")")"
  [ -z "$INPUT_TRANSPORTS" ] || printf ' --transports %s' "$(quoted "$INPUT_TRANSPORTS")"
  [ -z "$trials" ] || printf ' --trials %s' "$trials"
  printf ' --out'
}

# Lets a run have a network namespace of its own, and real-time priority for its publisher, on GitHub's machines: they
# are thrown away after the job. On anybody else's machine nothing is changed; `doctor` says there what to do.
free_the_run() {
  [ "${RUNNER_ENVIRONMENT:-} ${RUNNER_OS:-}" = 'github-hosted Linux' ] && sudo -n true 2>/dev/null || return 0
  sudo sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0 || true
  sudo prlimit --pid "$$" --rtprio=1:1 || true
}
