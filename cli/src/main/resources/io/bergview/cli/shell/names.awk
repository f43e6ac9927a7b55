function put() {
  if (name != "" && index(kinds, view ? "view" : "type")) print name
  if (name != "") view = 0
  name = ""
}
FNR == 1 || /^---/ { put(); view = 0 }
tolower(FILENAME) ~ /[.]sql$/ {
  if (index(kinds, "view") && match(tolower($0), /materialized[ \t]+view[ \t]+(if[ \t]+not[ \t]+exists[ \t]+)?[a-z0-9_.]+/)) {
    created = substr($0, RSTART, RLENGTH)
    sub(/.*[ \t.]/, "", created)
    print created
  }
  next
}
/^[ \t]*#/ { next }
match($0, /(^|[^A-Za-z0-9_])[$]type[^A-Za-z0-9_:]?[ \t]*:[^A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*/) {
  put()
  name = substr($0, RSTART, RLENGTH)
  sub(/.*[^A-Za-z0-9_]/, "", name)
}
/(^|[^A-Za-z0-9_])[$](from|sql)[^A-Za-z0-9_:]?[ \t]*:/ { view = 1 }
END { put() }
