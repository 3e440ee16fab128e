#!/bin/sh
# Runs a program in a container of its own on the simulated HCS, with this folder in it, and ends with its exit code: what
# in-container.ps1 does on Windows agents. For the agents that only check that specs, scripts and reports are right.
#
#   examples/ci/in-container.sh make test
#   REPORT=out/report.json MAX_TIME=20m examples/ci/in-container.sh sh -c 'exit 3'
set -u

: "${REPORT:=hcs-report.json}" "${MAX_TIME:=30m}"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$(dirname "$REPORT")"
# A cancelled job gets a signal: hcs gets it too, ends the program, and writes the report.
trap 'kill -TERM "$hcs" 2>/dev/null' TERM INT HUP

hcs run --home "$home" --backend simulator --standalone --rm --report "$REPORT" --max-time "$MAX_TIME" \
  --mount "type=bind,source=$PWD,target=C:\\src" --workdir 'C:\src' -- "$@" &
hcs=$!
wait "$hcs"
code=$?
# The first wait ends with the signal, the second with hcs.
if kill -0 "$hcs" 2>/dev/null; then
  wait "$hcs"
  code=$?
fi
exit "$code"
