_bergview_command() {
  case $1 in
{{aliases}}
  esac
}

# _bergview_options COMMAND: without a command, those of bergview itself.
_bergview_options() {
  case $1 in
{{options}}
  esac
}

# _bergview_value COMMAND OPTION: what follows the option; without an option, what the command's arguments are.
_bergview_value() {
  case "$1 $2" in
{{values}}
  esac
}

# _bergview_names FOLDER KIND...: the views and types that the files of the project define.
_bergview_names() {
  local folder
  folder=$(cd -P -- "$1" 2>/dev/null && pwd) || return 0
  shift
  while [[ ! -f $folder/bergview.yaml ]]; do
    [[ -n $folder ]] || return 0
    folder=${folder%/*}
  done
  find "$folder/types" "$folder/views" -type f \
    \( -iname '*.yaml' -o -iname '*.yml' -o -iname '*.json' -o -iname '*.json5' -o -iname '*.sql' \) -exec awk -v "kinds=$*" '
{{names}}
' {} + 2>/dev/null
