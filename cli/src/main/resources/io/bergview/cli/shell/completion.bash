# Completes bergview in bash 4 and later. Written by 'bergview completion bash'.

# The first name of a command that has several.
{{words}}

}

_bergview_offer() {
  local words=$1 word
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(compgen -W "$words" -- "$2")
}

_bergview() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' option='' folder=. kind i at=$((COMP_CWORD - 1))
  COMPREPLY=()
  # Bash splits --format=json into three words.
  if [[ $cur == = ]]; then
    cur=
    option=${COMP_WORDS[at]}
  elif ((at > 1)) && [[ ${COMP_WORDS[at]} == = ]]; then
    option=${COMP_WORDS[at - 1]}
  elif ((at > 0)); then
    option=${COMP_WORDS[at]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --project)
        [[ ${COMP_WORDS[i + 1]:-} == = ]] && ((i++))
        ((i + 1 < COMP_CWORD)) && folder=${COMP_WORDS[i + 1]}
        ((i++))
        ;;
      {{valued}}) ((i++)) ;;
      -* | =) ;;
      *) [[ -n $command ]] || command=$(_bergview_command "${COMP_WORDS[i]}") ;;
    esac
  done
  folder=${folder/#\~/${HOME:-\~}}
  [[ $option == -* ]] && kind=$(_bergview_value "$command" "$option") || kind=
  if [[ -z $kind ]]; then
    if [[ $cur == -* ]]; then
      kind="choice $(_bergview_options "$command")"
    elif [[ -z $command ]]; then
      kind=command
    else
      kind=$(_bergview_value "$command" '')
    fi
  fi
  case $kind in
    choice*) _bergview_offer "${kind#choice}" "$cur" ;;
    command) _bergview_offer '{{commands}}' "$cur" ;;
    view) _bergview_offer "$(_bergview_names "$folder" view)" "$cur" ;;
    type) _bergview_offer "$(_bergview_names "$folder" type)" "$cur" ;;
    view-or-type) _bergview_offer "$(_bergview_names "$folder" view type)" "$cur" ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
  esac
}

complete -F _bergview bergview
