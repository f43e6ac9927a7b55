package io.bergview.spark.engine;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.projection.sql.SqlNames;
import io.bergview.spark.sql.SparkDialect;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Plans as Spark SQL. Spark would compute again, for each reader, the rows that several operators
 * of a plan read, and would number them anew; so these become tables before the plan is rendered.
 */
final class SparkSql {
  private SparkSql() {}

  static SqlDialect dialect() {
    return SparkDialect.SPARK;
  }

  /**
   * @param computed runs a query into a table and gives what stands in FROM for it
   */
  static String select(Plan plan, Relations relations, UnaryOperator<String> computed) {
    return dialect().select(plan, new Computed(relations, computed));
  }

  private static final class Computed implements Relations {
    private final Relations relations;
    private final UnaryOperator<String> run;
    private final Map<Plan, String> tables = new IdentityHashMap<>();

    Computed(Relations relations, UnaryOperator<String> run) {
      this.relations = relations;
      this.run = run;
    }

    @Override
    public String of(SourceTable source) {
      return relations.of(source);
    }

    @Override
    public String earlier(SourceTable source) {
      return relations.earlier(source);
    }

    @Override
    public String given(String name) {
      return relations.given(name);
    }

    @Override
    public Optional<String> computed(Plan plan) {
      String known = tables.get(plan);
      if (known == null) {
        known = run.apply(query(plan));
        tables.put(plan, known);
      }
      return Optional.of(known);
    }

    private String query(Plan plan) {
      if (plan instanceof Plan.AssignUniqueId assign) {
        return "SELECT *, %s AS %s FROM (%s) AS numbered"
            .formatted(
                dialect().rowNumbers(),
                SqlNames.column(assign.number().id()),
                dialect().select(assign.input(), this));
      }
      return dialect().select(((DeltaPlan.Shared) plan).input(), this);
    }
  }
}
