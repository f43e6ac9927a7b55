package io.bergview.cli.fuzz;

import io.bergview.catalog.CatalogSettings;
import io.bergview.catalog.Project;
import io.bergview.catalog.Secrets;
import io.bergview.errors.BergviewException;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * {@code bergview.yaml}: all are read; those that name nothing outside of their folder are used by
 * a command too.
 */
final class ProjectFileSurface implements Surface {
  private static final int COMMAND_PERCENT = 30;
  private static final String UNREACHABLE =
      """
      catalogs:
        lake:
          type: jdbc
          uri: jdbc:postgresql://ann:%1$s@127.0.0.1:1/db?connectTimeout=1&password=%1$s
          jdbc.schema-version: V1
          jdbc.user: ann
          jdbc.password: %1$s
          warehouse: warehouse
      default-catalog: lake
      """
          .formatted(ScratchProject.PASSWORD);
  private static final String REST =
      """
      catalogs:
        lake: {type: rest, uri: 'http://ann:%1$s@127.0.0.1:1/%1$s', credential: 'ann:%1$s', s3: {secret-access-key: %1$s}}
      """
          .formatted(ScratchProject.PASSWORD);
  private static final String ALL =
      """
      catalogs:
        lake: {type: sqlite, warehouse: warehouse}
        other: {type: hadoop, warehouse: other, token: %2$s}
      default-catalog: lake
      settings: {memory-limit: 1GiB, threads: 2, temp-directory: temp, temp-limit: 5GiB, cache-directory: cache, cache-limit: 1GiB, target-file-size: 64MiB, safety-age: 3d}
      maintenance: {commits: 20, retention: 7d, reader-grace: 5m, min-snapshots: 2, max-snapshots: 100, many-manifests: 50, small-files: 5, new-files: 40, delete-files: 5, delete-share: 10%%}
      serve:
        workers: 2
        refresh-timeout: 1h
        attempts: 5
        backoff: 1s
        backoff-limit: 5m
        poll-interval: 1s
        stop-timeout: 30s
        address: 127.0.0.1
        port: 8710
        token: %2$s
        quartz: {url: 'jdbc:postgresql://127.0.0.1:1/q', user: ann, password: %1$s, name: n, instance: i, check-in: 7500ms}
        open-lineage: {transport: {type: http, url: 'http://127.0.0.1:1', auth: {type: api_key, apiKey: %1$s}}, namespace: shop}
        hooks:
          - {on: [failure, recovered], command: [true, --channel, data], views: ['Daily*', Top]}
          - {on: stale, stale-limit: 15m, webhook: 'http://127.0.0.1:1/%1$s', headers: {Authorization: 'Bearer %3$s'}, timeout: 10s}
      """
          .formatted(ScratchProject.PASSWORD, ScratchProject.TOKEN, ScratchProject.HEADER);
  private static final List<TextForm> FORMS = List.of(TextForm.YAML, TextForm.YAML_FLOW);

  private final Path folder;
  private final List<Tree> good = new ArrayList<>();

  ProjectFileSurface(Path parent) {
    try {
      folder = Files.createDirectories(parent.resolve(name())).toRealPath();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    for (String text : List.of(ALL, ALL, ALL, ScratchProject.settings(), UNREACHABLE, REST)) {
      good.add(Tree.of(DocumentReader.read("good.yaml", text).get(0)));
    }
  }

  @Override
  public String name() {
    return "project-file";
  }

  @Override
  public List<String> mutations() {
    return MutatedDocument.mutations();
  }

  @Override
  public Shares shares() {
    return new Shares(10_000, 60, 8);
  }

  @Override
  public List<String> secrets() {
    return List.of(); // What is secret depends on the case.
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    MutatedDocument document =
        MutatedDocument.of(chance.oneOf(good), chance.oneOf(good), FORMS, chance);
    boolean used = chance.in100(COMMAND_PERCENT);
    return new Case(document.mutation(), document.text(), () -> run(document, used));
  }

  private Outcome run(MutatedDocument document, boolean used) throws IOException {
    Folders.delete(folder);
    Folders.write(folder.resolve(Project.FILE), document.bytes());
    Map<String, String> before = Folders.files(folder, name -> true);
    List<String> faults = new ArrayList<>();
    String messages = "";
    String data = "";
    Reached reached = Reached.DONE;
    UnaryOperator<String> mask = Secrets::maskUris;
    try {
      Project project = Project.open(folder, Map.of());
      if (!Folders.files(folder, name -> true).equals(before)) {
        faults.add("reading it wrote something");
      }
      if (used && staysInside(project)) {
        Commands.Result result = new Commands(folder).run("listViews");
        messages = result.err();
        data = result.out();
        reached = result.done() ? Reached.DONE : Reached.MEANING;
      }
    } catch (RuntimeException | Error e) {
      messages = ReportedFailure.of(e, mask);
      boolean read = e instanceof BergviewException && document.isRead();
      reached = read ? Reached.MEANING : Reached.SYNTAX;
    }
    for (String secret : secretsOf(document)) {
      if (messages.contains(secret) || data.contains(secret)) {
        faults.add("a secret is shown: " + Printable.of(messages));
      }
    }
    return new Outcome(reached, data, messages, faults);
  }

  /** A secret is what stands at a place for secrets, or has not been found to stand elsewhere. */
  private static List<String> secretsOf(MutatedDocument document) {
    if (!document.isRead()) {
      return ScratchProject.SECRETS;
    }
    List<String> secrets = new ArrayList<>();
    for (Node node : DocumentReader.read("case.yaml", document.text())) {
      collect(node, false, secrets);
    }
    return secrets;
  }

  private static void collect(Node node, boolean secret, List<String> secrets) {
    if (node instanceof Node.MapNode map) {
      map.entries()
          .forEach(entry -> collect(entry.value(), secret || isSecret(entry.key()), secrets));
    } else if (node instanceof Node.ListNode list) {
      list.items().forEach(item -> collect(item, secret, secrets));
    } else if (((Node.ScalarNode) node).value() instanceof String text) {
      ScratchProject.SECRETS.stream()
          .filter(text::contains)
          .filter(one -> secret || text.contains("://ann:" + one + "@"))
          .forEach(secrets::add);
    }
  }

  private static boolean isSecret(String key) {
    return Secrets.isSecret(key) || key.equals("webhook") || key.equals("headers");
  }

  /** Nothing outside of the folder, and no other machine, is to be touched by a case. */
  private boolean staysInside(Project project) {
    String here = folder.toString();
    boolean paths =
        List.of(project.settings().tempDirectory(), project.settings().cacheDirectory()).stream()
            .allMatch(path -> path.normalize().startsWith(folder));
    return paths && project.catalogs().values().stream().allMatch(one -> staysInside(one, here));
  }

  private static boolean staysInside(CatalogSettings catalog, String here) {
    for (String value : catalog.properties().values()) {
      boolean place = value.contains("/") || value.contains("\\") || value.contains("..");
      boolean local = value.contains("@127.0.0.1:1/") || value.contains("//127.0.0.1:1");
      if (place && !local && (!value.contains(here) || value.contains(".."))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<String> litter() {
    return List.of();
  }

  @Override
  public void close() {}
}
