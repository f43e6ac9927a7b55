package io.bergview.cli.fuzz;

import io.bergview.projection.text.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A document that can be changed in place; a key may be in a map twice. */
final class Tree {
  private Value root;

  private Tree(Value root) {
    this.root = root;
  }

  static Tree of(Node node) {
    return new Tree(value(node));
  }

  static Tree of(Value value) {
    return new Tree(value);
  }

  Value root() {
    return root;
  }

  Tree copy() {
    return new Tree(root.copy());
  }

  /** A value of a document. */
  sealed interface Value permits MapValue, ListValue, Scalar {
    Value copy();
  }

  /** A key and its value. */
  record Member(String key, Value value) {}

  record MapValue(List<Member> members) implements Value {
    @Override
    public Value copy() {
      List<Member> copies = new ArrayList<>();
      for (Member member : members) {
        copies.add(new Member(member.key(), member.value().copy()));
      }
      return new MapValue(copies);
    }
  }

  record ListValue(List<Value> items) implements Value {
    @Override
    public Value copy() {
      List<Value> copies = new ArrayList<>();
      for (Value item : items) {
        copies.add(item.copy());
      }
      return new ListValue(copies);
    }
  }

  record Scalar(@Nullable Object value) implements Value {
    @Override
    public Value copy() {
      return this;
    }
  }

  /** Where a value stands. */
  interface Slot {
    Value get();

    void set(Value value);
  }

  /** Every place of a value, the root's first. */
  List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    Slot top =
        new Slot() {
          @Override
          public Value get() {
            return root;
          }

          @Override
          public void set(Value value) {
            root = value;
          }
        };
    collect(top, slots);
    return slots;
  }

  /** All of the maps that have members. */
  List<MapValue> maps() {
    List<MapValue> maps = new ArrayList<>();
    for (Slot slot : slots()) {
      if (slot.get() instanceof MapValue map && !map.members().isEmpty()) {
        maps.add(map);
      }
    }
    return maps;
  }

  private static void collect(Slot slot, List<Slot> slots) {
    slots.add(slot);
    if (slot.get() instanceof MapValue map) {
      for (int i = 0; i < map.members().size(); i++) {
        collect(member(map, i), slots);
      }
    } else if (slot.get() instanceof ListValue list) {
      for (int i = 0; i < list.items().size(); i++) {
        collect(item(list, i), slots);
      }
    }
  }

  private static Slot member(MapValue map, int at) {
    return new Slot() {
      @Override
      public Value get() {
        return map.members().get(at).value();
      }

      @Override
      public void set(Value value) {
        map.members().set(at, new Member(map.members().get(at).key(), value));
      }
    };
  }

  private static Slot item(ListValue list, int at) {
    return new Slot() {
      @Override
      public Value get() {
        return list.items().get(at);
      }

      @Override
      public void set(Value value) {
        list.items().set(at, value);
      }
    };
  }

  private static Value value(Node node) {
    if (node instanceof Node.MapNode map) {
      List<Member> members = new ArrayList<>();
      map.entries().forEach(entry -> members.add(new Member(entry.key(), value(entry.value()))));
      return new MapValue(members);
    }
    if (node instanceof Node.ListNode list) {
      List<Value> items = new ArrayList<>();
      list.items().forEach(item -> items.add(value(item)));
      return new ListValue(items);
    }
    return new Scalar(((Node.ScalarNode) node).value());
  }
}
