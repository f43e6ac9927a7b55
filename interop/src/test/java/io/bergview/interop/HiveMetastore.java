package io.bergview.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.thrift.TException;

/**
 * A Hive metastore in a process with a class path of its own, which the module {@code
 * interop/hive-metastore} makes. It ends with this process.
 */
final class HiveMetastore {
  private static final String LISTENING = "listening ";

  /** How much of its output an error shows. */
  private static final int LAST_LINES = 20;

  private final int port;

  private HiveMetastore(int port) {
    this.port = port;
  }

  /**
   * @param warehouse for databases that are given no location
   */
  static HiveMetastore start(Path warehouse) throws IOException {
    Path target = Path.of(System.getProperty("interop.target"));
    Path classPath = target.resolve("../hive-metastore/target/metastore.classpath").normalize();
    Path work = Files.createDirectories(target.resolve("hive-metastore"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Dderby.stream.error.file=" + work.resolve("derby.log"),
                "-cp",
                Files.readString(classPath).strip(),
                "io.bergview.interop.hive.MetastoreProcess",
                warehouse.toString())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .start();
    // Its input ends with this process, and it with that; this is for one that does not listen.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new HiveMetastore(portOf(process));
  }

  private static int portOf(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    Deque<String> lines = new ArrayDeque<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(LISTENING)) {
        drain(output);
        return Integer.parseInt(line.substring(LISTENING.length()));
      }
      lines.add(line);
      if (lines.size() > LAST_LINES) {
        lines.remove();
      }
    }
    throw new IOException("The Hive metastore ended: " + String.join("\n", lines));
  }

  /** A process whose output nobody reads stops when the pipe is full. */
  private static void drain(BufferedReader output) {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (output.readLine() != null) {
                  continue;
                }
              } catch (IOException ended) {
                return;
              }
            },
            "output of the Hive metastore");
    reader.setDaemon(true);
    reader.start();
  }

  /** Databases and their tables, but none of the files. */
  void dropEverything() throws TException {
    HiveConf conf = new HiveConf();
    conf.setVar(HiveConf.ConfVars.METASTOREURIS, uri());
    HiveMetaStoreClient client = new HiveMetaStoreClient(conf);
    try {
      for (String database : client.getAllDatabases()) {
        if (!database.equals("default")) {
          client.dropDatabase(database, false, true, true);
        }
      }
    } finally {
      client.close();
    }
  }

  String uri() {
    return "thrift://127.0.0.1:" + port;
  }
}
