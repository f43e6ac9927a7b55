package io.bergview.projection.statement;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One SQL statement. */
public sealed interface Statement {
  /** Of its first word. */
  Place place();

  /** As written, without the semicolon and without comments before or after it. */
  String text();

  /** Where the view or table that it is about is named; its beginning if it names none. */
  default Place subject() {
    return place();
  }

  /**
   * A query in a statement.
   *
   * @param text as written
   * @param place of its first word
   */
  record Query(String text, Place place) {
    public Query {
      requireNonNull(text, "text is null");
      requireNonNull(place, "place is null");
    }
  }

  /** What is done where a view of the name exists. */
  enum IfExists {
    FAIL,
    REPLACE,
    KEEP
  }

  /**
   * {@code CREATE MATERIALIZED VIEW}.
   *
   * @param columns names of the output columns; empty for those of the query
   * @param settings by key of the view language: {@code $shards}, {@code $refresh.mode}
   */
  record CreateView(
      Place place,
      String text,
      IfExists ifExists,
      SqlName name,
      List<String> columns,
      Map<String, Setting> settings,
      Query query)
      implements Statement {
    public CreateView {
      requireNonNull(place, "place is null");
      requireNonNull(text, "text is null");
      requireNonNull(ifExists, "ifExists is null");
      requireNonNull(name, "name is null");
      columns = List.copyOf(columns);
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      requireNonNull(query, "query is null");
    }

    @Override
    public Place subject() {
      return name.place();
    }
  }

  /**
   * {@code ALTER MATERIALIZED VIEW v SET (...)}.
   *
   * @param settings by key as {@code alterView} has it, {@code refresh.mode}; empty for the default
   */
  record AlterSettings(
      Place place, String text, SqlName name, Map<String, Optional<Setting>> settings)
      implements Statement {
    public AlterSettings {
      requireNonNull(place, "place is null");
      requireNonNull(text, "text is null");
      requireNonNull(name, "name is null");
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code ALTER MATERIALIZED VIEW v AS SELECT ...}. */
  record AlterQuery(Place place, String text, SqlName name, Query query) implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code DROP MATERIALIZED VIEW [IF EXISTS] v}. */
  record DropView(Place place, String text, boolean ifExists, SqlName name) implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code REFRESH MATERIALIZED VIEW v [FULL] [WITH UPSTREAM]}. */
  record RefreshView(Place place, String text, SqlName name, boolean full, boolean upstream)
      implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** What maintains a view's table. */
  enum Maintenance {
    VACUUM,
    COMPACT,
    VERIFY
  }

  /** {@code VACUUM}, {@code COMPACT} or {@code VERIFY MATERIALIZED VIEW v}. */
  record MaintainView(Place place, String text, Maintenance action, SqlName name)
      implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code SHOW MATERIALIZED VIEWS}. */
  record ShowViews(Place place, String text) implements Statement {}

  /** {@code SHOW CREATE MATERIALIZED VIEW v}. */
  record ShowCreate(Place place, String text, SqlName name) implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code SHOW TABLES [IN ns]}. */
  record ShowTables(Place place, String text, Optional<SqlName> namespace) implements Statement {
    @Override
    public Place subject() {
      return namespace.map(SqlName::place).orElse(place);
    }
  }

  /** {@code CREATE SCHEMA [IF NOT EXISTS] s}: a namespace. */
  record CreateSchema(Place place, String text, boolean ifNotExists, SqlName name)
      implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /**
   * {@code DROP SCHEMA [IF EXISTS] s [CASCADE]}.
   *
   * @param cascade whether all that is in it goes too
   */
  record DropSchema(Place place, String text, boolean ifExists, SqlName name, boolean cascade)
      implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /**
   * {@code SHOW SCHEMAS [IN catalog]}.
   *
   * @param catalog by its name; empty for all
   */
  record ShowSchemas(Place place, String text, Optional<SqlName> catalog) implements Statement {
    @Override
    public Place subject() {
      return catalog.map(SqlName::place).orElse(place);
    }
  }

  /** {@code DESCRIBE t}, a table or a view. */
  record Describe(Place place, String text, SqlName name) implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code EXPLAIN MATERIALIZED VIEW v}. */
  record ExplainView(Place place, String text, SqlName name) implements Statement {
    @Override
    public Place subject() {
      return name.place();
    }
  }

  /** {@code EXPLAIN CREATE MATERIALIZED VIEW ...}: what it would do. */
  record ExplainCreate(Place place, String text, CreateView create) implements Statement {
    @Override
    public Place subject() {
      return create.subject();
    }
  }

  /** {@code EXPLAIN SELECT ...}: who would answer. */
  record ExplainQuery(Place place, String text, Query query) implements Statement {}

  /** {@code SELECT}, {@code WITH}, {@code VALUES} or {@code FROM}. */
  record Select(Place place, String text, Query query) implements Statement {}
}
