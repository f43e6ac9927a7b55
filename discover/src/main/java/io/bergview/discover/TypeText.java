package io.bergview.discover;

import io.bergview.discover.RelationProposal.Counts;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A proposed type as YAML: what was accepted, each with its evidence as a comment, and what was not
 * as a comment altogether. Names may hold anything; none ends a comment or a string.
 */
final class TypeText {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");

  /** What YAML 1.1 or 1.2 takes for another value than a string. */
  private static final Set<String> VALUES =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder text = new StringBuilder();
  private final EntityType type;
  private final double bar;

  private TypeText(EntityType type, double bar) {
    this.type = type;
    this.bar = bar;
  }

  static String of(
      EntityType type,
      long rows,
      Optional<KeyProposal> key,
      Optional<String> remark,
      List<RelationProposal> relations,
      List<InverseProposal> inverses,
      double bar) {
    TypeText file = new TypeText(type, bar);
    file.head(rows);
    file.key(key, remark);
    file.relations(relations);
    file.inverses(inverses);
    file.rejected(key, relations);
    return file.text.toString();
  }

  private void head(long rows) {
    comment(
        "Proposed by 'bergview discover' from %s. Change it freely."
            .formatted(rows == 0 ? "a table without rows" : Counted.rows(rows)));
    line("$type: " + scalar(type.name()));
    line("$table: " + scalar(type.table().orElseThrow().toString()));
  }

  private void key(Optional<KeyProposal> key, Optional<String> remark) {
    Optional<KeyProposal> accepted = key.filter(KeyProposal::accepted);
    if (accepted.isPresent()) {
      line(
          "%s  # %s; confidence %s"
              .formatted(
                  idLine(accepted.get().columns()),
                  safe(accepted.get().evidence()),
                  number(accepted.get().confidence())));
    } else if (key.isEmpty()) {
      comment("No $id: " + remark.orElse("no column identifies a row"));
    }
  }

  private static String idLine(List<String> columns) {
    return "$id: " + columns(columns);
  }

  private static String columns(List<String> columns) {
    List<String> written =
        columns.stream().map(column -> scalar(ColumnPath.of(column).toString())).toList();
    return written.size() == 1 ? written.get(0) : "[" + String.join(", ", written) + "]";
  }

  private void relations(List<RelationProposal> relations) {
    List<RelationProposal> accepted =
        relations.stream().filter(RelationProposal::accepted).toList();
    List<RelationProposal> keyed =
        accepted.stream().filter(relation -> !hasUsualKey(relation)).toList();
    if (!keyed.isEmpty()) {
      line("$keys:");
      keyed.forEach(r -> line("  %s: %s".formatted(scalar(r.name()), columns(r.columns()))));
    }
    for (RelationProposal relation : accepted) {
      line("");
      comment(evidence(relation));
      line(forward(relation));
    }
  }

  /** Whether the language takes that column where none is named. */
  private static boolean hasUsualKey(RelationProposal relation) {
    return relation.columns().equals(List.of(relation.name() + "_id"));
  }

  /** The relation as a definition has it. */
  static Relation.Forward relation(RelationProposal proposal) {
    return new Relation.Forward(
        proposal.name(), proposal.target(), hasUsualKey(proposal) ? List.of() : proposal.columns());
  }

  private static String forward(RelationProposal relation) {
    Relation written = relation(relation);
    return "%s: %s".formatted(scalar(relation.name()), quoted(text(written)));
  }

  /** {@code 946 of 961 values of customer_id are keys of Customer, 39 nulls; ...}. */
  private static String evidence(RelationProposal relation) {
    Counts counts = relation.counts();
    long values = counts.rows() - counts.nulls();
    String columns = String.join(", ", relation.columns());
    if (values == 0) {
      return "no row has a value of %s, so that nothing is proven".formatted(columns);
    }
    return "%s of %s of %s %s of %s%s%s; %s; confidence %s"
        .formatted(
            Counted.number(counts.found()),
            Counted.number(values) + (values == 1 ? " value" : " values"),
            columns,
            values == 1 ? "is a key" : "are keys",
            relation.target(),
            nulls(counts),
            counts.sampled() ? ", in a sample" : "",
            perKey(counts),
            number(relation.confidence()));
  }

  private static String nulls(Counts counts) {
    return counts.nulls() == 0
        ? ""
        : ", %s"
            .formatted(Counted.number(counts.nulls()) + (counts.nulls() == 1 ? " null" : " nulls"));
  }

  private static String perKey(Counts counts) {
    String rows =
        counts.fewest() == counts.most()
            ? Counted.rows(counts.most())
            : Counted.number(counts.fewest()) + " to " + Counted.rows(counts.most());
    return "%s of %s keys have %s each"
        .formatted(
            Counted.number(counts.values()),
            Counted.number(counts.keys()),
            counts.values() == 0 ? "no rows" : rows);
  }

  private void inverses(List<InverseProposal> inverses) {
    for (InverseProposal inverse : inverses) {
      line("");
      Relation.Backward back = inverse.relation();
      line("%s: %s".formatted(scalar(back.name()), quoted(text(back))));
    }
  }

  /** A relation as a definition's value: {@code -> Customer}. */
  static String text(Relation relation) {
    EntityType alone =
        new EntityType(
            "Alone",
            Optional.empty(),
            List.of(),
            Map.of(relation.name(), relation),
            Map.of(),
            Origin.NONE);
    return DefinitionWriter.tree(alone).get(relation.name()).asText();
  }

  private void rejected(Optional<KeyProposal> key, List<RelationProposal> relations) {
    List<String> lines = new ArrayList<>();
    key.filter(k -> !k.accepted())
        .ifPresent(
            k -> {
              lines.add("%s; confidence %s:".formatted(k.evidence(), number(k.confidence())));
              lines.add(idLine(k.columns()));
            });
    for (RelationProposal relation : relations) {
      if (!relation.accepted()) {
        lines.add(evidence(relation) + ":");
        lines.add(forward(relation));
        if (!hasUsualKey(relation)) {
          lines.add(
              "$keys: {%s: %s}".formatted(scalar(relation.name()), columns(relation.columns())));
        }
      }
    }
    if (!lines.isEmpty()) {
      line("");
      comment("Below the bar of %s, and so not used:".formatted(number(bar)));
      lines.forEach(this::comment);
    }
  }

  private static String number(double confidence) {
    String text = String.format(Locale.ROOT, "%.3f", Counted.confidence(confidence));
    return text.replaceFirst("\\.?0+$", "");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void comment(String comment) {
    line("# " + safe(comment));
  }

  /** Without anything that ends a line or that YAML does not take in a comment. */
  private static String safe(String comment) {
    StringBuilder safe = new StringBuilder();
    comment
        .codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                safe.appendCodePoint(c);
              } else {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return safe.toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** A string as a key or a value. */
  static String scalar(String value) {
    boolean plain =
        PLAIN.matcher(value).matches() && !VALUES.contains(value.toLowerCase(Locale.ROOT));
    return plain ? value : quoted(value);
  }

  private static String quoted(String value) {
    if (value.codePoints().allMatch(TypeText::isPrintable)) {
      return "'" + value.replace("'", "''") + "'";
    }
    StringBuilder text = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                text.append('\\').appendCodePoint(c);
              } else if (isPrintable(c)) {
                text.appendCodePoint(c);
              } else {
                text.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08x" : "\\u%04x", c));
              }
            });
    return text.append('"').toString();
  }
}
