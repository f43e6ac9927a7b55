package io.bergview.discover;

import static io.bergview.discover.Lake.columns;
import static io.bergview.discover.Lake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.discover.Drift.Change;
import io.bergview.discover.Drift.ChangeKind;
import io.bergview.errors.NotFoundException;
import java.nio.file.Path;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How types differ from tables, without any view; with views: DiscoverTest of the command line. */
class DriftTest {
  @TempDir private Path folder;
  private Lake lake;
  private Table orders;

  @BeforeEach
  void open() {
    lake = new Lake(folder);
    orders =
        lake.table(
            "shop.orders",
            columns(
                "order_id", Types.LongType.get(),
                "customer_id", Types.LongType.get(),
                "total", Types.IntegerType.get()),
            row(1L, 7L, 3),
            row(2L, 8L, 4));
    lake.type(
        "Order.yaml",
        "$type: Order\n$table: shop.orders\n$id: order_id\ntotal: int\ncustomer: '-> Customer'\n"
            + "---\n$type: Customer\n");
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Change only() {
    Drift drift = lake.drift();
    assertThat(drift.broken()).isEmpty();
    assertThat(drift.unreadable()).isEmpty();
    assertThat(drift.changes()).hasSize(1);
    return drift.changes().get(0);
  }

  @Test
  void withoutChangesThereIsNoDrift() {
    assertThat(lake.drift().changes()).isEmpty();
    assertThat(lake.drift().types()).isEqualTo(1);
  }

  @Test
  void aRenamedColumnThatTheTypeNamesIsFoundByItsId() {
    orders.updateSchema().renameColumn("customer_id", "buyer_id").commit();
    assertThat(only().kind()).isEqualTo(ChangeKind.RENAMED);
    assertThat(only().subject()).isEqualTo("customer_id");
    assertThat(only().detail()).contains("'buyer_id'");
  }

  @Test
  void aColumnThatIsGoneOrRetypedIsReported() {
    orders.updateSchema().deleteColumn("customer_id").commit();
    assertThat(only().kind()).isEqualTo(ChangeKind.GONE);
    orders.updateSchema().addColumn("customer_id", Types.LongType.get()).commit();
    orders.updateSchema().updateColumn("total", Types.LongType.get()).commit();
    assertThat(only().kind()).isEqualTo(ChangeKind.RETYPED);
    assertThat(only().detail()).isEqualTo("is long now, and the type says int");
  }

  @Test
  void aKeyThatIsNoLongerUniqueOrHasNullsIsReported() {
    Lake.append(orders, row(1L, 9L, 1), row(null, 9L, 1));
    assertThat(lake.drift().changes())
        .extracting(Change::kind)
        .containsExactly(ChangeKind.KEY_REPEATED, ChangeKind.KEY_NULL);
    assertThat(lake.drift().changes().get(0).detail())
        .isEqualTo("1 value occurs more than once in shop.orders");
  }

  @Test
  void aTableThatIsGoneIsReported() {
    lake.catalog().dropTable(TableIdentifier.of("shop", "orders"));
    assertThat(only().kind()).isEqualTo(ChangeKind.TABLE_GONE);
  }

  @Test
  void onlyTypesWhoseTablesMatchAreCompared() {
    assertThat(lake.drift("shop.*").types()).isEqualTo(1);
    assertThatThrownBy(() -> lake.drift("crm.*"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No table of an entity type matches 'crm.*'");
  }
}
