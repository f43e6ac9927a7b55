package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** How rows of one entity type reach rows of another. */
public sealed interface Relation {
  String name();

  /** The entity type that it leads to. */
  String target();

  /** Whether one row may reach several. */
  boolean many();

  /**
   * {@code customer: '-> Customer'}: foreign key columns here hold the target's {@code $id}.
   *
   * @param keys the foreign key columns, in the order of the target's {@code $id}; empty for the
   *     default, {@code <name>_id}
   */
  record Forward(String name, String target, List<String> keys) implements Relation {
    public Forward {
      requireNonNull(name, "name is null");
      requireNonNull(target, "target is null");
      keys = List.copyOf(keys);
    }

    @Override
    public boolean many() {
      return false;
    }
  }

  /**
   * {@code items: '<- OrderItem.order[]'}: the rows of the target whose forward relation {@code
   * inverse} points here; without {@code []} there is at most one.
   */
  record Backward(String name, String target, String inverse, boolean many) implements Relation {
    public Backward {
      requireNonNull(name, "name is null");
      requireNonNull(target, "target is null");
      requireNonNull(inverse, "inverse is null");
    }
  }

  /**
   * {@code lines: 'OrderLine[]'} or {@code address: 'Address'}: a list of structs, or a struct,
   * held in a column of that name.
   */
  record Embedded(String name, String target, boolean many) implements Relation {
    public Embedded {
      requireNonNull(name, "name is null");
      requireNonNull(target, "target is null");
    }
  }
}
