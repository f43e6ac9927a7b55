package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.api.Bergview;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;

/** What is done to what was stored. */
enum StateMutation {
  /** Of those that Bergview writes. */
  VIEW_PROPERTY {
    @Override
    void change(ScratchProject project, String view, Chance chance) {
      withTable(
          project,
          SmallProject.tableOf(view),
          table -> {
            List<String> ours =
                new TreeMap<>(table.properties())
                    .keySet().stream().filter(key -> key.startsWith("bergview.")).toList();
            String key = chance.oneOf(ours);
            String value = mutated(table.properties().get(key), chance);
            table.updateProperties().set(key, value).commit();
          });
    }
  },
  VIEW_PROPERTY_GONE {
    @Override
    void change(ScratchProject project, String view, Chance chance) {
      withTable(
          project,
          SmallProject.tableOf(view),
          table -> {
            List<String> keys = List.copyOf(new TreeMap<>(table.properties()).keySet());
            table.updateProperties().remove(chance.oneOf(keys)).commit();
          });
    }
  },
  /** Of those that Iceberg reads, of the view or of its source. */
  TABLE_PROPERTY {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      String key = chance.oneOf(ICEBERG_PROPERTIES);
      String value =
          chance.oneOf(
              "abc", "", "-1", "1.5", "true", "99999999999999999999", "0", "\u0000", "none");
      // As another tool may have left it: Iceberg itself would not commit some of these.
      Path file =
          metadata(project, chance.in100(75) ? SmallProject.tableOf(view) : SmallProject.SOURCE);
      Tree tree = Tree.of(DocumentReader.read("metadata.json", Files.readString(file)).get(0));
      for (Tree.Member member : ((Tree.MapValue) tree.root()).members()) {
        if (member.key().equals("properties")) {
          List<Tree.Member> properties = ((Tree.MapValue) member.value()).members();
          properties.removeIf(property -> property.key().equals(key));
          properties.add(new Tree.Member(key, new Tree.Scalar(value)));
        }
      }
      Files.write(file, TextForm.JSON.write(tree).getBytes(UTF_8));
    }
  },
  NAMESPACE_PROPERTY {
    @Override
    void change(ScratchProject project, String view, Chance chance) {
      String value = chance.oneOf("false", "", "x", "\u0000");
      try (Bergview bergview = Bergview.open(project.folder())) {
        ((SupportsNamespaces) bergview.catalog("lake"))
            .setProperties(Namespace.of("s_views"), Map.of("bergview.views", value));
      }
    }
  },
  /** What a snapshot says of itself: the lineage among it. */
  SNAPSHOT_SUMMARY {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      Path file = metadata(project, SmallProject.tableOf(view));
      Tree tree = Tree.of(DocumentReader.read("metadata.json", Files.readString(file)).get(0));
      List<Tree.MapValue> summaries = new ArrayList<>();
      for (Tree.MapValue map : tree.maps()) {
        if (map.members().stream().anyMatch(member -> member.key().equals("refresh-state"))) {
          summaries.add(map);
        }
      }
      Tree.MapValue summary = chance.oneOf(summaries);
      int at = chance.below(summary.members().size());
      Tree.Member member = summary.members().get(at);
      String value = String.valueOf(((Tree.Scalar) member.value()).value());
      if (chance.in100(15)) {
        summary.members().remove(at);
      } else {
        summary
            .members()
            .set(at, new Tree.Member(member.key(), new Tree.Scalar(mutated(value, chance))));
      }
      Files.write(file, TextForm.JSON.write(tree).getBytes(UTF_8));
    }
  },
  STATE_FILE {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      Path file =
          project.folder().resolve(".bergview").resolve(chance.oneOf("paused", "hooks") + ".json");
      Files.write(file, mutatedBytes(Files.readString(file), chance));
    }
  },
  JOURNAL {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      try (Stream<Path> files = Files.list(project.folder().resolve(".bergview/journal"))) {
        List<Path> journals =
            files.filter(file -> file.toString().endsWith(".ndjson")).sorted().toList();
        Path file = chance.oneOf(journals);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int at = chance.below(lines.size());
        lines.set(at, mutated(lines.get(at), chance).strip());
        Files.write(file, (String.join("\n", lines) + "\n").getBytes(UTF_8));
      }
    }
  },
  MANIFEST {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      damage(file(project, source(view, chance), chance.oneOf("list", "manifest")), chance);
    }

    @Override
    boolean leavesTheTable() {
      return false;
    }
  },
  DATA_FILE {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      damage(file(project, source(view, chance), "data"), chance);
    }
  },
  FILE_GONE {
    @Override
    void change(ScratchProject project, String view, Chance chance) throws IOException {
      Files.delete(
          file(
              project, source(view, chance), chance.oneOf("list", "manifest", "data", "metadata")));
    }

    @Override
    boolean leavesTheTable() {
      return false;
    }
  };

  private static final List<String> ICEBERG_PROPERTIES =
      List.of(
          "history.expire.min-snapshots-to-keep",
          "history.expire.max-snapshot-age-ms",
          "history.expire.max-ref-age-ms",
          "commit.retry.num-retries",
          "commit.retry.min-wait-ms",
          "commit.retry.total-timeout-ms",
          "commit.manifest.target-size-bytes",
          "commit.manifest.min-count-to-merge",
          "commit.manifest-merge.enabled",
          "commit.status-check.num-retries",
          "write.data.path",
          "write.metadata.path",
          "write.format.default",
          "write.target-file-size-bytes",
          "write.parquet.compression-codec",
          "write.parquet.row-group-size-bytes",
          "write.metadata.previous-versions-max",
          "write.metadata.delete-after-commit.enabled",
          "write.metadata.compression-codec",
          "write.metadata.metrics.default",
          "write.metadata.metrics.column.city",
          "write.delete.mode",
          "write.merge.mode",
          "write.object-storage.enabled",
          "write.location-provider.impl",
          "read.split.target-size",
          "read.split.open-file-cost",
          "schema.name-mapping.default",
          "gc.enabled",
          "write.spark.fanout.enabled",
          "format-version",
          "write.parquet.bloom-filter-enabled.column.city",
          "write.delete.granularity",
          "write.parquet.page-size-bytes");

  /**
   * A change that is drawn and not made yet.
   *
   * @param description for display
   */
  record Change(String description, StateMutation mutation, String view, Chance chance) {
    void apply(ScratchProject project) throws IOException {
      mutation.change(project, view, chance);
    }
  }

  abstract void change(ScratchProject project, String view, Chance chance) throws IOException;

  /** Whether the view's table can be loaded still, so that the view can be dropped. */
  boolean leavesTheTable() {
    return true;
  }

  Change draw(String view, Chance chance) {
    Chance own = new Chance(name(), chance.bits());
    return new Change(name() + " of " + view, this, view, own);
  }

  private static TableIdentifier source(String view, Chance chance) {
    return chance.in100(60) ? SmallProject.tableOf(view) : SmallProject.SOURCE;
  }

  private interface Use {
    void with(Table table);
  }

  private static void withTable(ScratchProject project, TableIdentifier name, Use use) {
    try (Bergview bergview = Bergview.open(project.folder())) {
      use.with(bergview.catalog("lake").loadTable(name));
    }
  }

  private static Path metadata(ScratchProject project, TableIdentifier name) {
    return file(project, name, "metadata");
  }

  /** A file of a table: {@code metadata}, {@code list}, {@code manifest} or {@code data}. */
  private static Path file(ScratchProject project, TableIdentifier name, String kind) {
    List<String> found = new ArrayList<>();
    withTable(
        project,
        name,
        table -> {
          Snapshot snapshot = table.currentSnapshot();
          List<ManifestFile> manifests = snapshot.allManifests(table.io());
          found.add(
              switch (kind) {
                case "metadata" ->
                    ((BaseTable) table).operations().current().metadataFileLocation();
                case "list" -> snapshot.manifestListLocation();
                case "manifest" -> manifests.get(0).path();
                default -> table.newScan().planFiles().iterator().next().file().location();
              });
        });
    String location = found.get(0);
    return location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
  }

  private static void damage(Path file, Chance chance) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (chance.in100(40)) {
      Files.write(file, Arrays.copyOf(bytes, chance.below(bytes.length)));
      return;
    }
    for (int i = chance.oneOf(1, 1, 4, 30); i > 0; i--) {
      bytes[chance.below(bytes.length)] ^= (byte) (1 << chance.below(8));
    }
    Files.write(file, bytes);
  }

  private static byte[] mutatedBytes(String text, Chance chance) {
    return chance.in100(15)
        ? TextMutation.OTHER_BYTES.bytes(text, chance)
        : mutated(text, chance).getBytes(UTF_8);
  }

  /** As JSON where it is some, else as text. */
  private static String mutated(String text, Chance chance) {
    boolean json = text.startsWith("{") || text.startsWith("[");
    if (json && chance.in100(75)) {
      List<Node> nodes = DocumentReader.read("text.json", "[" + text + "]");
      Tree tree = Tree.of(nodes.get(0));
      for (int i = chance.oneOf(1, 1, 1, 2); i > 0; i--) {
        chance.oneOf(TreeMutation.values()).change(tree, tree.copy(), chance);
      }
      return TextForm.JSON.write(tree).strip();
    }
    return switch (chance.below(4)) {
      case 0 -> OddValues.text(chance);
      case 1 -> OddValues.number(chance).toString();
      // Not "null": a message that quotes it would look like one that has lost its value.
      case 2 -> chance.oneOf("abc", "", "{}", "[]", "none", "{\"format\": 2}", "[{}]");
      default -> chance.oneOf(TextMutation.values()).change(text, chance);
    };
  }
}
