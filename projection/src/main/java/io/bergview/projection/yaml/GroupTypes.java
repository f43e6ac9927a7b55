package io.bergview.projection.yaml;

import io.bergview.projection.definition.Computation;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.resolve.ViewResolver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** The types of groups' keys and aggregates by their names. */
record GroupTypes(
    ViewDefinition rows, List<GroupKey> keys, Map<String, Computation> compute, TypeSource types) {
  Optional<Type> of(List<String> name) {
    ViewDefinition groups =
        new ViewDefinition(
            rows.name(),
            rows.projection(),
            rows.from(),
            Optional.empty(),
            rows.filter(),
            List.of(),
            List.of(),
            Optional.empty(),
            rows.unnest(),
            rows.joins(),
            Optional.of(keys),
            compute,
            Optional.empty(),
            Optional.empty(),
            rows.refresh(),
            rows.layout(),
            rows.table(),
            rows.publish(),
            rows.timezone(),
            rows.description(),
            rows.origin());
    Map<String, Type> known =
        ViewResolver.resolveQuery(groups, types).columns().stream()
            .collect(Collectors.toMap(OutputColumn::name, OutputColumn::type));
    return name.size() == 1 ? Optional.ofNullable(known.get(name.get(0))) : Optional.empty();
  }
}
