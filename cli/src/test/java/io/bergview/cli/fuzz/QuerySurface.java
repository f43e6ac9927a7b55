package io.bergview.cli.fuzz;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.api.FindTexts;
import io.bergview.cli.fuzz.ValidQueries.Query;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Queries: most to a project that is open, some as commands. */
final class QuerySurface implements Surface {
  private static final int COMMAND_PERCENT = 15;

  private final ScratchProject project;
  private final Bergview open;
  private final Map<String, String> before;
  private final List<Query> queries = ValidQueries.all();

  QuerySurface(Path folder) {
    project = ShopProject.create(folder, name());
    open = Bergview.open(project.folder());
    before = project.state();
  }

  @Override
  public String name() {
    return "questions";
  }

  @Override
  public List<String> mutations() {
    return Arrays.stream(QueryMutation.values()).map(Enum::name).toList();
  }

  @Override
  public Shares shares() {
    return new Shares(25_000, 50, 20);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    QueryMutation.Drawn drawn = QueryMutation.draw(queries, chance);
    Query query = drawn.query();
    ResultFormat form = chance.oneOf(ResultFormat.values());
    boolean command = chance.in100(COMMAND_PERCENT);
    String format = chance.oneOf("table", "json", "ndjson", "csv");
    return new Case(
        drawn.mutation().name(),
        query.toString(),
        () -> unchanged(command ? command(query, format) : ask(query, form)));
  }

  private Outcome unchanged(Outcome outcome) {
    Map<String, String> now = project.state();
    if (!now.equals(before)) {
      outcome.faults().add("a question changed " + Folders.difference(before, now));
    }
    return outcome;
  }

  private Outcome ask(Query query, ResultFormat form) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    Reached reached = Reached.SYNTAX;
    String messages = "";
    try {
      Find find = FindTexts.ask(open.find(query.name()), query.texts());
      reached = Reached.MEANING;
      try (QueryResult answer = find.answer()) {
        form.write(answer, data);
      }
      reached = Reached.DONE;
    } catch (IOException | RuntimeException | Error e) {
      messages = ReportedFailure.of(e, open.project().secrets()::mask);
    }
    return new Outcome(reached, data.toString(StandardCharsets.UTF_8), messages, new ArrayList<>());
  }

  private Outcome command(Query query, String format) {
    List<String> args = arguments(query);
    args.addAll(List.of("--format", format));
    Commands.Result result = project.commands().run(args.toArray(String[]::new));
    Reached reached =
        result.done() ? Reached.DONE : result.exitCode() == 2 ? Reached.SYNTAX : Reached.MEANING;
    return new Outcome(reached, result.out(), result.err(), new ArrayList<>());
  }

  /** As a command has it. */
  static List<String> arguments(Query query) {
    List<String> args = new ArrayList<>(List.of("find", query.name()));
    query
        .texts()
        .forEach(
            (name, text) -> {
              if (name.equals("stale-ok") || name.equals("no-route")) {
                args.add("--" + name);
              } else {
                args.addAll(List.of("--" + name, text));
              }
            });
    return args;
  }

  /** The project is closed first: its idle sessions hold a lock each. */
  @Override
  public List<String> litter() throws IOException {
    open.close();
    return project.temporaryFiles();
  }

  @Override
  public void close() {
    open.close();
  }
}
