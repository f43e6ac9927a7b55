package io.bergview.projection.yaml;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names that differ in more than case. */
final class FreshNames {
  private final Set<String> taken = new HashSet<>();

  FreshNames(Collection<String> taken) {
    taken.forEach(name -> this.taken.add(name.toLowerCase(Locale.ROOT)));
  }

  /** A name that was not taken before, which now is. */
  String of(String wanted) {
    String free = wanted;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = wanted + "_" + i;
    }
    return free;
  }
}
