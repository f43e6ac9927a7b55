package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bergview.api.Bergview;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.pointers.TablePointers;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.api.LockComponent;
import org.apache.hadoop.hive.metastore.api.LockLevel;
import org.apache.hadoop.hive.metastore.api.LockRequest;
import org.apache.hadoop.hive.metastore.api.LockType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers of catalogs that restart, are silent or refuse, and locks that nobody takes away. */
@Tag("engines")
final class ServedFaultsTest {
  private static final String VIEW = "DailyRevenue";

  @TempDir private Path folder;

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Bergview shop(String catalogs) throws IOException {
    write(Project.FILE, catalogs);
    for (Map.Entry<String, String> type : Shop.entityTypes().entrySet()) {
      write("types/" + type.getKey(), type.getValue());
    }
    for (Map.Entry<String, String> view : Shop.views().entrySet()) {
      write("views/" + view.getKey(), view.getValue());
    }
    Bergview bergview = Bergview.open(folder);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
    bergview.apply();
    assertThat(bergview.refreshView(RefreshRequest.of(VIEW)).failures()).isEmpty();
    return bergview;
  }

  private static void assertRefreshed(Bergview bergview) {
    RefreshOutcome outcome = bergview.refreshView(RefreshRequest.of(VIEW));
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done())
        .extracting(RefreshResult::kind)
        .doesNotContain(RefreshKind.SKIP, RefreshKind.FULL);
    assertThat(bergview.verifyView(VIEW, VerifyOptions.defaults()).equal()).isTrue();
  }

  @Test
  void aProcessGoesOnAfterPostgresHasRestarted() throws IOException {
    try (Bergview bergview = shop(CatalogServer.POSTGRES.catalogOf(folder));
        Catalogs catalogs = new Catalogs(Project.open(folder));
        TablePointers watched = new TablePointers(catalogs)) {
      Set<TableName> orders = Set.of(new TableName(Optional.of("lake"), List.of("shop"), "orders"));
      Map<TableName, String> before = watched.read("lake", orders);
      CatalogServer.restartPostgres();
      assertThat(watched.read("lake", orders)).hasSize(1).isEqualTo(before);
      Shop.change(bergview.catalog("lake"), 7);
      CatalogServer.restartPostgres();
      assertRefreshed(bergview);
      assertThat(watched.read("lake", orders)).isNotEqualTo(before);
    }
  }

  @Test
  void aLockThatADeadProcessLeftIsWaitedForOnceAndNamed() throws Exception {
    String catalog =
        CatalogServer.HIVE
            .catalogOf(folder)
            .replace("}", ", hadoop.iceberg.hive.lock-timeout-ms: 2000}");
    try (Bergview bergview = shop(catalog)) {
      Shop.change(bergview.catalog("lake"), 7);
      HiveConf conf = new HiveConf();
      conf.setVar(
          HiveConf.ConfVars.METASTOREURIS, catalog.replaceAll("(?s).*uri: '([^']*)'.*", "$1"));
      HiveMetaStoreClient other = new HiveMetaStoreClient(conf);
      LockComponent table = new LockComponent(LockType.EXCLUSIVE, LockLevel.TABLE, "shop_views");
      table.setTablename("daily_revenue");
      long lock = other.lock(new LockRequest(List.of(table), "ada", "other-host")).getLockid();
      try {
        long started = System.nanoTime();
        RefreshOutcome outcome = bergview.refreshView(RefreshRequest.of(VIEW));
        assertThat(outcome.failures()).hasSize(1);
        BergviewException failure = outcome.failures().get(0).error();
        assertThat(failure.code()).isEqualTo(ErrorCode.TABLE_LOCKED);
        assertThat(failure)
            .hasMessageContainingAll("shop_views.daily_revenue", "SHOW LOCKS", "hive.txn.timeout");
        assertThat(System.nanoTime() - started).as("waited once").isLessThan(15_000_000_000L);

        write(
            Project.FILE,
            catalog.replace("}", ", hadoop.iceberg.engine.hive.lock-enabled: 'false'}"));
        try (Bergview withoutLocks = Bergview.open(folder)) {
          assertRefreshed(withoutLocks);
        }
      } finally {
        other.unlock(lock);
        other.close();
      }
      Shop.change(bergview.catalog("lake"), 8);
      assertRefreshed(bergview);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsSilentIsGivenUpAndTheErrorSaysAfterHowLong(CatalogServer server)
      throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String short2s =
          switch (server) {
            case POSTGRES -> "type: jdbc, jdbc.socketTimeout: 2, jdbc.sslmode: disable";
            case REST -> "type: rest, rest.client.socket-timeout-ms: 2000";
            case HIVE -> "type: hive, hadoop.hive.metastore.client.socket.timeout: 1s";
          };
      String uri =
          switch (server) {
            case POSTGRES -> "jdbc:postgresql://127.0.0.1:%d/lake";
            case REST -> "http://127.0.0.1:%d";
            case HIVE -> "thrift://127.0.0.1:%d";
          };
      write(
          Project.FILE,
          "catalogs:\n  lake: {%s, uri: '%s', warehouse: w}\n"
              .formatted(short2s, uri.formatted(silent.getLocalPort())));
      try (Bergview bergview = Bergview.open(folder)) {
        assertThatThrownBy(bergview::listViews)
            .isInstanceOfSatisfying(
                BergviewException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNREACHABLE))
            .hasMessageMatching("(?s).*cannot be reached, tried for \\d+ s.*");
      }
    }
  }

  @Test
  void aWrongTokenIsRefusedAtOnceAndNotShown() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"error\":{\"message\":\"no such token\",\"type\":\"NotAuthorizedException\",\"code\":401}}"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      write(
          Project.FILE,
          "catalogs:\n  lake: {type: rest, uri: 'http://127.0.0.1:%d', token: hunter22}\n"
              .formatted(server.getAddress().getPort()));
      long started = System.nanoTime();
      try (Bergview bergview = Bergview.open(folder)) {
        assertThatThrownBy(bergview::listViews)
            .isInstanceOfSatisfying(
                BergviewException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
            .hasMessageContaining("no such token")
            .hasMessageNotContaining("hunter");
      }
      assertThat(System.nanoTime() - started).isLessThan(10_000_000_000L);
    } finally {
      server.stop(0);
    }
  }
}
