package io.bergview.projection.resolve;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.resolve.RowOutputs.CandidateOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/** The outputs of groups by their names: what {@code $having} and computed values speak of. */
record GroupOutputs(ViewDefinition view, TypeSource types, List<CandidateOutput> outputs)
    implements ColumnScope {
  GroupOutputs {
    outputs = List.copyOf(outputs);
  }

  @Override
  public Expr column(ColumnPath path) {
    CandidateOutput output = named(path.segments().get(0)).orElseThrow(() -> unknown(path));
    Expr value = output.value().get().value();
    for (String name : path.segments().subList(1, path.segments().size())) {
      if (!(value.type() instanceof Types.StructType struct) || struct.field(name) == null) {
        throw unknown(path);
      }
      value = new Expr.Field(value, name, struct.fieldType(name));
    }
    return value;
  }

  @Override
  public Expr presence(ColumnPath path) {
    return column(path);
  }

  @Override
  public boolean begins(ColumnPath path) {
    return named(spelled(path).segments().get(0)).isPresent();
  }

  @Override
  public ColumnPath spelled(ColumnPath path) {
    String first = path.segments().get(0);
    List<String> alike =
        outputs.stream().map(CandidateOutput::name).filter(first::equalsIgnoreCase).toList();
    if (alike.contains(first) || alike.size() != 1) {
      return path;
    }
    List<String> segments = new ArrayList<>(path.segments());
    segments.set(0, alike.get(0));
    return new ColumnPath(segments, path.at());
  }

  private Optional<CandidateOutput> named(String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
  }

  private RuntimeException unknown(ColumnPath path) {
    List<String> names = outputs.stream().map(CandidateOutput::name).toList();
    return failure(
        ProblemKind.UNKNOWN_COLUMN,
        path.at(),
        "the groups of %s have no '%s'%s; named here are keys and aggregates: %s"
            .formatted(
                viewName(),
                path,
                Suggestions.didYouMean(path.toString(), names),
                String.join(", ", names)));
  }
}
