package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is told to end while it refreshes views of a table with more manifests than are
 * read in one thread: nothing fails because of that, and each request is answered. {@code
 * -Dbergview.stops} says how often it is stopped, {@code -Dbergview.seed} when.
 */
@Tag("long")
@Tag("seeded")
class SignalledServiceTest {
  private static final int MANIFESTS = 130;
  private static final int ROWS_PER_FILE = 5;
  private static final Schema EVENTS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.required(2, "kind", Types.StringType.get()),
          Types.NestedField.required(3, "amount", Types.LongType.get()));
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder;
  private Cli cli;

  /** How a request ended. */
  private record Reply(int status, String body) {}

  @BeforeEach
  void manyManifests() throws IOException {
    cli = Cli.in(folder);
    cli.write(
        "bergview.yaml",
        """
        serve:
          backoff: 10ms
          stop-timeout: 20s
          hooks: [{on: [failure, unexpected-full], command: [tee, -a, hooks.ndjson]}]
        """);
    cli.write("types/Event.yaml", "$type: Event\n$table: lab.events\n$id: id\n");
    cli.write(
        "views/Kinds.yaml",
        """
        $type: Kinds
        $from: Event
        $groupBy: [kind]
        $compute: {n: {$count: '*'}, amount: {$sum: amount}}
        """);
    cli.write(
        "views/Large.yaml",
        """
        $type: Large
        $from: Event
        $filter: {amount: {$gte: 100}}
        $select: [id, kind, amount]
        $refresh: {mode: streaming}
        """);
    try (Bergview bergview = Bergview.open(folder)) {
      ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("lab"));
      Table table =
          bergview.catalog("lake").createTable(TableIdentifier.of("lab", "events"), EVENTS);
      for (int file = 0; file < MANIFESTS; file++) {
        append(table, file);
      }
    }
    cli.done("apply", "--quiet");
  }

  private static void append(Table table, int file) {
    List<Record> rows =
        IntStream.range(file * ROWS_PER_FILE, (file + 1) * ROWS_PER_FILE)
            .<Record>mapToObj(
                id -> {
                  Record row = GenericRecord.create(EVENTS);
                  row.setField("id", (long) id);
                  row.setField("kind", "k" + id % 3);
                  row.setField("amount", (long) id);
                  return row;
                })
            .toList();
    RowFiles.append(table, FileFormat.PARQUET, rows);
  }

  @Test
  @Timeout(600)
  void nothingFailsBecauseOfASignalAndEachRequestIsAnswered() throws Exception {
    long seed = Long.getLong("bergview.seed", 1);
    Random random = new Random(seed);
    for (int stop = 0; stop < Integer.getInteger("bergview.stops", Seeds.many() ? 3 : 1); stop++) {
      String about = "seed " + seed + ", stop " + stop;
      Path log = folder.resolve("log" + stop);
      Queue<Reply> replies = stopDuringRefreshes(log, random, MANIFESTS + stop);
      String said = Files.readString(log);
      assertThat(said).describedAs(about).doesNotContain("\"level\":\"error\"", "INTERNAL");
      assertThat(said).describedAs(about).doesNotContain("Rejected", "refresh failed");
      assertThat(replies).describedAs(about).isNotEmpty();
      assertThat(replies)
          .describedAs(about)
          .allSatisfy(reply -> assertThat(reply.status()).isIn(200, 202, 503));
      assertThat(failures()).describedAs(about + "\n" + said).isEmpty();
      assertThat(folder.resolve("hooks.ndjson")).describedAs(about).doesNotExist();
      cli.done("refreshView", "--all");
      cli.done("verifyView", "Kinds");
      cli.done("verifyView", "Large");
    }
  }

  private List<String> failures() {
    List<String> failed = new ArrayList<>();
    for (String view : List.of("Kinds", "Large")) {
      cli.done("history", view, "--json")
          .json()
          .findPath("refreshes")
          .forEach(
              refresh -> {
                if (!refresh.path("code").asText().isEmpty()) {
                  failed.add(refresh.toString());
                }
              });
    }
    return failed;
  }

  /** Returns how the requests ended that were made before, and while, the service stopped. */
  private Queue<Reply> stopDuringRefreshes(Path log, Random random, int file) throws Exception {
    Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    Process process = serve(log);
    List<Thread> clients = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      assertThat(line).describedAs(() -> read(log)).contains(" at http");
      String api = line.replaceFirst(".* at ", "") + "/api/v1";
      for (String view : List.of("Kinds", "Large")) {
        clients.add(
            asking(
                replies, api + "/views/" + view + "/refresh", "{\"full\":true,\"wait\":\"1m\"}"));
      }
      clients.add(asking(replies, api + "/find/Event?no-route=true&limit=3", ""));
      clients.add(asking(replies, api + "/find/Kinds", ""));
      clients.forEach(Thread::start);
      while (replies.size() < 4) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      try (Bergview bergview = Bergview.open(folder)) {
        append(bergview.catalog("lake").loadTable(TableIdentifier.of("lab", "events")), file);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      for (Thread client : clients) {
        client.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(client.isAlive()).isFalse();
      }
    } finally {
      clients.forEach(Thread::interrupt);
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    return replies;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process serve(Path log) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve",
            "--port",
            "0",
            "--log-format",
            "json")
        .directory(folder.toFile())
        .redirectError(log.toFile())
        .start();
  }

  /** Asks one thing repeatedly until nobody answers any more. */
  private static Thread asking(Queue<Reply> replies, String url, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }
    HttpRequest asked = request.build();
    return new Thread(
        () -> {
          try {
            while (true) {
              HttpResponse<String> answer = CLIENT.send(asked, BodyHandlers.ofString());
              replies.add(new Reply(answer.statusCode(), answer.body()));
            }
          } catch (IOException stopped) {
            // It no longer listens.
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
