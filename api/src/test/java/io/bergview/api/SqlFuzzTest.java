package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.RandomQuery;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.Tpch;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.query.QueryBinder;
import io.bergview.projection.syntax.SqlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Damaged queries are plans or are refused with a place in their text, in little time. */
class SqlFuzzTest {
  private static final Pattern TOKEN =
      Pattern.compile("'[^']*'|[A-Za-z_][A-Za-z_0-9]*|[0-9.]+|<=|>=|<>|\\|\\||[^\\s]");

  @TempDir private static Path folder;
  private static Tables tables;

  /** Types by the names of the tables, read once. */
  private record Tables(Map<String, EntityType> types, Map<String, Schema> schemas)
      implements TypeSource {
    @Override
    public Collection<String> names() {
      return types.keySet();
    }

    @Override
    public Optional<EntityType> type(String name) {
      return Optional.ofNullable(types.get(name));
    }

    @Override
    public Optional<EntityType> table(List<String> path) {
      return type(String.join("_", path));
    }

    @Override
    public Schema schema(EntityType type) {
      return schemas.get(type.name());
    }
  }

  @BeforeAll
  static void readSchemas() {
    Map<String, EntityType> types = new LinkedHashMap<>();
    Map<String, Schema> schemas = new LinkedHashMap<>();
    try (Bergview bergview =
        Projects.create(folder, "settings: {memory-limit: 512MiB, threads: 2}\n", Map.of())) {
      Catalog catalog = bergview.catalog("lake");
      ((SupportsNamespaces) catalog).createNamespace(Namespace.of("s"));
      new RandomQueryTables(catalog, new Random(1));
      Tpch.generate(catalog, new Tpch.Options(0.0001), Progress.SILENT);
      for (String namespace : List.of("s", "tpch")) {
        for (TableIdentifier table : catalog.listTables(Namespace.of(namespace))) {
          String name = namespace + "_" + table.name();
          String text = "$type: %s\n$table: %s\n".formatted(name, table);
          types.put(
              name,
              (EntityType) new DefinitionReader(Set.of("lake")).read("types.yaml", text).get(0));
          schemas.put(name, catalog.loadTable(table).schema());
        }
      }
    }
    tables = new Tables(types, schemas);
    // The first query loads DuckDB, which takes its time.
    new QueryBinder(tables).bindView("SELECT k FROM s.a");
  }

  /** What hangs is ended. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void damagedQueriesArePlansOrRefused() {
    List<List<String>> originals = new ArrayList<>();
    Tpch.queries().values().forEach(sql -> originals.add(tokens(sql)));
    int bound = 0;
    int count = Integer.getInteger("bergview.queries", Seeds.many() ? 20_000 : 1_000);
    for (int i = 1; i <= count; i++) {
      Random random = new Random(i);
      List<String> tokens =
          random.nextInt(3) == 0
              ? new ArrayList<>(originals.get(random.nextInt(originals.size())))
              : tokens(RandomQuery.draw(random).sql());
      int damages = random.nextInt(4);
      for (int d = 0; d < damages; d++) {
        damage(tokens, originals, random);
      }
      bound += bind(i, String.join(" ", tokens)) ? 1 : 0;
    }
    assertThat(bound).as("of %d queries", count).isBetween(count / 6, count - count / 6);
  }

  private static List<String> tokens(String sql) {
    return new ArrayList<>(TOKEN.matcher(sql).results().map(MatchResult::group).toList());
  }

  private static void damage(List<String> tokens, List<List<String>> others, Random random) {
    if (tokens.isEmpty()) {
      return;
    }
    int at = random.nextInt(tokens.size());
    int other = random.nextInt(tokens.size());
    switch (random.nextInt(6)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.add(at, tokens.get(other));
      case 2 -> Collections.swap(tokens, at, other);
      case 3 -> tokens.set(at, tokens.get(other));
      case 4 -> {
        List<String> donor = others.get(random.nextInt(others.size()));
        int from = random.nextInt(donor.size());
        int length = Math.min(donor.size() - from, random.nextInt(1, 12));
        tokens.addAll(at, List.copyOf(donor.subList(from, from + length)));
      }
      default -> {
        int length = Math.min(tokens.size() - at, random.nextInt(1, 8));
        tokens.subList(at, at + length).clear();
      }
    }
  }

  private static boolean bind(int number, String sql) {
    try {
      new QueryBinder(tables).bindView(sql);
      return true;
    } catch (SqlException e) {
      assertThat(e.problem()).as("of query %d: %s", number, sql).isNotBlank();
      assertThat(e.offset()).as("of query %d: %s", number, sql).isBetween(0, sql.length());
      return false;
    } catch (DefinitionException refused) {
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("query %d: %s".formatted(number, sql), e);
    }
  }
}
