package io.bergview.discover;

import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/** How the name and the place of a column suggest that it is the key of its table. */
enum KeyName {
  /** {@code id}, or {@code customer_id} in customers. */
  OWN_ID(0.999),
  /** {@code customer_number} in customers. */
  OWN_NUMBER(0.995),
  /** The first column, with an id of its own: {@code ticket_id} in sales. */
  FIRST_ID(0.99),
  /** {@code customer_id} in customer profiles: at most one profile for each customer. */
  OTHERS_ID(0.97),
  /** The first column, a number of its own. */
  FIRST_NUMBER(0.97),
  /** {@code ticket_id}, {@code receipt_number}. */
  SOME_ID(0.95),
  /** {@code email}, {@code isbn}. */
  NATURAL(0.9),
  /** The first column. */
  FIRST(0.8),
  /** Any other, which may be unique by chance. */
  NONE(0);

  private static final Set<String> NATURAL_KEYS =
      Set.of("name", "email", "slug", "isbn", "ean", "sku", "iban", "login", "username", "url");

  private final double confidence;

  KeyName(double confidence) {
    this.confidence = confidence;
  }

  /** That it is the key, where it is unique and never null. */
  double confidence() {
    return confidence;
  }

  /**
   * @param refersElsewhere whether the name agrees with another table
   */
  static KeyName of(NestedField field, Subject subject, boolean refersElsewhere) {
    ColumnWords words = subject.words().column(field.name());
    boolean first = subject.fields().indexOf(field) == 0;
    if (words.identifies()) {
      if (subject.words().isOwn(words)) {
        return words.identifiesSurely() ? OWN_ID : OWN_NUMBER;
      }
      if (refersElsewhere) {
        return OTHERS_ID;
      }
      if (first) {
        return words.identifiesSurely() ? FIRST_ID : FIRST_NUMBER;
      }
      return SOME_ID;
    }
    boolean natural =
        !words.subject().isEmpty()
            && NATURAL_KEYS.contains(words.subject().get(words.subject().size() - 1));
    return natural ? NATURAL : first ? FIRST : NONE;
  }
}
