package io.bergview.projection.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import java.util.List;
import org.apache.iceberg.types.Type;

/**
 * Predicates as SQL.
 *
 * @param write writes the values that are tested
 * @param nullMayBeFalse whether only true matters, so that null may be used for false
 */
record SqlPredicates(SqlExpressions write, boolean nullMayBeFalse) implements PredVisitor<String> {
  @Override
  public String visit(Pred.And and) {
    return and.terms().isEmpty() ? "true" : "(" + Sql.all(terms(and.terms())) + ")";
  }

  @Override
  public String visit(Pred.Or or) {
    return or.terms().isEmpty() ? "false" : "(" + Sql.any(terms(or.terms())) + ")";
  }

  private List<String> terms(List<Pred> terms) {
    return terms.stream().map(term -> term.accept(this)).toList();
  }

  @Override
  public String visit(Pred.Not not) {
    return "(NOT " + write.sql(not.term(), false) + ")";
  }

  @Override
  public String visit(Pred.Compare compare) {
    String value = write.sql(compare.value());
    String test = Sql.infix(value, compare.operator().symbol(), write.sql(compare.constant()));
    boolean floating =
        compare.value().type().typeId() == Type.TypeID.FLOAT
            || compare.value().type().typeId() == Type.TypeID.DOUBLE;
    if (!floating || compare.operator() == Operator.EQ) {
      return known(test);
    }
    boolean againstNaN = compare.constant().value() instanceof Double number && number.isNaN();
    return known(againstNaN ? "false" : Sql.infix(test, "AND NOT", Sql.call("isnan", value)));
  }

  @Override
  public String visit(Pred.In in) {
    String constants = in.constants().stream().map(write::sql).collect(joining(", ", "(", ")"));
    return known(Sql.infix(write.sql(in.value()), "IN", constants));
  }

  @Override
  public String visit(Pred.IsNull isNull) {
    return "(" + write.sql(isNull.value()) + " IS NULL)";
  }

  @Override
  public String visit(Pred.IsTrue isTrue) {
    return known(write.sql(isTrue.value()));
  }

  @Override
  public String visit(Pred.StartsWith starts) {
    return known(
        write
            .dialect()
            .startsWith(write.sql(starts.value()), write.dialect().text(starts.prefix())));
  }

  /** A test that is null where its value is. */
  private String known(String test) {
    return nullMayBeFalse ? test : Sql.call("coalesce", test, "false");
  }
}
