package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.fixtures.FaultyNetwork;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.S3Server;
import io.bergview.fixtures.Shop;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.ViewState;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's project with its files in a server that speaks S3. */
@Tag("engines")
final class ServedStorageTest {
  private static final Path CLASS_PATH = Path.of("s3-server", "target", "class-path.txt");

  @TempDir private static Path serverFolder;
  private static S3Server server;

  @TempDir private Path folder;
  private FaultyNetwork network;

  @BeforeAll
  static void startServer() throws IOException {
    server = S3Server.start(serverFolder, CLASS_PATH);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void writeProject() throws IOException {
    network = FaultyNetwork.before(server.address());
    configure(network.port(), S3Server.SECRET_KEY);
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      write("types/" + type.getKey(), type.getValue());
    }
    for (Map.Entry<String, String> view : Shop.views().entrySet()) {
      write("views/" + view.getKey(), view.getValue());
    }
  }

  /** Each test has a warehouse of its own in the bucket. */
  private void configure(int port, String secret) throws IOException {
    write(
        Project.FILE,
        S3Server.catalog(folder, port, secret).replace("/warehouse", "/" + folder.getFileName()));
  }

  @AfterEach
  void close() throws IOException {
    network.close();
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void aViewLivesThere() {
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      assertThat(bergview.apply().steps()).hasSize(Shop.views().size());
      refreshAll(bergview, "FIRST_REFRESH");
      assertVerified(bergview);
      for (int round = 0; round < 2; round++) {
        Shop.change(bergview.catalog("lake"), 7 + round);
        refreshAll(bergview, "SOURCE_CHANGED");
        assertVerified(bergview);
      }
      assertThat(bergview.compactView(MaintenanceRequest.ofAll()).failures()).isEmpty();
      assertThat(bergview.vacuumView(MaintenanceRequest.ofAll()).failures()).isEmpty();
      assertVerified(bergview);
    }
    try (Bergview another = Bergview.open(folder)) {
      assertVerified(another);
      another.dropViews(List.of("DailyRevenue"));
      assertThat(files("daily_revenue")).isEmpty();
    }
  }

  /** The same files of the project, but for {@code bergview.yaml}, and the same rows. */
  @Test
  void aLaptopsProjectRunsOnPostgresAndS3() throws IOException {
    Map<String, List<List<Object>>> there;
    write(
        Project.FILE,
        CatalogServer.POSTGRES
            .catalogOf(folder)
            .replace("warehouse: warehouse", storage(folder.getFileName().toString())));
    try (Bergview bergview = Bergview.open(folder)) {
      there = rowsOfViews(bergview);
    }
    write(Project.FILE, "catalogs:\n  lake: {type: sqlite, warehouse: warehouse}\n");
    try (Bergview bergview = Bergview.open(folder)) {
      Map<String, List<List<Object>>> here = rowsOfViews(bergview);
      assertThat(here.values()).allSatisfy(rows -> assertThat(rows).isNotEmpty());
      assertThat(there).isEqualTo(here);
    }
  }

