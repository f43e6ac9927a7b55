# Completes bergview in fish 3 and later. Written by 'bergview completion fish'.

# Prints the command that has been typed; fails if there is none yet.
function __bergview_command
    set -l words (commandline -opc)
    set -l i 2
    while test $i -le (count $words)
        switch $words[$i]
            case {{valued}}
                set i (math $i + 1)
            case '-*'
            case '*'
                echo $words[$i]
                return 0
        end
        set i (math $i + 1)
    end
    return 1
end

function __bergview_is
    set -l command (__bergview_command); or return 1
    contains -- $command $argv
end

function __bergview_commands
    string split ' ' '{{commands}}'
end

# __bergview_names KIND...: the views and types that the files of the project define.
function __bergview_names
    set -l words (commandline -opc)
    set -l folder .
    for i in (seq (count $words))
        switch $words[$i]
            case --project
                set -q words[(math $i + 1)]; and set folder $words[(math $i + 1)]
            case '--project=*'
                set folder (string replace -- --project= '' $words[$i])
        end
    end
    set folder (realpath -- (string replace -r '^~' "$HOME" -- $folder) 2>/dev/null); or return 0
    while not test -f "$folder/bergview.yaml"
        test -n "$folder"; or return 0
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
    find "$folder/types" "$folder/views" -type f \
        \( -iname '*.yaml' -o -iname '*.yml' -o -iname '*.json' -o -iname '*.json5' -o -iname '*.sql' \) -exec awk -v "kinds=$argv" '
{{names}}
' {} + 2>/dev/null
end

complete -c bergview -f
{{complete}}
