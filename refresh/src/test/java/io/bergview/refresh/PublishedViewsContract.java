package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.view.PublishedViews;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.define.DefinePlan;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published of views in a catalog that holds Iceberg views: the catalog {@code lake}. */
abstract class PublishedViewsContract {
  private static final String PUBLISHED = "$publish: shop.totals\n" + SmallShop.STATUS_TOTALS;

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  /** The text of {@code bergview.yaml}. */
  abstract String settings() throws Exception;

  /** A name that has to be quoted, as far as the catalog takes such ones. */
  String oddName() {
    return "Odd.Name";
  }

  @BeforeEach
  void open() throws Exception {
    project = TestProject.create(folder, settings());
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private ViewCatalog views() {
    return (ViewCatalog) project.catalog();
  }

  private View published(String name) {
    return views().loadView(TableIdentifier.of("shop", name));
  }

  private boolean isThere(String name) {
    return views().viewExists(TableIdentifier.of("shop", name));
  }

  private static List<String> columns(View view) {
    return view.schema().columns().stream().map(Types.NestedField::name).toList();
  }

  private static String sql(View view, String dialect) {
    SQLViewRepresentation sql = view.sqlFor(dialect);
    assertThat(sql.dialect()).isEqualTo(dialect);
    return sql.sql();
  }

  /** What somebody else has made. */
  private void makeView(String name) {
    views()
        .buildView(TableIdentifier.of("shop", name))
        .withSchema(new Schema(Types.NestedField.optional(1, "one", Types.IntegerType.get())))
        .withDefaultNamespace(Namespace.of("shop"))
        .withQuery("spark", "SELECT 1 AS one")
        .create();
  }

  private BergviewException refused(String view, String text) {
    BergviewException[] failure = new BergviewException[1];
    assertThatThrownBy(() -> project.define(view, text))
        .isInstanceOfSatisfying(BergviewException.class, e -> failure[0] = e);
    return failure[0];
  }

  private void isSettled(String view, boolean published) {
    Map<String, String> properties = project.tableOf(view).properties();
    assertThat(properties).doesNotContainKey(ViewProperties.UNPUBLISH);
    assertThat(properties.containsKey(ViewProperties.PUBLISHED)).isEqualTo(published);
    assertThat(PublishedViews.isBehind(project.view(view))).isFalse();
  }

  @Test
  void theVisibleColumnsAreAView() {
    project.define("Totals", "$description: By status\n" + PUBLISHED);
    View view = published("totals");
    assertThat(columns(view)).containsExactly("status", "orders", "revenue");
    assertThat(columns(view)).isSubsetOf(tableColumns("Totals")).doesNotContain("_state");
    assertThat(tableColumns("Totals")).contains("_state");
    assertThat(sql(view, "spark")).isEqualTo("SELECT `status`, `orders`, `revenue` FROM `totals`");
    assertThat(sql(view, "trino"))
        .isEqualTo(
            "SELECT \"status\", \"orders\", \"revenue\" FROM \"lake\".\"shop_views\".\"totals\"");
    assertThat(view.currentVersion().defaultNamespace()).isEqualTo(Namespace.of("shop_views"));
    assertThat(view.currentVersion().defaultCatalog()).isNull();
    assertThat(view.properties())
        .containsEntry(PublishedViews.PUBLISHED_BY, project.tableOf("Totals").uuid().toString())
        .containsEntry("bergview.view", "Totals")
        .containsEntry("comment", "By status");
    isSettled("Totals", true);
    assertThat(project.tableOf("Totals").properties())
        .containsEntry(
            "bergview.published",
            "{\"format\":1,\"view\":\"shop.totals\",\"table\":\"shop_views.totals\",\"columns\":0}");
    assertThat(project.explain("Totals").toJson().get("published").toString())
        .isEqualTo("{\"view\":\"shop.totals\",\"current\":true}");
    project.refresh("Totals");
    assertThat(published("totals").currentVersion().versionId()).isEqualTo(1);
    assertThat(project.apply().steps())
        .extracting(DefinePlan::action)
        .containsExactly(DefinePlan.Action.UNCHANGED);
    assertThat(published("totals").currentVersion().versionId()).isEqualTo(1);
  }

  private List<String> tableColumns(String view) {
    return project.tableOf(view).schema().columns().stream().map(Types.NestedField::name).toList();
  }

  @Test
  void columnsOfAnotherDefinitionArePublishedOnceTheTableHasThem() {
    project.define("Totals", PUBLISHED);
    project.refresh("Totals");
    project.define("Totals", PUBLISHED + "$having: {orders: {$gt: 0}}\n");
    project.define(
        "Totals",
        "$publish: shop.totals\n"
            + "$from: Order\n"
            + "$groupBy: [status]\n"
            + "$compute: {n: {$count: '*'}, most: {$max: total}}\n");
    assertThat(columns(published("totals"))).containsExactly("status", "orders", "revenue");
    assertThat(PublishedViews.isBehind(project.view("Totals"))).isFalse();
    assertThat(project.refresh("Totals").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(columns(published("totals"))).containsExactly("status", "n", "most");
    assertThat(sql(published("totals"), "spark"))
        .isEqualTo("SELECT `status`, `n`, `most` FROM `totals`");
    isSettled("Totals", true);
  }

  @Test
  void columnsThatEvolveWithTheSourceAreFollowed() {
    project.define("Orders", "$publish: shop.all_orders\n$from: Order\n");
    project.refresh("Orders");
    assertThat(published("all_orders").schema().findType("quantity"))
        .isEqualTo(Types.IntegerType.get());
    shop.orders().updateSchema().updateColumn("quantity", Types.LongType.get()).commit();
    project.refresh("Orders");
    assertThat(project.tableOf("Orders").schema().findType("quantity"))
        .isEqualTo(Types.LongType.get());
    assertThat(published("all_orders").schema().findType("quantity"))
        .isEqualTo(Types.LongType.get());
    isSettled("Orders", true);
  }

  @Test
  void anotherNameTakesThePlaceOfTheFirstAndNoneTakesItAway() {
    project.define("Totals", PUBLISHED);
    project.define("Totals", PUBLISHED.replace("shop.totals", "shop.by_status"));
    assertThat(isThere("totals")).isFalse();
    assertThat(isThere("by_status")).isTrue();
    isSettled("Totals", true);
    project.define("Totals", SmallShop.STATUS_TOTALS);
    assertThat(isThere("by_status")).isFalse();
    isSettled("Totals", false);
    project.define("Totals", PUBLISHED);
    assertThat(isThere("totals")).isTrue();
  }

  @Test
  void aSettingOfARegisteredView() {
    project.define("Totals", SmallShop.STATUS_TOTALS);
    project.refresh("Totals");
    alter("Totals", Optional.of("shop.totals"));
    assertThat(isThere("totals")).isTrue();
    assertThat(project.refresh("Totals").kind()).isEqualTo(RefreshKind.SKIP);
    alter("Totals", Optional.empty());
    assertThat(isThere("totals")).isFalse();
    isSettled("Totals", false);
  }

  private void alter(String view, Optional<String> name) {
    project.altering().alter(new ViewAlteration(view, Map.of("publish", name), Optional.empty()));
  }

  @Test
  void itIsDroppedWithTheView() {
    project.define("Totals", PUBLISHED);
    project.registry().drop("Totals");
    assertThat(isThere("totals")).isFalse();
  }

  @Test
  void whatOthersHaveMadeSinceIsLeftToThem() {
    project.define("Totals", PUBLISHED);
    views().dropView(TableIdentifier.of("shop", "totals"));
    makeView("totals");
    assertThat(refused("Totals", PUBLISHED).code()).isEqualTo(ErrorCode.VIEW_EXISTS);
    project.define("Totals", PUBLISHED.replace("shop.totals", "shop.other"));
    assertThat(columns(published("totals"))).containsExactly("one");
    views().dropView(TableIdentifier.of("shop", "other"));
    makeView("other");
    project.registry().drop("Totals");
    assertThat(columns(published("other"))).containsExactly("one");
  }

  @Test
  void aNameThatIsTakenIsRefusedBeforeAnythingIsWritten() {
    makeView("taken");
    project.define("First", "$publish: shop.first\n" + SmallShop.STATUS_TOTALS);
    for (String name : List.of("taken", "orders", "first")) {
      BergviewException failure =
          refused("Totals", "$publish: shop.%s\n%s".formatted(name, SmallShop.STATUS_TOTALS));
      assertThat(failure.code()).isEqualTo(ErrorCode.VIEW_EXISTS);
      assertThat(failure)
          .hasMessageContaining("View Totals cannot be published as shop." + name)
          .hasMessageContaining(
              switch (name) {
                case "taken" -> "an Iceberg view that Bergview has not made";
                case "orders" -> "a table";
                default -> "view First is published as";
              });
    }
    assertThat(project.registry().names()).containsExactly("First");
  }

  @Test
  void oneThatIsLostIsMadeAgain() {
    project.define("Totals", PUBLISHED);
    project.refresh("Totals");
    views().dropView(TableIdentifier.of("shop", "totals"));
    DefinePlan plan = TestProject.step(project.applying().plan(), "Totals");
    assertThat(plan.action()).isEqualTo(DefinePlan.Action.UNCHANGED);
    assertThat(plan.notes())
        .containsExactly("the published view shop.totals is missing, and is made again");
    assertThat(isThere("totals")).isFalse();
    project.apply();
    assertThat(columns(published("totals"))).containsExactly("status", "orders", "revenue");
    assertThat(TestProject.step(project.applying().plan(), "Totals").notes()).isEmpty();
  }

  @Test
  void oneThatOthersHaveChangedIsChangedBack() {
    project.define("Totals", PUBLISHED);
    published("totals")
        .replaceVersion()
        .withSchema(published("totals").schema())
        .withDefaultNamespace(Namespace.of("shop"))
        .withQuery("spark", "SELECT 1")
        .withQuery("duckdb", "SELECT 2")
        .commit();
    project.apply();
    View view = published("totals");
    assertThat(sql(view, "spark")).startsWith("SELECT `status`");
    assertThat(view.currentVersion().representations()).hasSize(2);
    assertThat(view.currentVersion().defaultNamespace()).isEqualTo(Namespace.of("shop_views"));
  }

  @Test
  void theDescriptionIsItsCommentAndChangesWithIt() {
    project.define("Totals", PUBLISHED);
    assertThat(published("totals").properties()).doesNotContainKey("comment");
    project.define("Totals", "$description: by status\n" + PUBLISHED);
    assertThat(published("totals").properties()).containsEntry("comment", "by status");
    project.define("Totals", PUBLISHED);
    assertThat(published("totals").properties()).doesNotContainKey("comment");
  }

  @Test
  void oneOfAnEarlierTableOfTheViewIsTakenOver() {
    project.define("Totals", PUBLISHED);
    project.catalog().dropTable(TableIdentifier.of("shop_views", "totals"), false);
    project.apply();
    assertThat(published("totals").properties())
        .containsEntry(PublishedViews.PUBLISHED_BY, project.tableOf("Totals").uuid().toString());
  }

  @Test
  void namesOfAnyKindAreQuoted() {
    project.define(
        "select",
        """
        $publish: shop.`%s`
        $table: shop_views.`from`
        $from: Order
        $select: {'Ünï "q"': status, 'tick`tick': total, order: order_id, ORDERS: quantity}
        """
            .formatted(oddName()));
    project.refresh("select");
    View view = published(oddName());
    assertThat(sql(view, "spark"))
        .isEqualTo("SELECT `Ünï \"q\"`, `tick``tick`, `order`, `ORDERS` FROM `from`");
    assertThat(sql(view, "trino"))
        .isEqualTo(
            "SELECT \"Ünï \"\"q\"\"\", \"tick`tick\", \"order\", \"ORDERS\" FROM"
                + " \"lake\".\"shop_views\".\"from\"");
    project.registry().drop("select");
    assertThat(isThere(oddName())).isFalse();
  }

  @Test
  void theNamespaceIsMade() {
    project.define("Totals", PUBLISHED.replace("shop.totals", "marts.totals"));
    assertThat(views().viewExists(TableIdentifier.of("marts", "totals"))).isTrue();
  }

  @Test
  void whatIsPublishedIsNoSource() {
    project.define("Totals", PUBLISHED);
    BergviewException failure =
        refused("Above", "$from: shop.totals\n$groupBy: []\n$compute: {n: {$count: '*'}}\n");
    assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNSUPPORTED);
    assertThat(failure)
        .hasMessageContaining("what view Totals is published as")
        .hasMessageContaining("name the view itself, Totals");
  }

  @Test
  void aNameWithACatalogAndThatOfTheTableAreWrong() {
    assertThat(refused("Totals", PUBLISHED.replace("shop.totals", "lake.shop.totals")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("in the catalog of the view's table, 'lake'")
        .hasMessageContaining("write shop.totals");
    assertThat(refused("Totals", PUBLISHED.replace("shop.totals", "shop_views.totals")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("the view's own table is called so");
    assertThat(refused("Totals", PUBLISHED.replace("shop.totals", "totals")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("names no namespace");
    assertThat(project.registry().names()).isEmpty();
  }

  @Test
  void aProtectedNamespaceKeepsIt() {
    project.define("Totals", PUBLISHED.replace("shop.totals", "marts.totals"));
    ((SupportsNamespaces) project.catalog())
        .setProperties(
            Namespace.of("marts"), Collections.singletonMap("bergview.protected", "true"));
    assertThatThrownBy(() -> project.registry().drop("Totals"))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NAMESPACE_PROTECTED));
    assertThat(views().viewExists(TableIdentifier.of("marts", "totals"))).isTrue();
    assertThat(project.registry().names()).containsExactly("Totals");
  }
}
