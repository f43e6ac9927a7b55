package io.bergview.api.sql;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.define.DefinePlan;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.define.alter.AlterPlan;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.LayoutSettings;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Origin.LineColumn;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.statement.CreatedView;
import io.bergview.projection.statement.Place;
import io.bergview.projection.statement.PlacedProblems;
import io.bergview.projection.statement.SqlName;
import io.bergview.projection.statement.SqlWriter;
import io.bergview.projection.statement.Statement.AlterQuery;
import io.bergview.projection.statement.Statement.AlterSettings;
import io.bergview.projection.statement.Statement.CreateView;
import io.bergview.projection.statement.Statement.DropView;
import io.bergview.projection.statement.Statement.IfExists;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Statements that create, alter and drop views. */
final class ViewChanges {
  private final ProjectContext context;
  private final SqlOperations operations;
  private final SqlNames names;

  ViewChanges(ProjectContext context, SqlOperations operations, SqlNames names) {
    this.context = context;
    this.operations = operations;
    this.names = names;
  }

  SqlResult create(CreateView statement) {
    Optional<String> existing = names.findView(statement.name());
    if (existing.isPresent() && statement.ifExists() == IfExists.KEEP) {
      return message("view %s exists; nothing was done".formatted(existing.get()));
    }
    if (existing.isPresent() && statement.ifExists() == IfExists.FAIL) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "View %s exists; write CREATE OR REPLACE, or IF NOT EXISTS".formatted(existing.get()));
    }
    ViewDefinition view = definition(statement, existing);
    return defined(placed(CreatedView.places(statement), () -> operations.define(view)));
  }

  /** What {@link #create} would do: for each source and kind of change the refresh that follows. */
  SqlResult explain(CreateView statement) {
    ViewDefinition view = definition(statement, names.findView(statement.name()));
    TableResult table = new TableResult().columns("source", "change", "refresh", "how");
    List<DefinePlan> plans =
        placed(CreatedView.places(statement), () -> operations.planDefine(view));
    for (DefinePlan plan : plans) {
      table.remark(headline(plan, true));
      lines(plan).forEach(table::remark);
      plan.effects()
          .forEach(
              effect ->
                  table.row(effect.type(), effect.change(), effect.kind().label(), effect.how()));
    }
    return table.build();
  }

  /** A view that is replaced keeps the spelling of its name. */
  private ViewDefinition definition(CreateView statement, Optional<String> existing) {
    CreateView named = statement;
    if (existing.isPresent() && !existing.get().equals(statement.name().last().text())) {
      List<SqlName.Part> parts = new ArrayList<>(statement.name().qualifiers());
      parts.add(new SqlName.Part(existing.get(), true));
      named =
          new CreateView(
              statement.place(),
              statement.text(),
              statement.ifExists(),
              new SqlName(parts, statement.name().place()),
              statement.columns(),
              statement.settings(),
              statement.query());
    }
    return CreatedView.definition(named, context.project().catalogs().keySet());
  }

  private static SqlResult defined(List<DefinePlan> plans) {
    List<String> lines = new ArrayList<>();
    for (DefinePlan plan : plans) {
      lines.add(headline(plan, false));
      lines.addAll(lines(plan));
    }
    return new SqlResult.Message(lines.get(0), lines.subList(1, lines.size()));
  }

  private static String headline(DefinePlan plan, boolean planned) {
    String done =
        switch (plan.action()) {
          case CREATE -> planned ? "would create" : "created";
          case ALTER, ALTER_SETTINGS, ALTER_LAYOUT -> planned ? "would alter" : "altered";
          case UNCHANGED -> "unchanged";
        };
    return "%s %s (table %s)".formatted(done, plan.view(), plan.table());
  }

  private static List<String> lines(DefinePlan plan) {
    List<String> lines = new ArrayList<>();
    plan.changes()
        .forEach(change -> lines.add("  %s  (%s)".formatted(change.text(), change.cost().words())));
    plan.notes().forEach(note -> lines.add("  note: " + note));
    plan.warnings().forEach(warning -> lines.add("  warning: " + warning));
    return lines;
  }

  SqlResult alter(AlterSettings statement) {
    String view = names.view(statement.name());
    ViewAlteration alteration = ViewAlteration.of(view);
    Map<String, Place> places = new HashMap<>(Map.of("", statement.name().place()));
    for (var change : statement.settings().entrySet()) {
      String setting = change.getKey();
      alteration =
          change.getValue().isPresent()
              ? alteration.set(setting, change.getValue().get().value().toString())
              : alteration.unset(setting);
      change.getValue().ifPresent(value -> places.put(setting, value.place()));
    }
    ViewAlteration altering = alteration;
    return altered(placed(places, () -> operations.alterView(altering)));
  }

  /** What is wrong with a definition has its place in the statement. */
  private static <T> T placed(Map<String, Place> places, Supplier<T> work) {
    try {
      return work.get();
    } catch (DefinitionException e) {
      throw PlacedProblems.in(places, e);
    }
  }

  private static SqlResult altered(AlterPlan plan) {
    List<String> details = new ArrayList<>(lines(plan.step()));
    details.add(
        "next refresh: %s. %s: %s"
            .formatted(plan.next().kind(), plan.next().reason(), plan.next().message()));
    if (plan.rewrite().files() > 0) {
      details.add(
          "existing files are not changed; COMPACT MATERIALIZED VIEW %s rewrites %,d of them, %,d bytes, into the new layout"
              .formatted(
                  SqlWriter.name(plan.step().view()),
                  plan.rewrite().files(),
                  plan.rewrite().bytes()));
    } else if (plan.step().changes().stream().anyMatch(change -> change.cost() == Cost.NEW_FILES)) {
      details.add(
          "existing files are not changed; REFRESH MATERIALIZED VIEW ... FULL rewrites them");
    }
    plan.file()
        .ifPresent(
            file ->
                details.add(
                    "%s defines the view differently: the next apply changes it back; edit that file to keep the change"
                        .formatted(file)));
    plan.note().ifPresent(details::add);
    return new SqlResult.Message(headline(plan.step(), false), details);
  }

  /** Another query; refresh settings and layout stay. */
  SqlResult alter(AlterQuery statement) {
    RegisteredView registered = context.registry().find(names.view(statement.name()));
    ViewDefinition before = registered.definition().view();
    LayoutSettings layout = before.layout();
    Optional<TableName> table =
        before.query().isPresent() ? before.table() : Optional.of(registered.tableName());
    Place query = statement.query().place();
    ViewDefinition after =
        new ViewDefinition(
            before.name(),
            before.projection(),
            "",
            Optional.of(new SqlText(statement.query().text(), query.line(), query.column())),
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
            before.refresh(),
            new LayoutSettings(
                layout.partitionBy(),
                layout.sortBy(),
                layout.shards(),
                layout.shardKey(),
                layout.replication(),
                List.of()),
            table,
            before.publish(),
            before.timezone(),
            before.description(),
            new Origin(
                query.file(),
                Map.of(
                    "", at(statement.name().place()),
                    "$sql", at(query))));
    Map<String, Place> places = Map.of("", statement.name().place(), "$sql", query);
    return defined(placed(places, () -> operations.define(after)));
  }

  private static LineColumn at(Place place) {
    return new LineColumn(place.line(), place.column());
  }

  SqlResult drop(DropView statement) {
    Optional<String> existing = names.findView(statement.name());
    if (existing.isEmpty() && statement.ifExists()) {
      return message("there is no view %s; nothing was done".formatted(statement.name()));
    }
    var dropped = operations.dropView(existing.orElseGet(() -> names.view(statement.name())));
    String text =
        "dropped %s (table %s), %,d files deleted"
            .formatted(dropped.view(), dropped.table(), dropped.filesDeleted());
    return dropped.filesKept() == 0
        ? message(text)
        : new SqlResult.Message(
            text,
            List.of(
                "%,d files outside the view's location, or not deletable, left where they are"
                    .formatted(dropped.filesKept())));
  }

  private static SqlResult message(String text) {
    return new SqlResult.Message(text, List.of());
  }
}
