package io.bergview.cli.fuzz;

import io.bergview.cli.fuzz.Tree.ListValue;
import io.bergview.cli.fuzz.Tree.MapValue;
import io.bergview.cli.fuzz.Tree.Member;
import io.bergview.cli.fuzz.Tree.Scalar;
import io.bergview.cli.fuzz.Tree.Slot;
import io.bergview.cli.fuzz.Tree.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What is done to a document whose syntax stays right. */
enum TreeMutation {
  NOTHING {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {}
  },
  DROP_ENTRY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      MapValue map = map(tree, chance);
      map.members().remove(chance.below(map.members().size()));
    }
  },
  REPEAT_KEY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      MapValue map = map(tree, chance);
      Member member = chance.oneOf(map.members());
      map.members().add(new Member(member.key(), member.value().copy()));
    }
  },
  MISSPELL_KEY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      rename(tree, chance, key -> key.isEmpty() ? "x" : swapped(key, chance));
    }
  },
  ODD_KEY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      rename(tree, chance, key -> OddValues.name(chance));
    }
  },
  OTHER_CASE {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot slot = text(tree, chance);
      String text = String.valueOf(((Scalar) slot.get()).value());
      slot.set(new Scalar(text.toUpperCase(Locale.ROOT)));
    }
  },
  SWAP_VALUES {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot one = inside(tree, chance);
      Slot other = inside(tree, chance);
      Value value = one.get().copy();
      one.set(other.get().copy());
      other.set(value);
    }
  },
  OTHER_KIND {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot slot = inside(tree, chance);
      Value value = slot.get();
      slot.set(
          switch (chance.below(5)) {
            case 0 -> new Scalar(null);
            case 1 -> new Scalar(chance.in100(50));
            case 2 -> new ListValue(new ArrayList<>(List.of(value)));
            case 3 -> new MapValue(new ArrayList<>(List.of(new Member("a", value))));
            default -> new Scalar(7L);
          });
    }
  },
  ODD_NUMBER {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      scalar(tree, chance).set(new Scalar(OddValues.number(chance)));
    }
  },
  ODD_TEXT {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      scalar(tree, chance).set(new Scalar(OddValues.text(chance)));
    }
  },
  CHARACTER_IN_TEXT {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot slot = text(tree, chance);
      String text = String.valueOf(((Scalar) slot.get()).value());
      slot.set(new Scalar(OddValues.with(text, chance.oneOf(OddValues.CHARACTERS), chance)));
    }
  },
  LONG_TEXT {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      scalar(tree, chance).set(new Scalar(OddValues.longText(chance)));
    }
  },
  DEEPER {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot slot = inside(tree, chance);
      Value value = slot.get();
      String key = chance.oneOf("a", "$not", "$and", "$add", "$cond");
      boolean lists = chance.in100(50);
      for (int level = chance.oneOf(2, 20, 98, 102, 1_000); level > 0; level--) {
        value =
            lists
                ? new ListValue(new ArrayList<>(List.of(value)))
                : new MapValue(new ArrayList<>(List.of(new Member(key, value))));
      }
      slot.set(value);
    }
  },
  SPLICE {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      inside(tree, chance).set(chance.oneOf(donor.slots()).get().copy());
    }
  },
  ADD_ENTRY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      map(tree, chance).members().add(chance.oneOf(map(donor, chance).members()));
    }
  },
  OTHER_WORD {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      text(tree, chance).set(text(chance.in100(70) ? tree : donor, chance).get());
    }
  },
  REPEAT_ITEM {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      List<ListValue> lists = new ArrayList<>();
      for (Slot slot : tree.slots()) {
        if (slot.get() instanceof ListValue list && !list.items().isEmpty()) {
          lists.add(list);
        }
      }
      if (lists.isEmpty()) {
        Slot slot = inside(tree, chance);
        slot.set(new ListValue(new ArrayList<>(List.of(slot.get(), slot.get().copy()))));
        return;
      }
      ListValue list = chance.oneOf(lists);
      Value item = chance.oneOf(list.items());
      for (int i = chance.oneOf(1, 2, 40, 1_500); i > 0; i--) {
        list.items().add(item.copy());
      }
    }
  },
  SHUFFLE {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Collections.rotate(map(tree, chance).members(), chance.between(1, 5));
    }
  },
  EMPTY {
    @Override
    void change(Tree tree, Tree donor, Chance chance) {
      Slot slot = chance.oneOf(tree.slots());
      slot.set(
          chance.in100(30)
              ? new Scalar("")
              : chance.in100(50)
                  ? new MapValue(new ArrayList<>())
                  : new ListValue(new ArrayList<>()));
    }
  };

  abstract void change(Tree tree, Tree donor, Chance chance);

  private static MapValue map(Tree tree, Chance chance) {
    List<MapValue> maps = tree.maps();
    return maps.isEmpty()
        ? new MapValue(new ArrayList<>(List.of(new Member("a", new Scalar(1L)))))
        : chance.oneOf(maps);
  }

  /** Any but the root, where there is another. */
  private static Slot inside(Tree tree, Chance chance) {
    List<Slot> slots = tree.slots();
    return slots.size() == 1 ? slots.get(0) : slots.get(chance.between(1, slots.size() - 1));
  }

  private static Slot scalar(Tree tree, Chance chance) {
    List<Slot> scalars =
        tree.slots().stream().filter(slot -> slot.get() instanceof Scalar).toList();
    return scalars.isEmpty() ? inside(tree, chance) : chance.oneOf(scalars);
  }

  private static Slot text(Tree tree, Chance chance) {
    List<Slot> texts =
        tree.slots().stream()
            .filter(slot -> slot.get() instanceof Scalar s && s.value() instanceof String)
            .toList();
    if (!texts.isEmpty()) {
      return chance.oneOf(texts);
    }
    Slot slot = inside(tree, chance);
    slot.set(new Scalar("text"));
    return slot;
  }

  private static void rename(
      Tree tree, Chance chance, java.util.function.UnaryOperator<String> renamed) {
    MapValue map = map(tree, chance);
    int at = chance.below(map.members().size());
    Member member = map.members().get(at);
    map.members().set(at, new Member(renamed.apply(member.key()), member.value()));
  }

  private static String swapped(String key, Chance chance) {
    if (key.length() < 2) {
      return key + key;
    }
    int at = chance.below(key.length() - 1);
    return key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
  }
}
