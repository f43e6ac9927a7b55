function put() {
  if (name != "" && index(kinds, view ? "view" : "type")) print name
  if (name != "") view = 0
  name = ""
}
FNR == 1 || /^---/ { put(); view = 0 }
/^[ \t]*#/ { next }
match($0, /(^|[^A-Za-z0-9_])[$]type[^A-Za-z0-9_:]?[ \t]*:[^A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*/) {
  put()
  name = substr($0, RSTART, RLENGTH)
  sub(/.*[^A-Za-z0-9_]/, "", name)
}
/(^|[^A-Za-z0-9_])[$]from[^A-Za-z0-9_:]?[ \t]*:/ { view = 1 }
END { put() }
