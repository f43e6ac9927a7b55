package io.bergview.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/** Names for the relations of one type, none of which is a column's or another relation's. */
final class RelationNames {
  private final Set<String> taken = new HashSet<>();

  RelationNames(Subject subject) {
    for (NestedField field : subject.fields()) {
      taken.add(key(field.name()));
    }
    subject.known().ifPresent(type -> type.relations().keySet().forEach(r -> taken.add(key(r))));
  }

  /** {@code billCustomer} for a column {@code bill_customer_id}. */
  String forward(RelationCandidate candidate) {
    NameAgreement agreement = candidate.agreement();
    List<String> words = new ArrayList<>(agreement.role());
    words.addAll(agreement.noun());
    String name = NameWords.lowerCamel(words);
    return free(name, name + "Ref");
  }

  /**
   * {@code orders} for the relation {@code customer} of orders; {@code ordersByBillCustomer} where
   * there is more than one.
   *
   * @param only whether no other relation leads from that type to this one
   */
  String backward(Subject source, String relation, boolean only) {
    List<String> words = new ArrayList<>(NameWords.split(source.typeName()));
    if (!words.isEmpty()) {
      words.set(words.size() - 1, NameWords.plural(words.get(words.size() - 1)));
    }
    String plain = NameWords.lowerCamel(words);
    String by = plain + "By" + NameWords.upperCamel(NameWords.split(relation));
    return only ? free(plain, by) : free(by, by);
  }

  private String free(String name, String other) {
    if (!name.isEmpty() && taken.add(key(name))) {
      return name;
    }
    String free = other;
    for (int number = 2; !taken.add(key(free)); number++) {
      free = other + number;
    }
    return free;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
