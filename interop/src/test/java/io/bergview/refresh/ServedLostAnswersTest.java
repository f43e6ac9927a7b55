package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.interop.CatalogServer;
import io.bergview.interop.LostAnswers;
import io.bergview.interop.LostAnswers.Loss;
import io.bergview.verify.VerifyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A catalog that commits, and whose answer says otherwise or does not arrive. */
@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedLostAnswersTest {
  private static final String VIEW = "OrderView";
  private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

  /** How the answer to a commit gets lost. */
  enum Fault {
    REST_500(CatalogServer.REST, "500 Internal Server Error"),
    REST_502(CatalogServer.REST, "502 Bad Gateway"),
    REST_503(CatalogServer.REST, "503 Service Unavailable"),
    /** Iceberg's client asks again, and is refused since its own commit is there. */
    REST_503_AGAIN(CatalogServer.REST, "503 Service Unavailable\r\nRetry-After: 1"),
    REST_504(CatalogServer.REST, "504 Gateway Timeout"),
    REST_CUT(CatalogServer.REST, ""),
    POSTGRES_CUT(CatalogServer.POSTGRES, ""),
    POSTGRES_RESTART(CatalogServer.POSTGRES, ""),
    HIVE_CUT(CatalogServer.HIVE, "");

    private final CatalogServer server;
    private final String status;

    Fault(CatalogServer server, String status) {
      this.server = server;
      this.status = status;
    }

    /** Of a commit to the view's table. */
    private Pattern commit() {
      return Pattern.compile(
          switch (server) {
            case REST -> "POST /v1/namespaces/shop_views/tables/order_view ";
            case POSTGRES -> "(?s)UPDATE iceberg_tables SET metadata_location.*order_view";
            case HIVE -> "(?s)alter_table.*order_view";
          });
    }

    Loss loss(boolean arrives) {
      String answer =
          status.isEmpty()
              ? ""
              : "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      return new Loss(
          commit(),
          arrives,
          answer,
          this == POSTGRES_RESTART ? CatalogServer::restartPostgres : () -> {});
    }
  }

  private final Fault fault;
  @TempDir private Path folder;
  private LostAnswers way;
  private TestProject project;
  private SmallShop shop;

  ServedLostAnswersTest(Fault fault) {
    this.fault = fault;
  }

  @BeforeEach
  void open() throws IOException {
    String catalog = fault.server.catalogOf(folder);
    Matcher address = ADDRESS.matcher(catalog);
    assertThat(address.find()).isTrue();
    way = LostAnswers.before(Integer.parseInt(address.group(1)));
    String there = catalog.replace(address.group(), "127.0.0.1:" + way.port());
    // A statement that the server knows by a number would not be recognised.
    String recognised =
        there.replace("    jdbc.user:", "    jdbc.prepareThreshold: 0\n    jdbc.user:");
    project = TestProject.create(folder, recognised + TestProject.SETTINGS);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
  }

  @AfterEach
  void close() throws IOException {
    project.close();
    way.close();
  }

  private void assertIsRightAfter(int refreshes) {
    shop.assertOrderViewIsRight();
    assertThat(project.verify(VIEW)).matches(VerifyResult::equal, "equals its recompute");
    assertThat(project.tableOf(VIEW).snapshots()).hasSize(refreshes);
  }

  @Test
  void refreshWhoseCommitLandedIsThereOnceAndIsFollowedByTheNext() {
    shop.addOrder(20);
    way.loseNext(fault.loss(true));
    RefreshResult result = project.refresh(VIEW);
    way.awaitLoss();
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertIsRightAfter(2);

    shop.addOrder(21);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertIsRightAfter(3);
  }

  @Test
  void refreshWhoseCommitDidNotArriveIsThereOnceAfterTheNext() {
    assumeTrue(fault.status.isEmpty(), "nothing is answered");
    shop.addOrder(20);
    way.loseNext(fault.loss(false));
    RefreshOutcome outcome = project.refresh(RefreshRequest.of(VIEW));
    way.awaitLoss();
    assertThat(outcome.failures())
        .allMatch(
            failure ->
                failure.error().code() == ErrorCode.COMMIT_STATE_UNKNOWN
                    || failure.error().code() == ErrorCode.CATALOG_UNREACHABLE);

    project.refresh(VIEW);
    assertIsRightAfter(2);
  }

  @Test
  void definitionWhoseCommitLandedIsThere() {
    assumeTrue(
        fault != Fault.REST_502 && fault != Fault.REST_503 && fault != Fault.REST_504,
        "the same as REST_500");
    way.loseNext(fault.loss(true));
    try {
      project.define(VIEW, SmallShop.ORDER_VIEW + "$filter: {status: paid}\n");
    } catch (BergviewException unknown) {
      assertThat(unknown.code())
          .isIn(ErrorCode.COMMIT_STATE_UNKNOWN, ErrorCode.CATALOG_UNREACHABLE);
    }
    way.awaitLoss();
    project.apply();
    assertThat(project.view(VIEW).definitionVersion()).isEqualTo(2);
    project.refresh(VIEW);
    assertThat(project.contents(VIEW)).hasSize(2);
    assertThat(project.verify(VIEW)).matches(VerifyResult::equal, "equals its recompute");
  }
}
