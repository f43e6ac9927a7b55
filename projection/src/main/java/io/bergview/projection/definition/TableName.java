package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table as a definition names it, {@code [catalog.]namespace.table}, perhaps at a branch or a
 * tag: {@code shop.orders@audit}. The same table at another ref is another source, so it has
 * another name.
 *
 * @param catalog one of the project's catalogs; empty for the default one
 * @param namespace at least one level
 * @param ref a branch or a tag; empty for the table's current state, which {@code main} names too
 */
public record TableName(
    Optional<String> catalog, List<String> namespace, String name, Optional<String> ref) {
  /** Before the name of a ref. */
  private static final char AT = '@';

  private static final String MAIN = "main";
  private static final Pattern PLAIN_REF = Pattern.compile("[\\p{L}\\p{N}_./-]+");

  public TableName {
    requireNonNull(catalog, "catalog is null");
    namespace = List.copyOf(namespace);
    requireNonNull(name, "name is null");
    ref = ref.filter(named -> !named.equals(MAIN));
    if (namespace.isEmpty()) {
      throw new IllegalArgumentException("a table needs a namespace: " + name);
    }
    if (ref.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException("a branch or tag needs a name: " + name + AT);
    }
  }

  /** A table in its current state. */
  public TableName(Optional<String> catalog, List<String> namespace, String name) {
    this(catalog, namespace, name, Optional.empty());
  }

  /**
   * Reads {@code shop.orders}, {@code shop.orders@audit} and {@code shop.`odd@name`@`odd.ref`}.
   *
   * @param catalogs the project's: the name may begin with one
   * @throws IllegalArgumentException with a message for the user
   */
  public static TableName parse(String text, Set<String> catalogs) {
    int at = placeOfRef(text);
    if (at < 0) {
      return of(ColumnPath.parse(text, ""), catalogs);
    }
    TableName table = of(ColumnPath.parse(text.substring(0, at), ""), catalogs);
    return table.at(refOf(text.substring(at + 1), text));
  }

  /** The name of a table without its ref, and that ref; as {@link #parse} reads them. */
  public record TextAtRef(ColumnPath table, Optional<String> ref) {
    public TextAtRef {
      requireNonNull(table, "table is null");
      requireNonNull(ref, "ref is null");
    }

    /**
     * @throws IllegalArgumentException with a message for the user
     */
    public static TextAtRef parse(String text) {
      int at = placeOfRef(text);
      return at < 0
          ? new TextAtRef(ColumnPath.parse(text, ""), Optional.empty())
          : new TextAtRef(
              ColumnPath.parse(text.substring(0, at), ""),
              Optional.of(refOf(text.substring(at + 1), text)).filter(ref -> !ref.equals(MAIN)));
    }
  }

  /** Where the first {@code @} outside backticks is; -1 for none. */
  private static int placeOfRef(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '`') {
        quoted = !quoted;
      } else if (text.charAt(i) == AT && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static String refOf(String text, String whole) {
    if (text.startsWith("`")) {
      List<String> segments = ColumnPath.parse(text, "").segments();
      if (segments.size() == 1) {
        return segments.get(0);
      }
    } else if (PLAIN_REF.matcher(text).matches()) {
      return text;
    }
    throw new IllegalArgumentException(
        "'%s' names no branch or tag after '@'; write an odd name in backticks: shop.orders@`a b`"
            .formatted(whole));
  }

  /**
   * Takes a path apart: the first segment is a catalog only if the project has one of that name and
   * at least two segments follow.
   *
   * @throws IllegalArgumentException where no namespace is left
   */
  public static TableName of(ColumnPath path, Set<String> catalogs) {
    List<String> segments = new ArrayList<>(path.segments());
    Optional<String> catalog = Optional.empty();
    if (segments.size() > 2 && catalogs.contains(segments.get(0))) {
      catalog = Optional.of(segments.remove(0));
    }
    if (segments.size() < 2) {
      throw new IllegalArgumentException(
          "'" + path + "' names no namespace; write namespace.table");
    }
    return new TableName(
        catalog, segments.subList(0, segments.size() - 1), segments.get(segments.size() - 1));
  }

  /**
   * Whether the parts of a name, perhaps with a catalog in front, are this table's; case does not
   * matter.
   */
  public boolean isCalled(List<String> path) {
    List<String> parts = new ArrayList<>(namespace);
    parts.add(name);
    if (path.size() == parts.size() + 1) {
      return catalog.map(path.get(0)::equals).orElse(true)
          && isSame(parts, path.subList(1, path.size()));
    }
    return isSame(parts, path);
  }

  /**
   * As {@link #isCalled(List)}, where it is known which catalog a name without one means.
   *
   * @param defaultCatalog of names without one
   */
  public boolean isCalled(List<String> path, String defaultCatalog) {
    boolean named = path.size() == namespace.size() + 2;
    String meant = named ? path.get(0) : defaultCatalog;
    return isCalled(path) && catalog.orElse(defaultCatalog).equals(meant);
  }

  /** The same table at a branch or a tag. */
  public TableName at(String branchOrTag) {
    return new TableName(catalog, namespace, name, Optional.of(branchOrTag));
  }

  /** The table itself, in its current state. */
  public TableName withoutRef() {
    return ref.isEmpty() ? this : new TableName(catalog, namespace, name);
  }

  /** Whether the name ends with these parts; case does not matter. */
  public boolean endsWith(List<String> parts) {
    List<String> all = path();
    int more = all.size() - parts.size();
    return more >= 0 && isSame(all.subList(more, all.size()), parts);
  }

  /** All parts of the table's name, the catalog among them if it is named; without the ref. */
  public List<String> path() {
    List<String> parts = new ArrayList<>();
    catalog.ifPresent(parts::add);
    parts.addAll(namespace);
    parts.add(name);
    return parts;
  }

  private static boolean isSame(List<String> parts, List<String> path) {
    return String.join("\0", parts).equalsIgnoreCase(String.join("\0", path));
  }

  /** The same table with its catalog named; where no catalog is named it is the given one. */
  public TableName in(String defaultCatalog) {
    return catalog.isPresent()
        ? this
        : new TableName(Optional.of(defaultCatalog), namespace, name, ref);
  }

  /** As {@link #parse} reads it back. */
  @Override
  public String toString() {
    String table = path().stream().map(TableName::quoted).collect(Collectors.joining("."));
    return ref.map(named -> table + AT + quotedRef(named)).orElse(table);
  }

  private static String quoted(String part) {
    return part.indexOf(AT) < 0
        ? ColumnPath.of(part).toString()
        : '`' + part.replace("`", "``") + '`';
  }

  private static String quotedRef(String ref) {
    return PLAIN_REF.matcher(ref).matches() ? ref : '`' + ref.replace("`", "``") + '`';
  }
}