  /** The properties of a catalog that are about files, indented as those of the catalog. */
  private String storage(String warehouse) {
    return S3Server.catalog(folder, network.port(), S3Server.SECRET_KEY)
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("(warehouse|io-impl|s3\\.|client\\.).*"))
        .map(line -> line.replace("/warehouse", "/" + warehouse))
        .collect(Collectors.joining("\n    "));
  }

  private static Map<String, List<List<Object>>> rowsOfViews(Bergview bergview) throws IOException {
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
    bergview.apply();
    refreshAll(bergview, "FIRST_REFRESH");
    Shop.change(bergview.catalog("lake"), 7);
    refreshAll(bergview, "SOURCE_CHANGED");
    Map<String, List<List<Object>>> rows = new TreeMap<>();
    for (ViewState view : bergview.listViews().views()) {
      List<List<Object>> found = new ArrayList<>();
      try (QueryResult answer = bergview.find(view.view()).answer()) {
        answer.forEachRow(row -> found.add(new ArrayList<>(row)));
      }
      found.sort(Comparator.comparing(Object::toString));
      rows.put(view.view(), found);
    }
    return rows;
  }

  @Test
  void requestsThatAreRefusedAreRepeated() {
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      bergview.apply();
      refreshAll(bergview, "FIRST_REFRESH");
      Shop.change(bergview.catalog("lake"), 7);
      network.slowDownEvery(7);
      refreshAll(bergview, "SOURCE_CHANGED");
      network.slowDownEvery(0);
      assertThat(network.refused()).isPositive();
      assertVerified(bergview);
    }
  }

  /** Wherever it breaks: the refresh goes on, or fails and says why, and the next one succeeds. */
  @Test
  void aConnectionThatBreaksIsNoDamage() {
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      bergview.apply();
      refreshAll(bergview, "FIRST_REFRESH");
    }
    for (int answers = 1; answers < 200; answers = answers * 3 / 2 + 1) {
      try (Bergview bergview = Bergview.open(folder)) {
        Shop.change(bergview.catalog("lake"), answers);
        long before = network.broken();
        network.breakAfter(answers);
        RefreshOutcome outcome = bergview.refreshView(RefreshRequest.ofAll());
        assertThat(network.broken()).as("answer %d", answers).isGreaterThan(before);
        assertThat(outcome.failures())
            .allSatisfy(
                failure -> {
                  assertThat(failure.error().code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                  assertThat(failure.error()).hasMessageContaining("broke off");
                });
        assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
        assertVerified(bergview);
      }
    }
  }

  @Test
  void wrongCredentialsAreDeniedWithoutTheSecret() throws IOException {
    configure(network.port(), "another secret");
    try (Bergview bergview = Bergview.open(folder)) {
      Failure failure = failureToGenerate(bergview);
      assertThat(failure.code()).isEqualTo(ErrorCode.ACCESS_DENIED);
      assertThat(failure.shown(text -> text).message())
          .contains("credentials")
          .doesNotContain("another secret");
    }
  }

  /** Iceberg reads the metadata of a table 20 times before it gives up. */
  @Test
  void whatIsRefusedIsNotAskedForAgain() throws IOException {
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
      bergview.apply();
      network.taken();
      bergview.getViewState("DailyRevenue");
    }
    long granted = network.taken().requests();
    configure(network.port(), "another secret");
    try (Bergview bergview = Bergview.open(folder)) {
      Failure failure = Failure.of(catchThrowable(() -> bergview.getViewState("DailyRevenue")));
      assertThat(failure.code()).isEqualTo(ErrorCode.ACCESS_DENIED);
      assertThat(network.taken().requests()).isBetween(1L, 4 * granted);
    }
  }

  @Test
  void aStorageThatIsAwayIsSaidToBe() throws IOException {
    configure(1, S3Server.SECRET_KEY);
    try (Bergview bergview = Bergview.open(folder)) {
      Failure failure = failureToGenerate(bergview);
      assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
      assertThat(failure.shown(text -> text).message()).contains("cannot be reached");
    }
  }

  private static Failure failureToGenerate(Bergview bergview) {
    return Failure.of(
        catchThrowable(
            () ->
                Shop.generate(
                    bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT)));
  }

  @Test
  void aBucketThatIsNotThereIsNamed() throws IOException {
    write(
        Project.FILE,
        S3Server.catalog(folder, network.port(), S3Server.SECRET_KEY)
            .replace("s3://lake/", "s3://nowhere/"));
    try (Bergview bergview = Bergview.open(folder)) {
      Failure failure = failureToGenerate(bergview);
      assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
      assertThat(failure.shown(text -> text).message()).contains("bucket");
    }
  }

  private static void refreshAll(Bergview bergview, String reason) {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.ofAll());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done()).extracting(RefreshResult::reason).contains(reason);
  }

  private static void assertVerified(Bergview bergview) {
    for (String view : bergview.listViews().views().stream().map(state -> state.view()).toList()) {
      VerifyResult result = bergview.verifyView(view, VerifyOptions.defaults());
      assertThat(result.rowsCompared()).as(view).isPositive();
      assertThat(result.missing() + result.unexpected() + result.different()).as(view).isZero();
    }
  }

  private List<Path> files(String table) {
    try (Stream<Path> files = Files.walk(server.bucket())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/" + folder.getFileName() + "/"))
          .filter(file -> file.toString().contains("/" + table + "/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
