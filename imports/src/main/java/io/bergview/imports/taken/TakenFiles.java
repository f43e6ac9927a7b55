package io.bergview.imports.taken;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The files that a table has taken, as its property {@value #PROPERTY} keeps them: 24 bytes for
 * each file, by import. The property is written in the commit of an import, so it holds exactly
 * what was committed.
 *
 * <p>An import whose snapshot is still there but no ancestor of the current one was rolled back:
 * its files count as not taken. One whose snapshot has expired counts.
 *
 * @param imports the earliest first
 */
public record TakenFiles(List<TakenImport> imports) {
  public static final String PROPERTY = "bergview.imports";

  /** The key of a snapshot's summary with the id of the import that made it. */
  public static final String IMPORT_ID = "bergview.import-id";

  private static final String VERSION = "1:";

  /**
   * The files of one import.
   *
   * @param id as the summary of its snapshot has it
   * @param replaces whether its rows took the place of all before it
   */
  public record TakenImport(String id, boolean replaces, List<FileMark> files) {
    public TakenImport {
      requireNonNull(id, "id is null");
      files = List.copyOf(files);
    }
  }

  public TakenFiles {
    imports = List.copyOf(imports);
  }

  /**
   * @throws StorageException {@code STORAGE_FAILED}: the property is damaged, or of a later version
   */
  public static TakenFiles of(Table table) {
    String property = table.properties().get(PROPERTY);
    if (property == null) {
      return new TakenFiles(List.of());
    }
    return kept(parse(property, table.name()), table).current();
  }

  /** The files whose rows the table has: those from the last import on that replaced all rows. */
  private TakenFiles current() {
    for (int i = imports.size() - 1; i > 0; i--) {
      if (imports.get(i).replaces()) {
        return new TakenFiles(imports.subList(i, imports.size()));
      }
    }
    return this;
  }

  /**
   * The files whose rows are all that the table has: those of its last import, where that replaced
   * all rows, or made the table, and nobody has changed a row since; else empty.
   *
   * @throws StorageException as {@link #of}
   */
  public static Optional<TakenFiles> ofAllRows(Table table) {
    List<TakenImport> imports = of(table).imports;
    if (imports.isEmpty()) {
      return Optional.empty();
    }
    TakenImport last = imports.get(imports.size() - 1);
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (last.id().equals(importId(snapshot))) {
        return last.replaces() || snapshot.parentId() == null
            ? Optional.of(new TakenFiles(List.of(last)))
            : Optional.empty();
      }
      if (!DataOperations.REPLACE.equals(snapshot.operation())) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * What an import writes beside its own files: those whose rows were replaced are kept until the
   * replacing snapshot has expired, since a rollback brings them back.
   *
   * @throws StorageException as {@link #of}
   */
  public static TakenFiles toKeep(Table table) {
    String property = table.properties().get(PROPERTY);
    if (property == null) {
      return new TakenFiles(List.of());
    }
    TakenFiles kept = kept(parse(property, table.name()), table);
    Set<String> known = known(table);
    for (int i = kept.imports.size() - 1; i > 0; i--) {
      if (kept.imports.get(i).replaces() && !known.contains(kept.imports.get(i).id())) {
        return new TakenFiles(kept.imports.subList(i, kept.imports.size()));
      }
    }
    return kept;
  }

  private static Set<String> known(Table table) {
    Set<String> known = new HashSet<>();
    table.snapshots().forEach(snapshot -> known.add(importId(snapshot)));
    return known;
  }

  /** Without the imports that were rolled back. */
  private static TakenFiles kept(TakenFiles all, Table table) {
    Set<String> known = known(table);
    Set<String> current = new HashSet<>();
    SnapshotUtil.currentAncestors(table).forEach(snapshot -> current.add(importId(snapshot)));
    return new TakenFiles(
        all.imports.stream()
            .filter(taken -> current.contains(taken.id()) || !known.contains(taken.id()))
            .toList());
  }

  private static String importId(Snapshot snapshot) {
    return snapshot.summary().getOrDefault(IMPORT_ID, "");
  }

  /** With the files of one more import. */
  public TakenFiles and(TakenImport taken) {
    List<TakenImport> more = new ArrayList<>(imports);
    more.add(taken);
    return new TakenFiles(more);
  }

  /** By the mark of its path, the last taken file. */
  public Map<Long, FileMark> byPath() {
    Map<Long, FileMark> marks = new HashMap<>();
    imports.forEach(taken -> taken.files().forEach(file -> marks.put(file.path(), file)));
    return marks;
  }

  /** The marks of all contents. */
  public Set<Long> contents() {
    Set<Long> contents = new HashSet<>();
    imports.forEach(taken -> taken.files().forEach(file -> contents.add(file.content())));
    return contents;
  }

  /** As the property holds it. */
  public String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      out.writeInt(imports.size());
      for (TakenImport taken : imports) {
        out.writeUTF(taken.id());
        out.writeBoolean(taken.replaces());
        out.writeInt(taken.files().size());
        for (FileMark file : taken.files()) {
          out.writeLong(file.path());
          out.writeLong(file.state());
          out.writeLong(file.content());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return VERSION + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static TakenFiles parse(String text, String table) {
    try {
      if (!text.startsWith(VERSION)) {
        throw new IOException("it is of a later version");
      }
      byte[] bytes = Base64.getDecoder().decode(text.substring(VERSION.length()));
      List<TakenImport> imports = new ArrayList<>();
      try (DataInputStream in =
          new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
          String id = in.readUTF();
          boolean replaces = in.readBoolean();
          int files = in.readInt();
          List<FileMark> marks = new ArrayList<>();
          for (int file = 0; file < files; file++) {
            marks.add(new FileMark(in.readLong(), in.readLong(), in.readLong()));
          }
          imports.add(new TakenImport(id, replaces, marks));
        }
      }
      return new TakenFiles(imports);
    } catch (IOException | IllegalArgumentException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Property %s of table %s, which says which files it has taken, cannot be read: %s; remove the property to begin anew"
              .formatted(PROPERTY, table, e.getMessage()),
          e);
    }
  }
}
