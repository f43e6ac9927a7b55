package io.bergview.bench;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.bergview.api.Bergview;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.cli.Main;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.ViewState;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Bergview left alone: {@code serve} keeps many views fresh, streaming ones and scheduled ones,
 * while other processes change the tables, and is killed repeatedly in the midst of it. At the end
 * nobody writes any more, the service has a while to catch up, and every view is compared with its
 * recompute.
 *
 * <p>Arguments: minutes (default 10), views (default 200), writers (default 2), seconds between two
 * kills on average (default 30), the seed (default by the clock). Exits with 1 where a view is not
 * right.
 */
public final class SoakBenchmark {
  private static final Duration TO_CATCH_UP = Duration.ofMinutes(10);
  private static final List<String> BODIES =
      List.of(
          "$from: Order\n$expand: [customer]\n$projection: oltp\n",
          "$from: Order\n$filter: {status: {$ne: draft}}\n$projection: oltp\n",
          "$from: Order\n"
              + "$groupBy: [status, {day: created_at}]\n"
              + "$compute: {orders: {$count: '*'}, revenue: {$sum: total}}\n",
          "$from: Order\n"
              + "$groupBy: [customer.tier]\n"
              + "$compute: {orders: {$count: '*'}, largest: {$max: total}, mean: {$avg: total}}\n",
          "$from: Customer\n"
              + "$expand: [address]\n"
              + "$compute: {orders: {$count: orders}}\n"
              + "$projection: oltp\n",
          "$from: Product\n$expand: [category]\n");

  private SoakBenchmark() {}

  /**
   * Changes the tables of a project until it is ended: the project's folder, the seed. Writers take
   * turns, since two that update the same row by position at once would leave it twice.
   */
  public static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      Path folder = Path.of(arguments[0]);
      long seed = Long.parseLong(arguments[1]);
      Random random = new Random(seed);
      try (Bergview bergview = Bergview.open(folder)) {
        for (long round = 0; System.in.available() == 0; round++) {
          ChangeOptions.Kind[] kinds = ChangeOptions.Kind.values();
          try (FileChannel turn = FileChannel.open(folder.resolve("turn"), CREATE, WRITE);
              FileLock mine = turn.lock()) {
            Shop.change(
                bergview.catalog("lake"),
                new ChangeOptions(
                    kinds[random.nextInt(kinds.length)],
                    0.5,
                    ChangeOptions.Write.EITHER,
                    ChangeOptions.Spread.RANGE),
                seed + round * 1_000);
            System.out.println("changed");
          } catch (RuntimeException othersWereFaster) {
            System.out.println("conflict " + othersWereFaster.getClass().getSimpleName());
          }
          Thread.sleep(500 + random.nextInt(2_000));
        }
      }
      System.out.println("ended");
    }
  }

  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds((long) (60 * number(arguments, 0, 10)));
    int views = (int) number(arguments, 1, 200);
    int writers = (int) number(arguments, 2, 2);
    int killSeconds = (int) number(arguments, 3, 30);
    long seed = (long) number(arguments, 4, Instant.now().getEpochSecond());
    Path folder = Files.createTempDirectory("bergview-soak");
    System.out.printf(
        Locale.ROOT, "%d views, %d writers, seed %d, in %s%n", views, writers, seed, folder);
    prepare(folder, views);
    int kills = live(folder, time, writers, killSeconds, seed);
    boolean right = check(folder, kills);
    if (right) {
      new LocalFileIO().deletePrefix(folder.toString());
    }
    System.exit(right ? 0 : 1);
  }

  private static double number(String[] arguments, int index, double otherwise) {
    return arguments.length > index ? Double.parseDouble(arguments[index]) : otherwise;
  }

  private static void prepare(Path folder, int views) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(
        folder.resolve("bergview.yaml"),
        "settings: {memory-limit: 1GiB, threads: 2}\nserve: {workers: 2, poll-interval: 200ms}\n");
    for (var type : Shop.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    for (int i = 0; i < views; i++) {
      String refresh =
          i % 3 == 2 ? "{mode: scheduled, schedule: '* * * * *', jitter: 20s}" : "streaming";
      Files.writeString(
          folder.resolve("views/View" + i + ".yaml"),
          "$type: View%d\n%s$refresh: %s\n".formatted(i, BODIES.get(i % BODIES.size()), refresh));
    }
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.05, 1), Progress.SILENT);
      bergview.apply();
    }
  }

  /**
   * @return how often the service was killed
   */
  private static int live(Path folder, Duration time, int writers, int killSeconds, long seed)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    List<Process> writing = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      writing.add(start("writer" + i, folder, Writer.class, folder.toString(), "" + (seed + i)));
    }
    int kills = 0;
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Process serving = serve(folder);
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      long life = Math.min(left, 5_000L + random.nextInt(2_000 * killSeconds));
      boolean ended = serving.waitFor(Math.max(1, life), TimeUnit.MILLISECONDS);
      if (ended) {
        throw new IllegalStateException("serve ended by itself, with " + serving.exitValue());
      }
      serving.destroyForcibly().waitFor();
      kills++;
    }
    for (Process writer : writing) {
      writer.getOutputStream().write('\n');
      writer.getOutputStream().flush();
      writer.waitFor();
    }
    return kills;
  }

  private static Process serve(Path folder) throws IOException {
    return start("serve", folder, Main.class, "serve", "--no-http", "--project", folder.toString());
  }

  private static Process start(String name, Path folder, Class<?> program, String... arguments)
      throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp").resolve(name));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Xmx1g");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    File log = folder.resolve(name + ".log").toFile();
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private static boolean check(Path folder, int kills) throws IOException, InterruptedException {
    Process serving = serve(folder);
    try (Bergview bergview = Bergview.open(folder)) {
      long began = System.nanoTime();
      long behind = behind(bergview);
      while (behind > 0 && System.nanoTime() - began < TO_CATCH_UP.toNanos()) {
        Thread.sleep(500);
        behind = behind(bergview);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      serving.destroy();
      serving.waitFor();
      RefreshOutcome rest = bergview.refreshView(RefreshRequest.ofAll());
      rest.failures().forEach(failure -> System.out.println("FAILED: " + failure));
      Set<String> failed =
          rest.failures().stream().map(RefreshOutcome.Failure::view).collect(Collectors.toSet());
      int wrong = 0;
      int snapshots = 0;
      for (ViewState view : bergview.listViews().views()) {
        if (failed.contains(view.view())) {
          continue;
        }
        VerifyResult result = bergview.verifyView(view.view(), VerifyOptions.defaults());
        if (!result.equal()) {
          wrong++;
          System.out.printf(Locale.ROOT, "WRONG: %s, %s%n", view.view(), result);
        }
        snapshots = Math.max(snapshots, bergview.history(view.view(), 1_000).size());
      }
      System.out.printf(
          Locale.ROOT,
          "kills %d, views %d, behind after the last commit %d, caught up after %.1f s, refreshes"
              + " by hand that failed %d, longest history %d, wrong %d%n",
          kills,
          bergview.listViews().views().size(),
          behind,
          seconds,
          rest.failures().size(),
          snapshots,
          wrong);
      return wrong == 0 && behind == 0 && rest.failures().isEmpty();
    } finally {
      serving.destroyForcibly();
    }
  }

  private static long behind(Bergview bergview) {
    return bergview.listViews().views().stream()
        .filter(view -> view.state() != Freshness.FRESH)
        .count();
  }
}
