package io.bergview.imports;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.imports.ImportPlan.PlannedColumn;
import io.bergview.imports.convert.FreshIds;
import io.bergview.imports.convert.ImportColumn;
import io.bergview.imports.convert.TypeFit;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How the columns of the files become columns of the table: what they are, which are added or
 * widened.
 *
 * @param columns with the types that they have in the table
 * @param changes columns to be added or widened in a table that is there, by name
 * @param absent optional columns of the table that no file has
 */
record TableColumns(List<ImportColumn> columns, Map<String, Change> changes, List<String> absent) {
  enum Change {
    ADDED,
    WIDENED
  }

  /** With the types that were said in place of those that were found. */
  static List<ImportColumn> named(List<ImportColumn> found, TableOptions options) {
    List<String> names = found.stream().map(ImportColumn::name).toList();
    for (String name : options.columns().keySet()) {
      if (!names.contains(name)) {
        throw new UsageException(
            ErrorCode.USAGE,
            "--column names %s, which no file has%s"
                .formatted(name, Suggestions.didYouMean(name, names)));
      }
    }
    return found.stream()
        .map(
            column -> {
              ColumnType said = options.columns().get(column.name());
              return said == null ? column : said(column, said);
            })
        .toList();
  }

  private static ImportColumn said(ImportColumn column, ColumnType type) {
    if (column.source().isNestedType() && type.type().typeId() != Type.TypeID.STRING) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--column: column %s is %s in the files, which can be a string or stay as it is, but no %s"
              .formatted(column.name(), column.source(), type));
    }
    return column.as(type);
  }

  /** Of a table that is made. */
  static TableColumns ofNewTable(List<ImportColumn> found, TableOptions options) {
    return new TableColumns(named(found, options), Map.of(), List.of());
  }

  /**
   * Of a table that is there: texts are read as its types, other values must fit them.
   *
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER} with every difference
   */
  static TableColumns of(
      Schema schema, List<ImportColumn> found, TableOptions options, ImportMode mode) {
    List<ImportColumn> columns = new ArrayList<>();
    Map<String, Change> changes = new LinkedHashMap<>();
    List<String> differences = new ArrayList<>();
    for (ImportColumn column : named(found, options)) {
      NestedField field = schema.asStruct().field(column.name());
      Type type = column.type().type();
      if (field == null) {
        if (options.evolve() && alike(schema, column).isEmpty()) {
          changes.put(column.name(), Change.ADDED);
          columns.add(column);
        } else {
          differences.add(missing(schema, column));
        }
      } else if (fits(column, field.type())) {
        columns.add(column.as(new ColumnType(field.type(), format(column, field.type()))));
      } else if (options.evolve()
          && type.isPrimitiveType()
          && TypeUtil.isPromotionAllowed(field.type(), type.asPrimitiveType())) {
        changes.put(column.name(), Change.WIDENED);
        columns.add(column);
      } else {
        differences.add(
            "%s: %s in the files, %s in the table".formatted(column.name(), type, field.type()));
      }
    }
    List<String> absent = new ArrayList<>();
    Set<String> given = found.stream().map(ImportColumn::name).collect(Collectors.toSet());
    for (NestedField field : schema.columns()) {
      if (!given.contains(field.name())) {
        if (field.isRequired() || mode == ImportMode.UPSERT) {
          differences.add(
              "%s: not in the files; %s"
                  .formatted(
                      field.name(),
                      field.isRequired()
                          ? "the table requires it"
                          : "an upsert would set it to null in rows that it replaces"));
        } else {
          absent.add(field.name());
        }
      }
    }
    if (!differences.isEmpty()) {
      throw new DataException(
          ErrorCode.IMPORT_COLUMNS_DIFFER,
          "The columns of the files are not those of the table, so nothing was imported",
          differences,
          null);
    }
    return new TableColumns(columns, changes, absent);
  }

  private static String missing(Schema schema, ImportColumn column) {
    return alike(schema, column)
        .map(
            other ->
                "%s: the table has %s, which differs in case only"
                    .formatted(column.name(), other.name()))
        .orElseGet(
            () ->
                "%s: %s in the files, not in the table; --evolve adds it"
                    .formatted(column.name(), column.type().type()));
  }

  /** The column of the table whose name differs in case only. */
  private static Optional<NestedField> alike(Schema schema, ImportColumn column) {
    return schema.columns().stream()
        .filter(field -> field.name().equalsIgnoreCase(column.name()))
        .findFirst();
  }

  private static Optional<String> format(ImportColumn column, Type type) {
    return column.type().type().typeId() == type.typeId()
        ? column.type().format()
        : Optional.empty();
  }

  private static boolean fits(ImportColumn column, Type type) {
    if (column.source().typeId() == Type.TypeID.STRING) {
      return !type.isNestedType();
    }
    boolean said = !column.type().type().equals(TypeFit.inNewTable(column.source()));
    return TypeFit.holds(type, column.type().type())
        || (!said && TypeFit.holds(type, column.source()));
  }

  /** The schema of a table that is made. */
  Schema schema(List<String> id) {
    List<NestedField> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      ImportColumn column = columns.get(i);
      fields.add(
          id.contains(column.name())
              ? NestedField.required(i, column.name(), column.type().type())
              : NestedField.optional(i, column.name(), column.type().type()));
    }
    Schema fresh = together(() -> new Schema(FreshIds.of(fields)));
    return new Schema(
        fresh.columns(),
        id.stream()
            .map(name -> fresh.asStruct().field(name).fieldId())
            .collect(Collectors.toSet()));
  }

  /**
   * That a table that is there can have the columns that are added.
   *
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}
   */
  void checkEvolution(Table table) {
    UpdateSchema update = table.updateSchema();
    together(
        () -> {
          evolve(update);
          return update.apply();
        });
    String mapping = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
    if (mapping == null) {
      return;
    }
    NameMapping names = NameMappingParser.fromJson(mapping);
    changes.forEach(
        (name, change) -> {
          MappedField known = names.find(name);
          if (change == Change.ADDED && known != null) {
            throw new DataException(
                ErrorCode.IMPORT_COLUMNS_DIFFER,
                "Column %s cannot be added: files of the table that stay in place have column %s under this name"
                    .formatted(name, table.schema().findColumnName(known.id())));
          }
        });
  }

  private static Schema together(Supplier<Schema> made) {
    try {
      return made.get();
    } catch (ValidationException | IllegalArgumentException e) {
      throw new DataException(
          ErrorCode.IMPORT_COLUMNS_DIFFER,
          "A table cannot have all of the columns of the files: " + e.getMessage(),
          e);
    }
  }

  /** Adds and widens columns. */
  void evolve(UpdateSchema update) {
    for (ImportColumn column : columns) {
      Change change = changes.get(column.name());
      if (change == Change.ADDED) {
        // At the top, whatever dots its name has.
        update.addColumn(null, column.name(), column.type().type());
      } else if (change == Change.WIDENED) {
        update.updateColumn(column.name(), column.type().type().asPrimitiveType());
      }
    }
  }

  List<PlannedColumn> planned() {
    return columns.stream()
        .map(
            column ->
                new PlannedColumn(
                    column.name(),
                    column.type().toString(),
                    changes.containsKey(column.name())
                        ? changes.get(column.name()).name().toLowerCase(java.util.Locale.ROOT)
                        : ""))
        .toList();
  }
}
