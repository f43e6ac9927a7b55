# Starts Bergview's Java process. Sourced by ./bergview of a checkout and by bin/bergview of a distribution.
#
#   find_java                    sets java, java_version (17.0.15+6) and java_major (17), or explains and exits 1
#   start_bergview LIB CACHE ID  becomes the Java process over the jars in LIB with the caller's arguments (args);
#                                CACHE is a folder for class archives, ID names the build that they belong to
#
# Environment: JAVA_HOME chooses the Java, BERGVIEW_JAVA_OPTS adds JVM flags after ours, BERGVIEW_CLASSPATH adds jars.

fail() {
  printf 'bergview: %s\n' "$1" >&2
  exit 1
}

find_java() {
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java
    [[ -x $java ]] || fail "JAVA_HOME is '$JAVA_HOME', but there is no bin/java in it. Set it to a JDK, version 17 or later, or unset it."
  else
    java=$(type -P java) || fail "No Java found. Install a JDK, version 17 or later, and put it on PATH or set JAVA_HOME."
    java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
  fi
  # Every JDK says its version in a file, which spares a start of Java.
  java_version=
  local release=${java%/bin/java}/release key value
  if [[ -r $release ]]; then
    while IFS='=' read -r key value; do
      [[ $key == JAVA_VERSION && -z $java_version || $key == JAVA_RUNTIME_VERSION ]] && java_version=${value//\"/}
    done <"$release"
  fi
  if [[ -z $java_version ]]; then
    java_version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.runtime\.version = //p') || true
  fi
  java_major=${java_version%%[!0-9]*}
  [[ -n $java_major ]] || fail "Cannot tell the version of '$java'. Set JAVA_HOME to a JDK, version 17 or later."
  ((java_major >= 17)) || fail "Bergview needs Java 17 or later, and '$java' is $java_version. Set JAVA_HOME to a newer JDK."
}

# The class path in an order that does not depend on the user's locale: a class archive fits one order only.
set_class_path() {
  local LC_ALL=C jar ours= libraries=
  for jar in "$1"/*.jar; do
    case ${jar##*/} in
      io.bergview.*) ours+=:$jar ;;
      *) libraries+=:$jar ;;
    esac
  done
  class_path=${ours#:}$libraries
}

set_jvm_flags() {
  jvm_flags=(
    # Standard output belongs to the command: the JVM's own warnings go to standard error.
    -Xlog:disable -Xlog:all=warning:stderr '-Xlog:cds*=off:stderr'
    # Arrow reads memory outside the heap.
    --add-opens=java.base/java.nio=ALL-UNNAMED
    -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
    # The rest of the memory is DuckDB's, whose data is not in the heap.
    -XX:MaxRAMPercentage=25
  )
  if ((java_major >= 24)); then
    jvm_flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
  # Where the locale is C, Java reads arguments and file names as ASCII.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac
}

# Commands that only look at metadata are over before the optimising compiler and a second GC thread pay off.
is_light() {
  local arg
  for arg in "$@"; do
    case $arg in
      -h | --help | -V | --version | help | init | apply | defineView | registerView | alterView | dropView | listViews | \
        getViewState | explainView | history | define-view | register-view | alter-view | drop-view | list-views | \
        get-view-state | explain-view) return 0 ;;
      -*) ;;
      *) return 1 ;;
    esac
  done
  return 0
}

# Writes the classes that a small demo loads to an archive, from which later starts map them: listViews takes three
# quarters of its time without, find and refreshView half. Without an archive everything works, only slower; so a failure
# here is remembered and not reported.
archive_classes() {
  local archive=$1 practice limit=
  mkdir -p "${archive%/*}" 2>/dev/null && practice=$(mktemp -d 2>/dev/null) || return 0
  [[ -n ${just_built:-} ]] || echo "Preparing Bergview for Java $java_version (once, takes some seconds) ..." >&2
  command -v timeout >/dev/null && limit='timeout 120'
  $limit "$java" "${jvm_flags[@]}" -XX:+UseSerialGC "-XX:ArchiveClassesAtExit=$practice/classes.jsa" -cp "$class_path" \
    io.bergview.cli.Main demo --dir "$practice/demo" --scale 0.01 </dev/null >/dev/null 2>&1 || true
  if [[ -s $practice/classes.jsa ]]; then
    mv "$practice/classes.jsa" "$archive.$$" && mv -f "$archive.$$" "$archive"
  else
    : >"$archive.none"
  fi 2>/dev/null || true
  rm -rf "$practice"
}

start_bergview() {
  local lib=$1 cache=$2 id=$3
  set_class_path "$lib"
  set_jvm_flags
  # Native libraries lie beside the jars: unpacked at each start they would outlive a process that is killed.
  jvm_flags+=("-Dorg.sqlite.lib.path=$lib" "-Dorg.xerial.snappy.lib.path=$lib")
  local archive=$cache/${id}-java-${java_version//[!A-Za-z0-9.+-]/_}.jsa
  [[ -f $archive || -f $archive.none ]] || archive_classes "$archive"
  [[ -f $archive ]] && jvm_flags+=("-XX:SharedArchiveFile=$archive")
  is_light "${args[@]}" && jvm_flags+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData)
  # shellcheck disable=SC2086  # several flags in one variable
  exec "$java" "${jvm_flags[@]}" "-Dbergview.command=$0" ${BERGVIEW_JAVA_OPTS:-} -cp "$class_path${BERGVIEW_CLASSPATH:+:$BERGVIEW_CLASSPATH}" io.bergview.cli.Main "${args[@]}"
}
