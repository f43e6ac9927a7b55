package io.bergview.refresh.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.SparkSettings;
import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Spark and its jars are found, and how it is started. */
class SparkCommandTest {
  @TempDir Path folder;

  private SparkSettings settings(String text) throws Exception {
    Files.writeString(folder.resolve(Project.FILE), "spark: {" + text + "}\n");
    return Project.open(folder, Map.of()).spark();
  }

  private Path file(String name) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  private Path home(String name, String version) throws Exception {
    file(name + "/jars/spark-core_2.13-" + version + ".jar");
    return folder.resolve(name);
  }

  private Path submit(Path home) throws Exception {
    Path program = file(folder.relativize(home) + "/bin/spark-submit");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static void assertFails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(BergviewException.class)
        .hasMessageContaining(message)
        .extracting("code")
        .isEqualTo(code);
  }

  @Test
  void theSettingComesBeforeTheVariableAndThatBeforeThePath() throws Exception {
    Path set = home("set", "4.1.3");
    Path variable = home("variable", "4.1.0");
    Path onPath = home("path", "4.1.1");
    Path link = folder.resolve("links").resolve("spark-submit");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, submit(onPath));
    Map<String, String> environment =
        Map.of("SPARK_HOME", variable.toString(), "PATH", "/nowhere:" + link.getParent());

