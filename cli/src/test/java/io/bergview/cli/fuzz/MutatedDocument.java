package io.bergview.cli.fuzz;

import io.bergview.projection.text.DocumentReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A good document after something was done to it.
 *
 * @param mutation what: the first of several
 * @param extension of a file of that form, {@code yaml}
 */
record MutatedDocument(String mutation, String extension, byte[] bytes) {
  private static final int TREE_PERCENT = 78;

  /** The names of all mutations that there are. */
  static List<String> mutations() {
    List<String> names = new ArrayList<>();
    Arrays.stream(TreeMutation.values()).forEach(one -> names.add(one.name()));
    Arrays.stream(TextMutation.values()).forEach(one -> names.add(one.name()));
    return names;
  }

  /** Draws one, of one of these documents. */
  static MutatedDocument of(Tree original, Tree donor, List<TextForm> forms, Chance chance) {
    TextForm form = chance.oneOf(forms);
    Tree tree = original.copy();
    if (chance.in100(TREE_PERCENT)) {
      TreeMutation first = chance.oneOf(TreeMutation.values());
      first.change(tree, donor, chance);
      if (first != TreeMutation.NOTHING) {
        for (int more = chance.oneOf(0, 0, 0, 0, 1, 2); more > 0; more--) {
          chance.oneOf(TreeMutation.values()).change(tree, donor, chance);
        }
      }
      return new MutatedDocument(
          first.name(), form.extension(), form.write(tree).getBytes(StandardCharsets.UTF_8));
    }
    TextMutation mutation = chance.oneOf(TextMutation.values());
    return new MutatedDocument(
        mutation.name(), form.extension(), mutation.bytes(form.write(tree), chance));
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Whether the parser takes it, as a file of its form. */
  boolean isRead() {
    try {
      return !DocumentReader.read("case." + extension, text()).isEmpty();
    } catch (RuntimeException e) {
      return false;
    }
  }
}
