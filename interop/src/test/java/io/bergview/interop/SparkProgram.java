package io.bergview.interop;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The program of the Spark process. Standard input holds requests, each a project's folder and a
 * statement; standard output holds a {@link SparkResult} for each. It ends with its input.
 */
final class SparkProgram {
  private final SparkSession spark;
  private final Map<String, SparkSession> sessions = new HashMap<>();

  private SparkProgram(SparkSession spark) {
    this.spark = spark;
  }

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    ObjectOutputStream answers = new ObjectOutputStream(new BufferedOutputStream(System.out));
    answers.flush();
    System.setOut(System.err);
    ObjectInputStream requests = new ObjectInputStream(System.in);
    SparkSession.Builder builder = SparkSession.builder();
    settings(Path.of(args[0])).forEach(builder::config);
    SparkProgram program = new SparkProgram(builder.getOrCreate());
    while (true) {
      String[] request;
      try {
        request = (String[]) requests.readObject();
      } catch (EOFException e) {
        break;
      }
      answers.writeObject(program.answer(request[0], request[1]));
      answers.reset();
      answers.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private static Map<String, String> settings(Path scratch) {
    return Map.ofEntries(
        Map.entry("spark.master", "local[2]"),
        Map.entry("spark.ui.enabled", "false"),
        Map.entry("spark.log.level", "ERROR"),
        Map.entry("spark.driver.host", "127.0.0.1"),
        Map.entry("spark.driver.bindAddress", "127.0.0.1"),
        Map.entry("spark.local.dir", scratch.toString()),
        Map.entry("spark.sql.warehouse.dir", scratch.resolve("none").toUri().toString()),
        Map.entry("spark.sql.session.timeZone", "UTC"),
        Map.entry("spark.sql.datetime.java8API.enabled", "true"),
        Map.entry("spark.sql.shuffle.partitions", "1"),
        Map.entry("spark.sql.adaptive.enabled", "false"),
        Map.entry("spark.sql.codegen.wholeStage", "false"),
        Map.entry(
            "spark.sql.extensions",
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"));
  }

  private SparkResult answer(String project, String statement) {
    try {
      Dataset<Row> result = sessions.computeIfAbsent(project, this::open).sql(statement);
      ArrayList<String> types = new ArrayList<>();
      for (StructField field : result.schema().fields()) {
        types.add(field.dataType().catalogString());
      }
      ArrayList<List<@Nullable Object>> rows = new ArrayList<>();
      result.collectAsList().forEach(row -> rows.add(values(row)));
      return new SparkResult(
          new ArrayList<>(List.of(result.schema().fieldNames())), types, rows, null);
    } catch (Exception e) {
      e.printStackTrace();
      return SparkResult.failed(e.toString());
    }
  }

  /** A session whose catalog {@code lake} is the project's. */
  private SparkSession open(String project) {
    SparkSession session = spark.newSession();
    Path warehouse = Path.of(project).resolve("warehouse");
    Map<String, String> catalog =
        Map.of(
            "",
            "org.apache.iceberg.spark.SparkCatalog",
            ".type",
            "jdbc",
            ".uri",
            "jdbc:sqlite:%s?busy_timeout=30000&journal_mode=WAL"
                .formatted(warehouse.resolve("catalog.db")),
            ".jdbc.schema-version",
            "V1",
            ".warehouse",
            "file://" + warehouse,
            ".cache-enabled",
            "false");
    catalog.forEach((key, value) -> session.conf().set("spark.sql.catalog.lake" + key, value));
    session.sql("USE lake");
    return session;
  }

  private static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      values.add(plain(row.get(i)));
    }
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Row row) {
      return values(row);
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
      CollectionConverters.asJava(map).forEach((k, v) -> plain.put(plain(k), plain(v)));
      return plain;
    }
    if (value instanceof scala.collection.Seq<?> list) {
      List<@Nullable Object> plain = new ArrayList<>();
      CollectionConverters.asJava(list).forEach(element -> plain.add(plain(element)));
      return plain;
    }
    return value;
  }
}
