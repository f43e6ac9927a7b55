package io.bergview.cli;

import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.yaml.YamlForm;
import io.bergview.refresh.explain.ShardSizes;
import io.bergview.refresh.explain.ViewExplanation;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code explainView}. */
@Command(
    name = "explainView",
    aliases = "explain-view",
    header = {"Describe a view: columns, plan, layout, next refresh.", ""},
    description = {
      "Describes a view: its columns and where each comes from, its logical plan and SQL, the"
          + " layout of its table, its sources, and what a refresh would do now and why; of a view"
          + " in SQL also the same view in YAML, if there is one. Reads metadata only."
    },
    footerHeading = "%nExample:%n",
    footer = {"  bergview explainView OrderDetails"})
final class ExplainViewCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  ExplainViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    ViewExplanation explanation = withProject(bergview -> bergview.explainView(view));
    if (json()) {
      print(explanation.toJson());
    } else {
      text(explanation);
    }
    return ExitCode.DONE;
  }

  private void text(ViewExplanation view) {
    print("View %s, version %d".formatted(view.view(), view.definitionVersion()));
    print("");
    print("table     " + view.table());
    print("location  " + view.location());
    view.published()
        .ifPresent(
            one ->
                print(
                    "published "
                        + one.view()
                        + (one.current() ? "" : ", but not as it is now; apply does that")));
    print("state     %s: %s".formatted(view.state().state().label(), view.state().message()));
    view.state().nextTick().ifPresent(tick -> print("next tick " + tick));
    print(
        "refresh   would be %s now. %s: %s"
            .formatted(
                view.refreshNow().kind().label(),
                view.refreshNow().reason(),
                view.refreshNow().message()));
    if (view.engine() != EngineChoice.EMBEDDED) {
      print("engine    " + view.engine().word());
    }
    print("key       " + (view.key().isEmpty() ? "none" : String.join(", ", view.key())));
    section("Columns");
    TextTable columns = TextTable.of("NAME", "TYPE", "FROM");
    view.columns().forEach(column -> columns.add(column.name(), column.type(), column.source()));
    print(columns.plain());
    section("Sources");
    TextTable sources =
        new TextTable(
            List.of(
                new TextTable.Heading("TABLE", false),
                new TextTable.Heading("AS", false),
                new TextTable.Heading("ROWS", true),
                new TextTable.Heading("FILES", true),
                new TextTable.Heading("COLUMNS READ", false),
                new TextTable.Heading("NOT READ", false)));
    view.sources()
        .forEach(
            source ->
                sources.add(
                    source.table().toString(),
                    source.type(),
                    rows(source),
                    String.format(Locale.ROOT, "%,d", source.files()),
                    String.join(", ", source.columns()),
                    String.join(", ", source.notRead())));
    print(sources.plain());
    if (!view.state().leases().isEmpty()) {
      section("Leases");
      print(LeaseText.table(view.state().leases()).plain());
    }
    section("What changes cost");
    if (view.effects().isEmpty()) {
      print("Nothing: the view appends, so that its schedule alone has its whole result computed.");
    } else {
      TextTable effects = TextTable.of("SOURCE", "CHANGE", "REFRESH", "HOW");
      view.effects()
          .forEach(
              effect ->
                  effects.add(effect.type(), effect.change(), effect.kind().label(), effect.how()));
      print(effects.plain());
    }
    section("Layout");
    view.layout().forEach(line -> print("  " + line));
    section("Shards");
    print("  " + view.shards().describe());
    if (view.shards().sharding().isPresent()) {
      print("  by its size, %,d would do".formatted(view.shards().recommended()));
    }
    view.shards().sizes().ifPresent(this::shards);
    view.shards().unknown().ifPresent(why -> print("  their sizes are not known: " + why));
    section("Plan");
    print(view.planTree().stripTrailing());
    section("SQL");
    print(view.sql());
    view.yaml().ifPresent(this::yaml);
  }

  private void shards(ShardSizes sizes) {
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Heading("SHARD", false),
                new TextTable.Heading("ROWS", true),
                new TextTable.Heading("BYTES", true),
                new TextTable.Heading("FILES", true)));
    ShardSizes.Spread rows = sizes.rows();
    ShardSizes.Spread bytes = sizes.bytes();
    ShardSizes.Spread files = sizes.files();
    shard(table, "smallest", rows.min(), bytes.min(), files.min());
    shard(table, "median", rows.median(), bytes.median(), files.median());
    shard(table, "largest", rows.max(), bytes.max(), files.max());
    for (ShardSizes.Shard shard : sizes.largest()) {
      String number = "number " + shard.number().orElseThrow();
      shard(table, number, shard.rows(), shard.bytes(), shard.files());
    }
    ShardSizes.Shard none = sizes.withoutKey();
    if (none.files() > 0) {
      shard(table, "key is null", none.rows(), none.bytes(), none.files());
    }
    print(table.plain());
    if (sizes.filesOfOtherLayouts() > 0) {
      print(
          "  %s of another layout besides; compactView or refreshView --full rewrites them"
              .formatted(Times.count(sizes.filesOfOtherLayouts(), "file")));
    }
  }

  private static void shard(TextTable table, String name, long rows, long bytes, long files) {
    table.add(
        name,
        String.format(Locale.ROOT, "%,d", rows),
        String.format(Locale.ROOT, "%,d", bytes),
        String.format(Locale.ROOT, "%,d", files));
  }

  private void yaml(YamlForm form) {
    section("YAML");
    print(
        form instanceof YamlForm.Found found
            ? found.text()
            : "None: the language does not have " + ((YamlForm.None) form).why());
  }

  private static String rows(ViewExplanation.Source source) {
    String about = source.rowsAreExact() ? "" : "~";
    return source.rows() < 0 ? "?" : String.format(Locale.ROOT, "%s%,d", about, source.rows());
  }

  private void section(String title) {
    print("");
    print(title);
  }
}
