# Starts Bergview's Java process. Sourced by ./bergview of a checkout and by bin/bergview of a distribution.
#
#   check_platform PLATFORM      exits 1 where this machine is not what a distribution was built for
#   find_java [RUNTIME]          sets java, java_version (17.0.15+6) and java_major (17), or explains and exits 1;
#                                RUNTIME is the Java that comes with a distribution
#   archive_classes LIB FOLDER ID  writes the class archive FOLDER/ID-java-VERSION.jsa over the jars in LIB
#   start_bergview LIB CACHE ID  becomes the Java process over the jars in LIB with the caller's arguments (args);
#                                CACHE is a folder for class archives, or empty; ID names the build that they belong to
#
# Environment: BERGVIEW_JAVA_HOME chooses the Java, then the distribution's own, JAVA_HOME, PATH;
# BERGVIEW_JAVA_OPTS adds JVM flags after ours, BERGVIEW_CLASSPATH adds jars.

fail() {
  printf 'bergview: %s\n' "$1" >&2
  exit 1
}

# check_platform OS-ARCHITECTURE: whether this machine is what the distribution was built for.
check_platform() {
  local os=$OSTYPE arch=$HOSTTYPE
  case $OSTYPE in
    linux-musl*) os=linux-musl ;;
    linux*) os=linux ;;
    darwin*) os=macos ;;
  esac
  case $HOSTTYPE in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64 ;;
  esac
  [[ $os-$arch == "$1" ]] || fail "This Bergview was built for $1, and this machine is $os-$arch. Build it here: mvn -Pdist package"
}

java_of() {
  java=$2/bin/java
  [[ -x $java ]] || fail "$1 is '$2', but there is no bin/java in it. Set it to a JDK, version 17 or later, or unset it."
}

find_java() {
  if [[ -n ${BERGVIEW_JAVA_HOME:-} ]]; then
    java_of BERGVIEW_JAVA_HOME "$BERGVIEW_JAVA_HOME"
  elif [[ -n ${1:-} ]]; then
    java=$1/bin/java
  elif [[ -n ${JAVA_HOME:-} ]]; then
    java_of JAVA_HOME "$JAVA_HOME"
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

set_jvm_flags() {
  jvm_flags=(
    # Standard output belongs to the command: the JVM's own warnings go to standard error.
    -Xlog:disable -Xlog:all=warning:stderr '-Xlog:cds*=off:stderr'
    # Otherwise the JVM moves the class archive, and corrects every pointer in it.
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    # What is searched for in every jar otherwise.
    -Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider -Dslf4j.internal.verbosity=WARN
    -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
    # The rest of the memory is DuckDB's, whose data is not in the heap.
    -XX:MaxRAMPercentage=25
  )
  if ((java_major >= 24)); then
    jvm_flags+=(--sun-misc-unsafe-memory-access=allow)
  fi
  # Where the locale is C, Java reads arguments and file names as ASCII.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac
}

# Commands that only look at metadata are over before the optimising compiler pays off.
is_light() {
  local arg
  for arg in "$@"; do
    case $arg in
      -h | --help | -V | --version | help | init | apply | defineView | registerView | alterView | dropView | listViews | \
        getViewState | explainView | history | lineage | completion | manPages | define-view | register-view | alter-view | \
        drop-view | list-views | get-view-state | explain-view | man-pages) return 0 ;;
      -*) ;;
      *) return 1 ;;
    esac
  done
  return 0
}

# A command has one thing to do, mostly outside the heap; only a service gains from a second thread of the collector.
is_service() {
  local arg
  for arg in "$@"; do
    [[ $arg == serve ]] && return 0
  done
  return 1
}

