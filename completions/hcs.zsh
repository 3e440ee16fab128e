#compdef hcs
# hcs completion for zsh. In ~/.zshrc, after compinit: source <(hcs completion zsh)
_hcs() {
  local value tooltip kind
  local -a given=("${(@)words[2,CURRENT-1]}") next=(--next) plain files
  if [[ -n ${(Q)words[CURRENT]} ]]; then
    next=()
    given+=("${words[CURRENT]}")
  fi
  while IFS=$'\t' read -r value tooltip kind; do
    if [[ $kind == file || $kind == folder ]]; then
      files+=("$value")
    else
      plain+=("${value//:/\\:}:$tooltip")
    fi
  done < <("${words[1]}" complete --lines $next -- "${(@)given}" 2>/dev/null)
  if (( ${#files} )); then
    compadd -Q -S '' -- $files
  elif (( ${#plain} )); then
    _describe -V hcs plain
  else
    _default
  fi
}
compdef _hcs hcs
