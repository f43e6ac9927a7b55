package io.bergview.server.events;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ColumnOrigins;
import io.bergview.projection.plan.ColumnOrigins.Origin;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.explain.ViewProvenance;
import io.bergview.refresh.explain.ViewProvenance.Dataset;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.utils.DatasetIdentifier;
import io.openlineage.client.utils.filesystem.FilesystemDatasetUtils;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Tables as OpenLineage's datasets, named as other integrations name Iceberg tables, so that what
 * Spark or Flink report the same table is about the same dataset: by where its files are, with the
 * name in its catalog as a symlink.
 */
final class Datasets {
  private static final Pattern LOCATION =
      Pattern.compile("(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?<host>[^/]*))?(?<path>/.*)");

  private final OpenLineage facets;

  Datasets(OpenLineage facets) {
    this.facets = facets;
  }

  List<OpenLineage.InputDataset> inputs(ViewProvenance view) {
    return view.inputs().stream()
        .map(
            table -> {
              DatasetIdentifier id = identifier(table);
              return facets
                  .newInputDatasetBuilder()
                  .namespace(id.getNamespace())
                  .name(id.getName())
                  .facets(about(table).build())
                  .build();
            })
        .toList();
  }

  /**
   * @param result of the refresh that is over
   */
  List<OpenLineage.OutputDataset> outputs(ViewProvenance view, Optional<RefreshResult> result) {
    DatasetIdentifier id = identifier(view.output());
    OpenLineage.OutputDatasetOutputFacetsBuilder written =
        facets.newOutputDatasetOutputFacetsBuilder();
    result.ifPresent(
        done ->
            written.outputStatistics(
                facets
                    .newOutputStatisticsOutputDatasetFacetBuilder()
                    .rowCount(done.rowsAdded())
                    .size(done.bytesWritten())
                    .build()));
    return List.of(
        facets
            .newOutputDatasetBuilder()
            .namespace(id.getNamespace())
            .name(id.getName())
            .facets(about(view.output()).columnLineage(columns(view)).build())
            .outputFacets(written.build())
            .build());
  }

  private static DatasetIdentifier identifier(Dataset table) {
    return FilesystemDatasetUtils.fromLocation(uri(table.location()));
  }

  /** Iceberg writes locations unescaped. */
  private static URI uri(String location) {
    Matcher parts = LOCATION.matcher(location);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no location: " + location);
    }
    String scheme = parts.group("scheme");
    try {
      return new URI(
          scheme == null ? "file" : scheme, parts.group("host"), parts.group("path"), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no location: " + location, e);
    }
  }

  private OpenLineage.DatasetFacetsBuilder about(Dataset table) {
    OpenLineage.DatasetFacetsBuilder about =
        facets
            .newDatasetFacetsBuilder()
            .schema(facets.newSchemaDatasetFacet(fields(table.schema().columns())))
            .storage(
                facets
                    .newStorageDatasetFacetBuilder()
                    .storageLayer("iceberg")
                    .fileFormat("parquet")
                    .build())
            .symlinks(
                facets.newSymlinksDatasetFacet(
                    List.of(
                        facets
                            .newSymlinksDatasetFacetIdentifiersBuilder()
                            .namespace(table.catalog())
                            .name(name(table.table()))
                            .type("TABLE")
                            .build())));
    if (table.snapshotId() >= 0) {
      about.version(facets.newDatasetVersionDatasetFacet(Long.toString(table.snapshotId())));
    }
    return about;
  }

  private static String name(TableName table) {
    return String.join(".", table.namespace()) + "." + table.name();
  }

  private List<OpenLineage.SchemaDatasetFacetFields> fields(List<Types.NestedField> columns) {
    return columns.stream().map(column -> field(column.name(), column.type())).toList();
  }

  private OpenLineage.SchemaDatasetFacetFields field(String name, Type type) {
    OpenLineage.SchemaDatasetFacetFieldsBuilder field =
        facets.newSchemaDatasetFacetFieldsBuilder().name(name);
    if (type instanceof Types.StructType struct) {
      return field.type("struct").fields(fields(struct.fields())).build();
    }
    if (type instanceof Types.ListType list) {
      return field.type("array").fields(List.of(field("_element", list.elementType()))).build();
    }
    if (type instanceof Types.MapType map) {
      return field
          .type("map")
          .fields(List.of(field("key", map.keyType()), field("value", map.valueType())))
          .build();
    }
    return field.type(type.toString()).build();
  }

  private OpenLineage.ColumnLineageDatasetFacet columns(ViewProvenance view) {
    Map<TableName, DatasetIdentifier> ids = new HashMap<>();
    view.inputs().forEach(table -> ids.put(table.table(), identifier(table)));
    OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields =
        facets.newColumnLineageDatasetFacetFieldsBuilder();
    view.origins()
        .columns()
        .forEach(
            (column, origins) -> {
              List<OpenLineage.InputField> from = inputFields(origins, ids);
              if (!from.isEmpty()) {
                fields.put(
                    column,
                    facets
                        .newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                        .inputFields(from)
                        .build());
              }
            });
    return facets
        .newColumnLineageDatasetFacetBuilder()
        .fields(fields.build())
        .dataset(inputFields(view.origins().rows(), ids))
        .build();
  }

  /** One for each column, with all columns derived from it. */
  private List<OpenLineage.InputField> inputFields(
      Set<Origin> origins, Map<TableName, DatasetIdentifier> ids) {
    Collection<List<Origin>> byColumn =
        origins.stream()
            .filter(origin -> ids.containsKey(origin.table()))
            .collect(
                groupingBy(
                    origin -> origin.table() + "\n" + origin.column(),
                    LinkedHashMap::new,
                    toList()))
            .values();
    List<OpenLineage.InputField> fields = new ArrayList<>();
    for (List<Origin> column : byColumn) {
      DatasetIdentifier id = requireNonNull(ids.get(column.get(0).table()), "it is known");
      fields.add(
          facets
              .newInputFieldBuilder()
              .namespace(id.getNamespace())
              .name(id.getName())
              .field(column.get(0).column())
              .transformations(
                  column.stream().map(Origin::use).distinct().map(this::transformation).toList())
              .build());
    }
    return fields;
  }

  private OpenLineage.InputFieldTransformations transformation(ColumnOrigins.ColumnUse use) {
    boolean direct =
        switch (use) {
          case IDENTITY, TRANSFORMATION, AGGREGATION -> true;
          case JOIN, FILTER, GROUP_BY, SORT -> false;
        };
    return facets
        .newInputFieldTransformationsBuilder()
        .type(direct ? "DIRECT" : "INDIRECT")
        .subtype(use.name())
        .build();
  }
}
