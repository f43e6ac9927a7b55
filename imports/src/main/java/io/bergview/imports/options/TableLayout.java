package io.bergview.imports.options;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.exceptions.ValidationException;

/** The text of {@code --partition} and {@code --sort} as Iceberg's specifications. */
public final class TableLayout {
  private static final Pattern TERM =
      Pattern.compile(
          "(?i)\\s*(?:(year|month|day|hour|identity)\\s*\\(\\s*(?<of>[^()]+?)\\s*\\)|(bucket|truncate)\\s*\\(\\s*(?<width>[0-9]{1,9})\\s*,\\s*(?<wide>[^()]+?)\\s*\\)|(?<name>[^()]+?))\\s*");
  private static final Pattern ORDER =
      Pattern.compile("(?i)\\s*(?<name>.+?)(?:\\s+(?<direction>asc|desc))?\\s*");

  private TableLayout() {}

  /**
   * @param text comma-separated; {@code none} for no partitions
   * @throws UsageException {@code USAGE}
   */
  public static PartitionSpec partitions(Schema schema, String text) {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    if (text.strip().equalsIgnoreCase("none")) {
      return builder.build();
    }
    for (String term : terms(text)) {
      Matcher matcher = TERM.matcher(term);
      if (!matcher.matches()) {
        throw wrong(
            "--partition",
            term,
            "it is a column, year(C), month(C), day(C), hour(C), bucket(N, C) or truncate(N, C)");
      }
      add(builder, schema, matcher, term);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException | ValidationException e) {
      throw wrong("--partition", text, String.valueOf(e.getMessage()));
    }
  }

  /** By the values of columns, whatever signs their names have. */
  public static PartitionSpec identities(Schema schema, Iterable<String> columns) {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    columns.forEach(builder::identity);
    return builder.build();
  }

  private static void add(
      PartitionSpec.Builder builder, Schema schema, Matcher matcher, String term) {
    String given =
        Optional.ofNullable(matcher.group("of"))
            .or(() -> Optional.ofNullable(matcher.group("wide")))
            .orElse(matcher.group("name"));
    String column = column(schema, given, "--partition");
    String transform =
        Optional.ofNullable(matcher.group(1))
            .or(() -> Optional.ofNullable(matcher.group(3)))
            .orElse("identity")
            .toLowerCase(Locale.ROOT);
    try {
      switch (transform) {
        case "year" -> builder.year(column);
        case "month" -> builder.month(column);
        case "day" -> builder.day(column);
        case "hour" -> builder.hour(column);
        case "bucket" -> builder.bucket(column, Integer.parseInt(matcher.group("width")));
        case "truncate" -> builder.truncate(column, Integer.parseInt(matcher.group("width")));
        default -> builder.identity(column);
      }
    } catch (IllegalArgumentException | ValidationException e) {
      throw wrong("--partition", term, String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param text comma-separated columns, each perhaps with {@code asc} or {@code desc}
   * @throws UsageException {@code USAGE}
   */
  public static SortOrder sort(Schema schema, String text) {
    SortOrder.Builder builder = SortOrder.builderFor(schema);
    for (String term : terms(text)) {
      Matcher matcher = ORDER.matcher(term);
      if (!matcher.matches()) {
        throw wrong("--sort", term, "it is a column, and perhaps asc or desc");
      }
      String column = column(schema, matcher.group("name"), "--sort");
      if ("desc".equalsIgnoreCase(matcher.group("direction"))) {
        builder.desc(column, NullOrder.NULLS_LAST);
      } else {
        builder.asc(column, NullOrder.NULLS_FIRST);
      }
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException | ValidationException e) {
      throw wrong("--sort", text, String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param option that names it
   * @throws UsageException {@code USAGE}
   */
  public static String column(Schema schema, String name, String option) {
    List<String> names = schema.columns().stream().map(field -> field.name()).toList();
    if (!names.contains(name)) {
      throw wrong(option, name, "there is no such column" + Suggestions.didYouMean(name, names));
    }
    return name;
  }

  private static UsageException wrong(String option, String text, String reason) {
    return new UsageException(ErrorCode.USAGE, "%s: '%s': %s".formatted(option, text, reason));
  }

  /** Split at commas outside of parentheses. */
  private static List<String> terms(String text) {
    List<String> terms = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        terms.add(text.substring(from, i));
        from = i + 1;
      }
    }
    terms.add(text.substring(from));
    return terms;
  }

  /** As {@code --partition} takes it. */
  public static String text(PartitionSpec spec) {
    return spec.fields().stream()
        .filter(field -> !field.transform().isVoid())
        .map(field -> text(spec, field))
        .collect(Collectors.joining(", "));
  }

  private static String text(PartitionSpec spec, PartitionField field) {
    String column = spec.schema().findColumnName(field.sourceId());
    String transform = field.transform().toString();
    int width = transform.indexOf('[');
    if (width > 0) {
      return "%s(%s, %s)"
          .formatted(
              transform.substring(0, width),
              transform.substring(width + 1, transform.length() - 1),
              column);
    }
    return field.transform().isIdentity() ? column : "%s(%s)".formatted(transform, column);
  }

  /** As {@code --sort} takes it. */
  public static String text(SortOrder order) {
    return order.fields().stream()
        .map(
            field ->
                order.schema().findColumnName(field.sourceId())
                    + (field.direction() == org.apache.iceberg.SortDirection.DESC ? " desc" : ""))
        .collect(Collectors.joining(", "));
  }
}
