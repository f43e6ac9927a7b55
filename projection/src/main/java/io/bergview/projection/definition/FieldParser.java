package io.bergview.projection.definition;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.Relation.Backward;
import io.bergview.projection.definition.Relation.Embedded;
import io.bergview.projection.definition.Relation.Forward;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * The value of a field of an entity type: {@code '-> Target'}, {@code '<- Target.inverse[]'},
 * {@code 'Target[]'}, {@code 'Target'} or a scalar such as {@code 'decimal(12,2)!'}. A name that is
 * not plain stands in backticks. IceType's marks {@code !}, {@code ?}, {@code #} and {@code ##}
 * (required, optional, indexed, unique) may follow; a view needs none of them, so they are read
 * over.
 */
final class FieldParser {
  private static final int MAX_LENGTH = 1_000;
  private static final String EXPECTED =
      "a scalar such as 'decimal(12,2)', or a relation such as '-> Customer' or '<- Item.order[]',";

  private final NodeReader reader;

  FieldParser(NodeReader reader) {
    this.reader = reader;
  }

  /** A relation or a scalar, whichever it is. */
  record Field(Optional<Relation> relation, Optional<FieldType> scalar) {
    static Field of(Relation relation) {
      return new Field(Optional.of(relation), Optional.empty());
    }
  }

  Optional<Field> parse(String name, Node node) {
    Optional<String> text = reader.text(node, EXPECTED).map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().length() > MAX_LENGTH) {
      return wrong(node, "the field is longer than " + MAX_LENGTH + " characters");
    }
    String bare = withoutMarks(text.get());
    boolean many = bare.endsWith("[]");
    String body = withoutMarks(many ? bare.substring(0, bare.length() - 2).strip() : bare);
    if (body.startsWith("->")) {
      if (many) {
        return wrong(
            node,
            "a forward relation reaches one row, so no '[]'; child rows are '<- Child.relation[]'");
      }
      return target(node, body.substring(2).strip())
          .map(target -> Field.of(new Forward(name, target, List.of())));
    }
    if (body.startsWith("<-")) {
      return backward(name, node, body.substring(2).strip(), many);
    }
    return ScalarTypes.isScalar(body)
        ? scalar(node, text.get(), body, many)
        : target(node, body).map(target -> Field.of(new Embedded(name, target, many)));
  }

  private static String withoutMarks(String text) {
    String bare = text;
    while (!bare.isEmpty() && "!?#".indexOf(bare.charAt(bare.length() - 1)) >= 0) {
      bare = bare.substring(0, bare.length() - 1).strip();
    }
    return bare;
  }

  private Optional<Field> scalar(Node node, String text, String body, boolean many) {
    Optional<Type> type = ScalarTypes.parse(body);
    if (type.isEmpty()) {
      return wrong(node, "'" + body + "' must be " + ScalarTypes.expected(body));
    }
    return Optional.of(
        new Field(Optional.empty(), Optional.of(new FieldType(text, type.get(), many))));
  }

  private Optional<Field> backward(String name, Node node, String body, boolean many) {
    String shape = "'<- Type.relation[]', the relation being the one that points back here";
    List<String> segments;
    try {
      segments = Names.path(body, node.path()).segments();
    } catch (IllegalArgumentException e) {
      return wrong(node, "a backward relation is written " + shape + ", found '" + body + "'");
    }
    if (segments.size() != 2) {
      return wrong(node, "a backward relation is written " + shape + ", found '" + body + "'");
    }
    return checked(node, segments.get(0))
        .map(target -> Field.of(new Backward(name, target, segments.get(1), many)));
  }

  private Optional<String> target(Node node, String text) {
    if (text.startsWith("`")) {
      try {
        List<String> segments = Names.path(text, node.path()).segments();
        return segments.size() == 1
            ? checked(node, segments.get(0))
            : wrong(node, "one type is expected, found " + text);
      } catch (IllegalArgumentException e) {
        return wrong(node, String.valueOf(e.getMessage()));
      }
    }
    if (ScalarTypes.UNSUPPORTED.contains(ScalarTypes.keyword(text))) {
      reader.problem(
          ProblemKind.TYPE_UNSUPPORTED,
          node,
          "the type '"
              + text
              + "' cannot be declared; leave the field out, or name an entity type");
      return Optional.empty();
    }
    if (text.isEmpty() || text.chars().anyMatch(c -> "()<>[]{}~!?#`".indexOf(c) >= 0)) {
      return wrong(node, EXPECTED + " is expected here, found " + node.describe());
    }
    return checked(node, text);
  }

  private Optional<String> checked(Node node, String target) {
    return Names.problemOfType(target)
        .<Optional<String>>map(message -> wrong(node, message))
        .orElse(Optional.of(target));
  }

  private <T> Optional<T> wrong(Node node, String message) {
    reader.problem(ProblemKind.WRONG_VALUE, node, message);
    return Optional.empty();
  }
}