    assertThat(SparkHome.find(settings("home: set"), environment).folder()).isEqualTo(set);
    assertThat(SparkHome.find(settings(""), environment).folder()).isEqualTo(variable);
    Map<String, String> path = Map.of("PATH", environment.get("PATH"));
    assertThat(SparkHome.find(settings(""), path).folder()).isEqualTo(onPath.toRealPath());
  }

  @Test
  void noSparkSaysWhereItWasLookedFor() throws Exception {
    assertFails(
        () -> SparkHome.find(settings(""), Map.of()),
        ErrorCode.SPARK_NOT_FOUND,
        "'spark.home' is not set, SPARK_HOME is not set, and no spark-submit is on PATH");
    assertFails(
        () -> SparkHome.find(settings("home: nowhere"), Map.of()),
        ErrorCode.SPARK_NOT_FOUND,
        "spark.home is '" + folder.resolve("nowhere") + "', which has no folder 'jars'");
  }

  @ParameterizedTest
  @CsvSource({
    "spark-core_2.13-3.5.7.jar, is Spark 3.5.7",
    "spark-core_2.13-4.2.0.jar, is Spark 4.2.0",
    "spark-core_2.12-4.1.3.jar, is Spark 4.1.3 with Scala 2.12",
    "other.jar, does not say what it is"
  })
  void anotherVersionIsRefused(String jar, String found) throws Exception {
    file("spark/jars/" + jar);
    assertFails(
        () -> SparkHome.find(settings("home: spark"), Map.of()),
        ErrorCode.SPARK_VERSION,
        "Bergview needs Spark 4.1 with Scala 2.13, and " + folder.resolve("spark") + " " + found);
  }

  @Test
  void theReleaseFileSaysTheVersionToo() throws Exception {
    file("spark/jars/other.jar");
    Files.writeString(folder.resolve("spark/RELEASE"), "Spark 4.1.2 built for Hadoop 3.4.2\n");
    assertThat(SparkHome.find(settings("home: spark"), Map.of()).jars()).contains("other.jar");
  }

  @Test
  void theModuleIsBesideOurJarsOrWhereItIsSaidToBe() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    assertFails(
        () -> new SparkJars(settings(""), lib).module(),
        ErrorCode.SPARK_MODULE_MISSING,
        "mvn -pl spark -am package -DskipTests");
    assertFails(
        () -> new SparkJars(settings("jar: x.jar"), lib).module(),
        ErrorCode.SPARK_MODULE_MISSING,
        folder.resolve("x.jar").toString());
    file("spark/bergview-spark-1.0-tests.jar");
    Path installed = file("spark/bergview-spark-1.0.jar");
    assertThat(new SparkJars(settings(""), lib).module()).isEqualTo(installed);
    Path set = file("x.jar");
    assertThat(new SparkJars(settings("jar: x.jar"), lib).module()).isEqualTo(set);
  }

  @Test
  void theRuntimeIsAmongSparksJarsOrWhereItIsSaidToBe() throws Exception {
    SparkHome bare = SparkHome.find(settings("home: " + home("a", "4.1.3")), Map.of());
    assertFails(
        () -> new SparkJars(settings(""), folder).runtime(bare),
        ErrorCode.SPARK_MODULE_MISSING,
        "mvn dependency:copy -Dartifact=org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.");
    Path set = file("runtime.jar");
    assertThat(new SparkJars(settings("runtime: runtime.jar"), folder).runtime(bare))
        .containsExactly(set);
    file("a/jars/iceberg-spark-runtime-4.1_2.13-1.12.0.jar");
    SparkHome whole = SparkHome.find(settings("home: a"), Map.of());
    assertThat(new SparkJars(settings(""), folder).runtime(whole)).isEmpty();
  }

  private List<String> command(String text, Map<String, String> environment) throws Exception {
    SparkSettings settings = settings("home: spark, " + text);
    return new DriverCommand(
            SparkHome.find(settings, environment),
            settings,
            Path.of("/lib/bergview-spark.jar"),
            List.of(Path.of("/lib/a.jar"), Path.of("/classes")),
            TaskFiles.DRIVER_CLASS,
            Path.of("/temp"))
        .arguments(
            Path.of("/t/p"),
            List.of(Path.of("/lib/a.jar"), Path.of("/t/classes-1.jar")),
            new TaskFiles(Path.of("/t")),
            environment);
  }

  @Test
  void sparkSubmitGetsAllButSecrets() throws Exception {
    submit(home("spark", "4.1.3"));
    assertThat(command("driver-memory: 1GiB, conf: {spark.hadoop.secret.key: hunter2}", Map.of()))
        .containsExactly(
            folder.resolve("spark/bin/spark-submit").toString(),
            "--class",
            "io.bergview.spark.driver.SparkDriver",
            "--name",
            "Bergview",
            "--master",
            "local[*]",
            "--deploy-mode",
            "client",
            "--driver-memory",
            "1024m",
            "--properties-file",
            "/t/p",
            "--load-spark-defaults",
            "--driver-class-path",
            "/lib/a.jar:/classes",
            "/lib/bergview-spark.jar",
            "/t");
  }

  @Test
  void executorsElsewhereGetOurJars() throws Exception {
    submit(home("spark", "4.1.3"));
    assertThat(
            command(
                "master: 'spark://host:7077', conf: {spark.jars: /b.jar,"
                    + " spark.driver.extraClassPath: /c}",
                Map.of()))
        .containsSequence(
            "--driver-class-path",
            "/lib/a.jar:/classes:/c",
            "--jars",
            "/lib/a.jar,/t/classes-1.jar,/b.jar");
  }

  @Test
  void foldersOfClassesArePackedForExecutorsElsewhere() throws Exception {
    Path jar = file("lib/a.jar");
    file("classes/a/A.class");
    Path classes = folder.resolve("classes");
    List<Path> fetched = ProductJars.fetchable(List.of(classes, jar), folder);
    assertThat(fetched).containsExactly(folder.resolve("classes-0.jar"), jar);
    try (java.util.zip.ZipFile packed = new java.util.zip.ZipFile(fetched.get(0).toFile())) {
      assertThat(packed.stream().map(java.util.zip.ZipEntry::getName)).containsExactly("a/A.class");
    }
  }

  @Test
  void jarsWithoutScriptsAreStartedDirectly() throws Exception {
    home("spark", "4.1.3");
    List<String> command = command("driver-memory: 1GiB", Map.of("JAVA_HOME", "/jdk"));
    assertThat(command)
        .startsWith("/jdk/bin/java", "-Xmx1024m")
        .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError")
        .containsSequence(
            "-cp",
            "/lib/a.jar:/classes:%1$s/conf:%1$s/jars/*".formatted(folder.resolve("spark")),
            "org.apache.spark.deploy.SparkSubmit",
            "--class");
  }

  @Test
  void settingsOfTheUserComeBeforeOurs() throws Exception {
    SparkSettings settings =
        settings(
            "home: %s, conf: {spark.ui.enabled: 'true', spark.driver.extraJavaOptions: -Da=b}"
                .formatted(home("spark", "4.1.3")));
    assertThat(
            new DriverCommand(
                    SparkHome.find(settings, Map.of()),
                    settings,
                    Path.of("m"),
                    List.of(),
                    "x",
                    Path.of("/temp"))
                .properties())
        .containsEntry("spark.ui.enabled", "true")
        .containsEntry("spark.local.dir", "/temp")
        .containsEntry("spark.driver.host", "127.0.0.1")
        .containsEntry("spark.driver.extraJavaOptions", "-XX:+ExitOnOutOfMemoryError -Da=b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iceberg-core-1.12.0.jar",
        "iceberg-bundled-guava-1.12.0.jar",
        "parquet-column-1.18.1.jar",
        "jackson-databind-2.22.2.jar",
        "slf4j-api-2.0.20.jar",
        "logback-classic-1.6.6.jar",
        "hadoop-client-api-3.5.0.jar",
        "guava-26.0-jre.jar",
        "zstd-jni-1.5.7-15.jar",
        "scala-library-2.13.17.jar"
      })
  void whatSparkBringsIsLeftOut(String jar) {
    assertThat(ProductJars.isLeftOut(jar)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refresh-0.1.0.jar",
        "duckdb_jdbc-2.0.0.1.jar",
        "sqlite-jdbc-3.53.2.1.jar",
        "snakeyaml-engine-2.10.jar",
        "cron-utils-9.2.1.jar",
        "iceberg-aws-bundle-1.12.0.jar",
        "ojdbc11.jar"
      })
  void whatItDoesNotBringIsPassed(String jar) {
    assertThat(ProductJars.isLeftOut(jar)).isFalse();
  }

  @Test
  void jarsThatAManifestNamesAreOnTheClassPathInPlaceOfOneThatOnlyNamesThem() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("a lib"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "one.jar avro-1.12.jar gone.jar");
    Path main = lib.resolve("bergview.jar");
    try (OutputStream out = Files.newOutputStream(main);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.flush();
    }
    Path one = lib.resolve("one.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(one))) {
      jar.putNextEntry(new ZipEntry("io/bergview/One.class"));
    }
    Files.copy(one, lib.resolve("avro-1.12.jar"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    assertThat(ProductJars.of(main + File.pathSeparator + classes + File.pathSeparator + "/gone"))
        .containsExactly(one, classes);
  }
}
