package io.bergview.projection.yaml;

import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What the names of columns mean in a query, by the sources of its FROM. */
record FromNames(List<FromSource> sources) {
  private static final int MOST_TABLE_PARTS = 3;

  /** A column of a source, or a field of one. */
  record Named(FromSource source, List<String> segments) {
    Named {
      segments = List.copyOf(segments);
    }
  }

  FromNames {
    sources = List.copyOf(sources);
  }

  /** The column that a node names; empty where it is none, or names none. */
  Optional<Named> find(SyntaxNode node) {
    return node.nodeClass().equals("COLUMN_REF")
        ? find(node.strings("column_names"))
        : Optional.empty();
  }

  Optional<Named> find(List<String> path) {
    for (int parts = Math.min(path.size() - 1, MOST_TABLE_PARTS); parts >= 0; parts--) {
      List<Named> found = new ArrayList<>();
      for (FromSource source : sources) {
        if (parts == 0 || source.isCalled(path.subList(0, parts))) {
          column(source, path.get(parts), parts == 0)
              .ifPresent(column -> found.add(new Named(source, List.of(column))));
        }
      }
      String spelt = path.get(parts);
      List<Named> exact =
          found.stream().filter(named -> named.segments().get(0).equals(spelt)).toList();
      List<Named> meant = exact.size() == 1 ? exact : found;
      if (meant.size() > 1) {
        throw new NoYamlFormException("the name " + String.join(".", path) + " here");
      }
      if (meant.size() == 1) {
        return Optional.of(fields(meant.get(0), path.subList(parts + 1, path.size())));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> column(FromSource source, String name, boolean alone) {
    List<String> alike =
        source.columns().fields().stream()
            .map(Types.NestedField::name)
            .filter(name::equalsIgnoreCase)
            .filter(column -> !alone || !source.hides(column))
            .toList();
    return alike.contains(name)
        ? Optional.of(name)
        : alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
  }

  private static Named fields(Named column, List<String> names) {
    List<String> segments = new ArrayList<>(column.segments());
    Type type = column.source().columns().fieldType(segments.get(0));
    for (String name : names) {
      Types.StructType struct = type.asStructType();
      Types.NestedField field =
          struct.field(name) != null ? struct.field(name) : struct.caseInsensitiveField(name);
      segments.add(field.name());
      type = field.type();
    }
    return new Named(column.source(), segments);
  }

  /** The type of a column. */
  static Type typeOf(Named column) {
    Type type = column.source().columns();
    for (String segment : column.segments()) {
      type = type.asStructType().fieldType(segment);
    }
    return type;
  }
}
