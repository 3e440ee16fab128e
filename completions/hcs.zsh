#compdef hcs
# hcs completion for zsh. In ~/.zshrc, after compinit: source <(hcs completion zsh)
_hcs() {
  local line value tooltip kind none
  local -a given=("${(@)words[2,CURRENT-1]}") next=(--next) plain files
  if [[ -n ${(Q)words[CURRENT]} ]]; then
    next=()
    given+=("${words[CURRENT]}")
  fi
  # Cut by hand: read takes tabs together, and so loses an empty value.
  while IFS= read -r line; do
    value="${line%%$'\t'*}" kind="${line##*$'\t'}" tooltip="${${line#*$'\t'}%$'\t'*}"
    if [[ $kind == none ]]; then
      none=1
    elif [[ $kind == file || $kind == folder ]]; then
      files+=("$value")
    else
      plain+=("${value//:/\\:}:$tooltip")
    fi
  done < <("${words[1]}" complete --lines $next -- "${(@)given}" 2>/dev/null)
  if (( ${#files} )); then
    compadd -Q -S '' -- $files
  elif (( ${#plain} )); then
    _describe -V hcs plain
  elif [[ -z $none ]]; then
    _default
  fi
}
compdef _hcs hcs
