package io.bergview.api;

import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Shop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Another process that changes the tables of a project's shop as it is told. */
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private OtherProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static OtherProcess start(Path project) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OtherProcess.class.getName(),
            project.toString());
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Returns when the changes are committed. */
  void changeOrders(long seed) throws IOException {
    process.getOutputStream().write((seed + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String line = output.readLine();
    if (!"changed".equals(line)) {
      throw new AssertionError("the other process said " + line);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Bergview bergview = Bergview.open(Path.of(arguments[0]))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        ChangeOptions options =
            new ChangeOptions(
                ChangeOptions.Kind.MIXED,
                1,
                ChangeOptions.Write.EITHER,
                ChangeOptions.Spread.RANGE);
        Shop.change(bergview.catalog("lake"), options, Long.parseLong(line));
        System.out.println("changed");
      }
    }
  }
}
