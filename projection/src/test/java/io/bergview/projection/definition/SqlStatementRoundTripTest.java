package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.statement.CreatedView;
import io.bergview.projection.statement.SqlWriter;
import io.bergview.projection.statement.Statement.CreateView;
import io.bergview.projection.statement.Statements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Views with random settings and odd names are written as statements that read back as the same.
 */
class SqlStatementRoundTripTest {
  private static final int DEFINITIONS = 2_000;

  @Test
  void whatIsWrittenReadsBack() {
    int views = 0;
    for (long seed = 0; seed < DEFINITIONS; seed++) {
      if (new RandomDefinitions(seed).next() instanceof ViewDefinition drawn) {
        ViewDefinition view = inSql(drawn);
        String statement = SqlWriter.create(view).orElseThrow();
        CreateView read = (CreateView) Statements.parse(statement, "").get(0);
        Set<String> catalogs =
            view.table().flatMap(TableName::catalog).map(Set::of).orElse(Set.of());
        assertThat(DefinitionWriter.write(CreatedView.definition(read, catalogs)))
            .describedAs("seed %d: %s", seed, statement)
            .isEqualTo(DefinitionWriter.write(view));
        views++;
      }
    }
    assertThat(views).isGreaterThan(DEFINITIONS / 4);
  }

  /** With a query instead of what the language says. */
  private static ViewDefinition inSql(ViewDefinition view) {
    LayoutSettings layout = view.layout();
    return new ViewDefinition(
        view.name(),
        view.projection(),
        "",
        Optional.of(SqlText.of("SELECT 'it''s; \"odd\"' AS x /* ; */, $$;$$\nFROM t")),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        view.refresh(),
        new LayoutSettings(
            layout.partitionBy(),
            layout.sortBy(),
            layout.shards(),
            layout.shardKey(),
            layout.replication(),
            List.of()),
        view.table(),
        view.publish(),
        view.timezone(),
        view.description(),
        Origin.NONE);
  }
}
