# hcs completion for bash. In ~/.bashrc: source <(hcs completion bash)
_hcs() {
  local word="${COMP_WORDS[COMP_CWORD]}" next=--next line kind value
  local -a words=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
  # Readline takes = for a word of its own.
  if [[ $word == = ]]; then
    word="${words[COMP_CWORD-2]}="
    unset 'words[COMP_CWORD-2]'
  elif (( COMP_CWORD > 2 )) && [[ ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then
    word="${words[COMP_CWORD-3]}=$word"
    unset 'words[COMP_CWORD-2]' 'words[COMP_CWORD-3]'
  fi
  if [[ -n $word ]]; then
    words+=("$word")
    next=
  fi
  COMPREPLY=()
  # Cut by hand: read takes tabs together, and so loses an empty value.
  while IFS= read -r line; do
    value="${line%%$'\t'*}" kind="${line##*$'\t'}"
    if [[ $kind == none ]]; then
      compopt +o default 2>/dev/null
      continue
    fi
    [[ $kind == file || $kind == folder ]] && compopt -o filenames -o nospace 2>/dev/null
    [[ $word == --*=* ]] && value="${value#*=}"
    # Names of networks may have blanks.
    [[ $kind == network || $kind == endpoint ]] && printf -v value %q "$value"
    COMPREPLY+=("$value")
  done < <("${COMP_WORDS[0]}" complete --lines ${next:+"$next"} -- "${words[@]}" 2>/dev/null)
}
complete -o default -F _hcs hcs