# Writes the classes that a small demo loads, and those of the JDK, to an archive from which later starts map them: they
# take half of the time. Without an archive everything works, only slower; so a failure here is not reported, and
# remembered where that can be written.
archive_classes() {
  local lib=$1 folder=$2 archive=$2/$3-java-$(java_label).jsa work limit=
  mkdir -p "$folder" 2>/dev/null || return 1
  # Another process has been at it for a minute or two: this one starts without. What a killed process left is deleted.
  [[ -z $(find "$folder" -maxdepth 1 -name '.making-*' -mmin -3 -print -quit 2>/dev/null) ]] || return 1
  find "$folder" -maxdepth 1 -name '.making-*' -exec rm -rf {} + 2>/dev/null || true
  work=$(mktemp -d "$folder/.making-XXXXXX" 2>/dev/null) || return 1
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf $(printf '%q' "$work")" EXIT
  [[ -n ${just_built:-} ]] || echo "Preparing Bergview for Java $java_version (once, takes some seconds) ..." >&2
  command -v timeout >/dev/null && limit='timeout 120'
  if $limit "$java" "${jvm_flags[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-XX:DumpLoadedClassList=$work/classes" \
    -jar "$lib/bergview.jar" demo --dir "$work/demo" --scale 0.01; then
    # Objects of the heap, as the module graph, are archived by this collector only; the others can load them.
    $limit "$java" "${jvm_flags[@]}" -XX:+UseG1GC -Xshare:dump "-XX:SharedClassListFile=$work/classes" \
      "-XX:SharedArchiveFile=$work/classes.jsa" -jar "$lib/bergview.jar" || true
  fi </dev/null >/dev/null 2>&1
  if [[ -s $work/classes.jsa ]]; then
    mv -f "$work/classes.jsa" "$archive" && remove_older "$folder" "$3"
  else
    : >"$archive.none"
  fi 2>/dev/null || true
  rm -rf "$work"
  trap - EXIT
  [[ -f $archive ]]
}

java_label() {
  printf '%s' "${java_version//[!A-Za-z0-9.+-]/_}"
}

# Archives of builds that this one has replaced. Processes that run on them are not disturbed.
remove_older() {
  local other
  for other in "$1"/*-java-*.jsa "$1"/*-java-*.jsa.none; do
    [[ ${other##*/} == "$2"-java-* ]] || rm -f "$other"
  done
}

# Sets archive to a class archive over the jars in LIB, or to nothing: the one that was made at install, else the user's
# own, which the first start makes. The JVM refuses one that is older than a jar; so it is made again.
find_archive() {
  local lib=$1 cache=$2 id=$3 name
  name=$id-java-$(java_label).jsa
  for archive in "$lib/$name" "${cache:+$cache/$name}"; do
    [[ -f $archive && ! $lib/start.sh -nt $archive ]] && return
  done
  if [[ -z $archive || -f $archive.none && ! $lib/start.sh -nt $archive.none ]] || ! archive_classes "$lib" "$cache" "$id"; then
    archive=
  fi
}

# prepare_start LIB: what every start over the jars in LIB has in common.
prepare_start() {
  [[ $1 != *:* ]] || fail "Java cannot read a class path with a colon in it: '$1'. Move Bergview to another folder."
  set_jvm_flags
  # Native libraries lie beside the jars: unpacked at each start they would outlive a process that is killed.
  jvm_flags+=("-Dorg.sqlite.lib.path=$1" "-Dorg.xerial.snappy.lib.path=$1")
}

start_bergview() {
  local archive
  prepare_start "$1"
  find_archive "$@"
  [[ -n $archive ]] && jvm_flags+=("-XX:SharedArchiveFile=$archive")
  if is_light "${args[@]}"; then
    jvm_flags+=(-XX:TieredStopAtLevel=1 -XX:-UsePerfData)
  elif ! is_service "${args[@]}"; then
    # The optimising compiler takes as long as the rest of a short refresh; in a long one it comes later.
    jvm_flags+=(-XX:Tier4InvocationThreshold=25000 -XX:Tier4MinInvocationThreshold=3000
      -XX:Tier4CompileThreshold=75000 -XX:Tier4BackEdgeThreshold=200000)
  fi
  [[ ${BERGVIEW_JAVA_OPTS:-} == *GC* ]] || is_service "${args[@]}" || jvm_flags+=(-XX:+UseSerialGC)
  local program=(-jar "$1/bergview.jar")
  # The class path of a jar that is started cannot be added to.
  if [[ -n ${BERGVIEW_CLASSPATH:-} ]]; then
    program=(--add-opens=java.base/java.nio=ALL-UNNAMED -cp "$1/bergview.jar:$BERGVIEW_CLASSPATH" io.bergview.cli.Main)
    ((java_major < 24)) || program=(--enable-native-access=ALL-UNNAMED "${program[@]}")
  fi
  # shellcheck disable=SC2086  # several flags in one variable
  exec "$java" "${jvm_flags[@]}" "-Dbergview.command=$0" ${BERGVIEW_JAVA_OPTS:-} "${program[@]}" "${args[@]}"
}
