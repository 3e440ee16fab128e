#!/usr/bin/env bash
# A container's life over `hcs serve --stdio --framing ndjson`: one JSON text a line each way, and nothing but bash to speak it.
#   examples/rpc/ndjson.sh [COMMAND...]     the command that runs hcs; default: hcs
set -euo pipefail
hcs=("${@:-hcs}")
coproc HOST { exec "${hcs[@]}" serve --stdio --framing ndjson; }
host=$HOST_PID

last=0
send() { # METHOD PARAMS [ID]
  printf '{"jsonrpc":"2.0",%s"method":"%s","params":%s}\n' "${3:+\"id\":$3,}" "$1" "$2" >&"${HOST[1]}"
}
ask() { # METHOD PARAMS: leaves the answer in $answer; what the host tells meanwhile is handed to `told`
  send "$1" "$2" $((++last))
  while IFS= read -r answer <&"${HOST[0]}"; do
    case $answer in
      *'"method":'*) told "$answer" ;;
      *'"error":'*) echo "$1: $answer" >&2 && exit 1 ;;
      *) return ;;
    esac
  done
  echo 'the host has gone' >&2 && exit 1
}
told() {
  [[ $1 =~ \"type\":\"([a-z-]+)\" ]] && echo "event ${BASH_REMATCH[1]}"
}

id=ndjson-$$
ask initialize "{\"processId\":$$,\"protocolVersions\":[1]}"
ask events/subscribe '{}'
ask container/create "{\"id\":\"$id\",\"builtinBase\":true,\"spec\":{\"process\":{\"cwd\":\"/\",\"args\":[\"sh\",\"-c\",\"echo hello; exit 7\"]}}}"
ask container/start "{\"id\":\"$id\"}"
ask container/wait "{\"id\":\"$id\"}"
[[ $answer =~ \"exitCode\":([0-9]+) ]] && echo "ended with ${BASH_REMATCH[1]}"
ask container/logs "{\"id\":\"$id\"}"
[[ $answer =~ \"text\":\"([^\"]*)\" ]] && echo "said ${BASH_REMATCH[1]}"
ask container/delete "{\"id\":\"$id\"}"
ask shutdown '{}'
send exit '{}'
wait "$host"
echo 'the host has ended well'
