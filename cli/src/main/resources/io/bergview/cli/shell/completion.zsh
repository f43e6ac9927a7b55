#compdef bergview
# Completes bergview in zsh. Written by 'bergview completion zsh'.

# The first name of a command that has several.
{{words}}

}

_bergview_commands=(
{{commands}}
)

_bergview() {
  emulate -L zsh
  local command='' option='' folder=. kind=''
  local -a entries
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      --project)
        ((i + 1 < CURRENT)) && folder=${(Q)words[i+1]}
        ((i++))
        ;;
      --project=*) folder=${(Q)words[i]#*=} ;;
      {{valued}}) ((i++)) ;;
      -*) ;;
      *) [[ -n $command ]] || command=$(_bergview_command $words[i]) ;;
    esac
  done
  folder=${folder/#\~/$HOME}
  if [[ $PREFIX == --*=* ]]; then
    option=${PREFIX%%=*}
    compset -P 1 '*='
    kind=$(_bergview_value "$command" "$option")
  elif [[ $words[CURRENT-1] == -* ]]; then
    kind=$(_bergview_value "$command" "$words[CURRENT-1]")
  fi
  if [[ -z $kind ]]; then
    if [[ $PREFIX == -* ]]; then
      entries=("${(@f)$(_bergview_options "$command")}")
      _describe -t options option entries
      return
    elif [[ -z $command ]]; then
      kind=command
    else
      kind=$(_bergview_value "$command" '')
    fi
  fi
  case $kind in
    choice*) compadd -- ${=kind#choice} ;;
    command) _describe -t commands command _bergview_commands ;;
    view) compadd -- ${(f)"$(_bergview_names "$folder" view)"} ;;
    type) compadd -- ${(f)"$(_bergview_names "$folder" type)"} ;;
    view-or-type) compadd -- ${(f)"$(_bergview_names "$folder" view type)"} ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}

# Sourced, it registers itself; in a folder of fpath zsh runs the file as the function's body.
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _bergview "$@"
else
  compdef _bergview bergview
fi
