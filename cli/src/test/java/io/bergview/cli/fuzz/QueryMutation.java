package io.bergview.cli.fuzz;

import io.bergview.cli.fuzz.ValidQueries.Query;
import io.bergview.errors.BergviewException;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is done to a query. */
enum QueryMutation {
  NOTHING {
    @Override
    void change(Draft draft, Query donor, Chance chance) {}
  },
  OTHER_NAME {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      draft.name = chance.in100(60) ? donor.name() : OddValues.name(chance);
    }
  },
  DROP_PARAMETER {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      draft.texts.remove(draft.parameter(chance));
    }
  },
  TAKE_PARAMETER {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      draft.texts.putAll(donor.texts());
    }
  },
  DOCUMENT {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String name = chance.oneOf(List.of("filter", "compute"));
      String other = donor.texts().getOrDefault(name, "{order_id: {$gt: 1}, a: {$count: '*'}}");
      Tree tree = tree(draft.texts.getOrDefault(name, other));
      chance.oneOf(TreeMutation.values()).change(tree, tree(other), chance);
      draft.texts.put(name, chance.oneOf(TextForm.JSON5, TextForm.YAML_FLOW).write(tree));
    }
  },
  CONSTANT {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String column = chance.oneOf(COLUMNS);
      String operator = chance.oneOf("$eq", "$ne", "$gt", "$lte", "$in", "$startsWith");
      Tree tree = tree("{a: {b: 1}}");
      Object value = chance.in100(50) ? OddValues.number(chance) : OddValues.text(chance);
      tree.slots().get(2).set(new Tree.Scalar(value));
      String text =
          TextForm.JSON5
              .write(tree)
              .replace("'a'", "'" + column + "'")
              .replace("'b'", "'" + operator + "'");
      draft.name = chance.oneOf("EveryType", "EveryView");
      draft.texts.put("filter", text);
    }
  },
  COMPUTED_CONSTANT {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String function =
          chance.oneOf(
              "$sum", "$avg", "$min", "$max", "$first", "$last", "$stddev", "$countDistinct");
      String operator = chance.oneOf("$add", "$multiply", "$subtract", "$divide");
      Tree tree = tree("{r: {f: {o: [c, 7]}}}");
      Object value = chance.in100(70) ? OddValues.number(chance) : OddValues.text(chance);
      tree.slots().get(5).set(new Tree.Scalar(value));
      draft.name = chance.oneOf("EveryType", "EveryView");
      draft.texts.keySet().retainAll(List.of("limit", "no-route"));
      draft.texts.put("group-by", chance.oneOf("", "a_boolean", "id"));
      draft.texts.put(
          "compute",
          TextForm.JSON5
              .write(tree)
              .replace("'f'", "'" + function + "'")
              .replace("'o'", "'" + operator + "'")
              .replace("'c'", "'" + chance.oneOf(COLUMNS) + "'"));
    }
  },
  ODD_VALUE {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      draft.texts.put(draft.parameter(chance), OddValues.text(chance));
    }
  },
  ODD_NUMBER {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String name = chance.oneOf("limit", "skip", "as-of", "max-staleness");
      String unit = name.equals("max-staleness") ? chance.oneOf("s", "d", "h", "") : "";
      draft.texts.put(name, OddValues.number(chance) + unit);
    }
  },
  CHARACTERS {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String name = draft.parameter(chance);
      TextMutation mutation = chance.oneOf(TextMutation.values());
      draft.texts.put(name, mutation.change(draft.texts.getOrDefault(name, "a"), chance));
    }
  },
  LONG_VALUE {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      draft.texts.put(draft.parameter(chance), OddValues.longText(chance));
    }
  },
  MANY_PARTS {
    @Override
    void change(Draft draft, Query donor, Chance chance) {
      String name = draft.parameter(chance);
      String part = draft.texts.getOrDefault(name, "order_id");
      int copies = Math.max(2, Math.min(400, MOST_CHARACTERS / (part.length() + 1)));
      draft.texts.put(name, String.join(",", java.util.Collections.nCopies(copies, part)));
    }
  };

  private static final List<String> COLUMNS =
      List.of(
          "a_boolean",
          "an_int",
          "a_long",
          "a_float",
          "a_double",
          "a_decimal_9_2",
          "a_decimal_38_10",
          "a_date",
          "a_time",
          "a_timestamp",
          "a_timestamptz",
          "a_string",
          "a_uuid",
          "a_fixed",
          "a_binary",
          "a_struct",
          "a_list",
          "a_struct.x");

  abstract void change(Draft draft, Query donor, Chance chance);

  /** A query that is being changed. */
  static final class Draft {
    String name;
    final Map<String, String> texts;

    private Draft(Query query) {
      name = query.name();
      texts = new LinkedHashMap<>(query.texts());
    }

    private String parameter(Chance chance) {
      return texts.isEmpty() || chance.in100(15)
          ? chance.oneOf("sort", "select", "group-by", "as-of", "include", "unnest", "filter")
          : chance.oneOf(new ArrayList<>(texts.keySet()));
    }
  }

  /** No more can be given as one argument or one request. */
  private static final int MOST_CHARACTERS = 100_000;

  /** One of these queries after one of these was done to it; its first name says which. */
  static Drawn draw(List<Query> queries, Chance chance) {
    Draft draft = new Draft(chance.oneOf(queries));
    QueryMutation first = chance.oneOf(values());
    first.change(draft, chance.oneOf(queries), chance);
    if (first != NOTHING && chance.in100(20)) {
      chance.oneOf(values()).change(draft, chance.oneOf(queries), chance);
    }
    return new Drawn(first, new Query(draft.name, draft.texts));
  }

  /** A query and what was done to it. */
  record Drawn(QueryMutation mutation, Query query) {}

  private static Tree tree(String text) {
    try {
      List<Node> nodes = DocumentReader.read("text.yaml", text);
      return Tree.of(nodes.isEmpty() ? DocumentReader.read("x.json", "{}").get(0) : nodes.get(0));
    } catch (BergviewException e) { // It was changed before.
      return Tree.of(DocumentReader.read("x.json", "{a: 1}").get(0));
    }
  }
}
