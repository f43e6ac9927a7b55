package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Flatten;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.MetadataColumns;

/**
 * Applies {@code $flatten} to paths: prefixes for expanded paths, other names for single columns;
 * and checks that no two names collide.
 */
final class OutputNames {
  private final ViewDefinition view;
  private final List<Flatten> prefixes = new ArrayList<>();
  private final List<Flatten> columns = new ArrayList<>();

  OutputNames(ViewDefinition view) {
    this.view = view;
    for (Flatten flatten : view.flatten()) {
      boolean expanded = begins(flatten.left());
      if (expanded && flatten.right().segments().size() != 1) {
        throw view.origin()
            .failure(
                ProblemKind.WRONG_VALUE,
                flatten.right().at(),
                "'"
                    + flatten.left()
                    + "' is an expanded path, so $flatten gives it another prefix; '"
                    + flatten.right()
                    + "' is not a single name");
      }
      if (!expanded && flatten.left().segments().size() != 1) {
        throw view.origin()
            .failure(
                ProblemKind.UNKNOWN_RELATION,
                flatten.left().at(),
                "$flatten of "
                    + view.shown()
                    + " names '"
                    + flatten.left()
                    + "', which $expand does not list"
                    + Suggestions.didYouMean(
                        flatten.left().toString(),
                        view.expand().stream().map(ColumnPath::toString).toList()));
      }
      (expanded ? prefixes : columns).add(flatten);
    }
  }

  /** Whether a path is the beginning of one that is expanded, or the name of a join. */
  private boolean begins(ColumnPath path) {
    return view.expand().stream().anyMatch(expanded -> expanded.startsWith(path))
        || view.joins().stream().anyMatch(join -> path.equals(ColumnPath.of(join.name())));
  }

  /** Entries {@code output: source path}. */
  List<Flatten> columns() {
    return columns;
  }

  /**
   * The default name of the column at a path: joined by {@code _}, the longest matching prefix
   * replaced.
   */
  String of(ColumnPath path) {
    Flatten longest = null;
    for (Flatten flatten : prefixes) {
      boolean within =
          path.startsWith(flatten.left())
              && path.segments().size() > flatten.left().segments().size();
      if (within
          && (longest == null
              || flatten.left().segments().size() > longest.left().segments().size())) {
        longest = flatten;
      }
    }
    if (longest == null) {
      return path.joined();
    }
    List<String> names =
        new ArrayList<>(
            path.segments().subList(longest.left().segments().size(), path.segments().size()));
    names.add(0, longest.right().last());
    return String.join("_", names);
  }

  /** The name that {@code $flatten} gives a single column explicitly. */
  Optional<String> explicit(ColumnPath path) {
    return columns.stream()
        .filter(flatten -> flatten.right().equals(path))
        .map(flatten -> flatten.left().last())
        .findFirst();
  }

  /** An output column before it is decided whether it is kept. */
  record Named(String name, String source, String at) {}

  /**
   * The column that distinguishes the batches of an appending view keeps its name in downstream
   * views.
   */
  private boolean isReserved(String folded, Named output) {
    return folded.equals(ResolvedView.STATE)
        || folded.equals(ResolvedView.REFRESHED_AT)
            && (view.refresh().appends() || !output.source().equals(ResolvedView.REFRESHED_AT));
  }

  /**
   * Why a view's table cannot have a column of that name; empty if it can. The result of a query is
   * not a table, and its columns may have any name.
   */
  private Optional<String> reserved(Named output) {
    if (view.origin().equals(Origin.QUESTION)) {
      return Optional.empty();
    }
    if (isReserved(output.name().toLowerCase(Locale.ROOT), output)) {
      return Optional.of("which is reserved for Bergview");
    }
    return MetadataColumns.isMetadataColumn(output.name())
        ? Optional.of(
            "the name of one of Iceberg's metadata columns, so that Spark could not read it")
        : Optional.empty();
  }

  /** Refuses reserved names and names that differ at most in case. */
  void check(List<Named> outputs) {
    for (Named output : outputs) {
      Optional<String> reserved = reserved(output);
      if (reserved.isPresent()) {
        throw view.origin()
            .failure(
                ProblemKind.NAME_COLLISION,
                output.at(),
                "'%s' of %s would be called '%s', %s; give it another name with $flatten, or leave it out with $select"
                    .formatted(output.source(), view.shown(), output.name(), reserved.get()));
      }
    }
    outputs.stream().filter(output -> !TypeShapes.isName(output.name())).forEach(this::refuseNul);
    checkUnique(outputs);
  }

  private void refuseNul(Named output) {
    throw view.origin()
        .failure(
            ProblemKind.WRONG_VALUE,
            output.at(),
            "'%s' of %s holds the character U+0000, which the name of an output column cannot; give it another name with $flatten, or leave it out with $select"
                .formatted(output.source().replace("\0", "\\u0000"), view.shown()));
  }

  /** Refuses names that differ at most in case. */
  void checkUnique(List<Named> outputs) {
    Map<String, Named> seen = new HashMap<>();
    for (Named output : outputs) {
      Named other = seen.put(output.name().toLowerCase(Locale.ROOT), output);
      if (other != null) {
        String called =
            other.name().equals(output.name())
                ? "' would both be called '" + output.name() + "'"
                : "' would be called '"
                    + other.name()
                    + "' and '"
                    + output.name()
                    + "', which differ only in case";
        throw view.origin()
            .failure(
                ProblemKind.NAME_COLLISION,
                output.at(),
                view.shown()
                    + ": '"
                    + other.source()
                    + "' and '"
                    + output.source()
                    + called
                    + "; "
                    + advice());
      }
    }
  }

  private String advice() {
    if (view.origin().equals(Origin.QUESTION)) {
      return "choose one of them by its path with --select";
    }
    return view.groupBy().isPresent()
        ? "give one another name"
        : "rename one with $flatten, or choose one by its path with $select";
  }
}
