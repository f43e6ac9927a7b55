package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.NamespaceProtection;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.UpdateViewProperties;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg views over the tables of views, by which other engines read the visible columns: {@code
 * $publish}.
 *
 * <p>A catalog changes a table and a view in two steps, and a process may end between them. So the
 * table's properties say what may be there: {@code $publish} of the definition, which is committed
 * before the Iceberg view is made; {@code bergview.unpublish}, the names that earlier definitions
 * had, committed with the definition that no longer has them; {@code bergview.published}, what was
 * last published, committed afterwards. Whoever finds that these differ goes on from there: the
 * next {@code apply}, or the next refresh, which asks the catalog for nothing where they agree.
 *
 * <p>An Iceberg view is this view's if it says so, by the uuid of the table. One that names the
 * same view and the same table, but an earlier table of that name, is taken over, since it reads
 * the table that is there now. Any other is somebody else's, and is left alone.
 */
public final class PublishedViews {
  /** Property of an Iceberg view: the uuid of the table that it is published over. */
  public static final String PUBLISHED_BY = "bergview.published-by";

  /** Property of an Iceberg view: the table that it is published over. */
  static final String TABLE = "bergview.table";

  private static final String COMMENT = ViewProperties.COMMENT;

  /** Of Iceberg: others may have added a dialect, which a new version then loses. */
  private static final String MAY_DROP_DIALECTS = "replace.drop-dialect.allowed";

  private static final String JDBC_SCHEMA_VERSION = "jdbc.schema-version";

  private final Catalogs catalogs;

  public PublishedViews(Catalogs catalogs) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
  }

  /**
   * Refuses a definition that could not be published, before anything is written.
   *
   * @param table the view's
   * @param stored that table, if it is there
   * @throws io.bergview.errors.DefinitionException for a name that is none in the view's catalog
   * @throws UsageException {@code CATALOG_WITHOUT_VIEWS}
   * @throws ConflictException {@code VIEW_EXISTS} where something else has the name
   * @return whether the Iceberg view is missing
   */
  public boolean check(ViewDefinition view, TableName table, Optional<Table> stored) {
    Optional<TableName> wanted = view.publish();
    if (wanted.isEmpty()) {
      return false;
    }
    TableName name = wanted.get();
    String catalog = catalogs.nameFor(table);
    TableIdentifier identifier = catalogs.identifier(in(catalog, name));
    if (identifier.equals(catalogs.identifier(table))) {
      throw wrong(view, "the view's own table is called so; give the published view another name");
    }
    if (catalogs.names().contains(name.namespace().get(0)) && name.namespace().size() > 1) {
      throw wrong(
          view,
          "the published view is in the catalog of the view's table, '%s', so its name has none: write %s"
              .formatted(
                  catalog,
                  new TableName(
                      Optional.empty(),
                      name.namespace().subList(1, name.namespace().size()),
                      name.name())));
    }
    ViewCatalog views = views(view.name(), catalog);
    return reaching(
        view.name(),
        catalog,
        () -> {
          Optional<View> there = find(views, identifier);
          there.ifPresent(found -> refuseForeign(found, view.name(), name, uuid(stored), table));
          if (there.isEmpty()) {
            refuseTable(catalog, identifier, view.name(), name);
          }
          return there.isEmpty();
        });
  }

  private static BergviewException wrong(ViewDefinition view, String message) {
    return view.origin().failure(ProblemKind.WRONG_VALUE, "$publish", "$publish: " + message);
  }

  /**
   * Makes what is published agree with the definition and the table's columns, also where others
   * have dropped or changed it.
   *
   * @throws ConflictException {@code VIEW_EXISTS} where something else has the name
   * @throws UsageException {@code CATALOG_WITHOUT_VIEWS}
   */
  public void settle(RegisteredView view) {
    reaching(
        view.name(),
        view.catalog(),
        () -> {
          boolean published = view.definition().view().publish().isPresent();
          if ((published || isBehind(view)) && !isRedefined(view)) {
            agree(view);
          }
          return true;
        });
  }

  /**
   * As {@link #settle}, if {@link #isBehind}.
   *
   * @throws BergviewException as {@link #settle}
   */
  public void follow(RegisteredView view) {
    boolean behind = reaching(view.name(), view.catalog(), () -> isBehind(view));
    if (behind) {
      settle(view);
    }
  }

  private void agree(RegisteredView view) {
    Optional<TableName> wanted = view.definition().view().publish();
    for (TableName name : PublishedRecord.former(view.table().properties())) {
      if (!wanted.equals(Optional.of(name))) {
        remove(view.catalog(), name, view.name(), view.tableName(), view.table());
      }
    }
    wanted.ifPresent(name -> publish(view, name));
    record(view);
  }

  /** Somebody else has defined it since; that definition is settled there. */
  private static boolean isRedefined(RegisteredView view) {
    String hash = view.table().properties().get(ViewProperties.DEFINITION_HASH);
    return !view.definition().hash().equals(hash);
  }

  /**
   * Whether what is published may not be what is to be, as the loaded table says: the catalog is
   * asked for nothing.
   */
  public static boolean isBehind(RegisteredView view) {
    Map<String, String> properties = view.table().properties();
    return properties.containsKey(ViewProperties.UNPUBLISH)
        || !Objects.equals(PublishedRecord.of(view), properties.get(ViewProperties.PUBLISHED));
  }

  private void record(RegisteredView view) {
    if (!isBehind(view)) {
      return;
    }
    @Nullable String now = PublishedRecord.of(view);
    UpdateProperties update = view.table().updateProperties();
    update.remove(ViewProperties.UNPUBLISH);
    if (now == null) {
      update.remove(ViewProperties.PUBLISHED);
    } else {
      update.set(ViewProperties.PUBLISHED, now);
    }
    update.commit();
  }

  /** Drops all that may be published of a view, before its table is dropped. */
  void remove(ViewTable view) {
    for (TableName name : PublishedRecord.all(view.table().properties())) {
      NamespaceProtection.check(
          catalogs,
          view.catalog(),
          catalogs.identifier(in(view.catalog(), name)).namespace(),
          "drop the published view " + name);
    }
    for (TableName name : PublishedRecord.all(view.table().properties())) {
      remove(view.catalog(), name, view.view(), view.tableName(), view.table());
    }
  }

  private void remove(
      String catalog, TableName name, String view, TableName tableName, Table table) {
    if (!(catalogs.catalog(catalog) instanceof ViewCatalog views)) {
      return;
    }
    TableIdentifier identifier = catalogs.identifier(in(catalog, name));
    find(views, identifier)
        .filter(found -> isOurs(found, view, table.uuid().toString(), tableName))
        .ifPresent(found -> views.dropView(identifier));
  }

  private void publish(RegisteredView view, TableName name) {
    ViewCatalog views = views(view.name(), view.catalog());
    TableIdentifier identifier = catalogs.identifier(in(view.catalog(), name));
    Publication wanted = Publication.of(view);
    Optional<View> there = find(views, identifier);
    if (there.isEmpty()) {
      refuseTable(view.catalog(), identifier, view.name(), name);
      makeNamespace(view.catalog(), identifier.namespace());
      try {
        wanted.create(views, identifier);
        return;
      } catch (AlreadyExistsException meanwhile) {
        there = find(views, identifier);
        if (there.isEmpty()) {
          throw meanwhile;
        }
      }
    }
    refuseForeign(
        there.get(),
        view.name(),
        name,
        Optional.of(view.table().uuid().toString()),
        view.tableName());
    wanted.update(there.get());
  }

  private void makeNamespace(String catalog, Namespace namespace) {
    if (catalogs.catalog(catalog) instanceof SupportsNamespaces namespaces) {
      CatalogNamespaces.create(namespaces, namespace);
    }
  }

  private static Optional<View> find(ViewCatalog views, TableIdentifier identifier) {
    try {
      return Optional.of(views.loadView(identifier));
    } catch (NoSuchViewException | NoSuchNamespaceException none) {
      return Optional.empty();
    }
  }

  /** The catalog, if it can hold views. */
  private ViewCatalog views(String view, String catalog) {
    boolean oldJdbc =
        catalogs.settings(catalog).kind() == CatalogType.JDBC
            && !"V1".equals(catalogs.settings(catalog).properties().get(JDBC_SCHEMA_VERSION));
    if (!oldJdbc && catalogs.catalog(catalog) instanceof ViewCatalog views) {
      return views;
    }
    throw withoutViews(
        view,
        catalog,
        oldJdbc ? "without 'jdbc.schema-version: V1' it has no column for them" : "of its type",
        null);
  }

  private UsageException withoutViews(
      String view, String catalog, String why, @Nullable Throwable cause) {
    String type = catalogs.settings(catalog).kind().name().toLowerCase(Locale.ROOT);
    return new UsageException(
        ErrorCode.CATALOG_WITHOUT_VIEWS,
        "View %s cannot be published: catalog '%s' (%s) holds no Iceberg views%s; leave $publish out, and name its table to other engines"
            .formatted(view, catalog, type, why.equals("of its type") ? "" : ": " + why),
        cause);
  }

  private static void refuseForeign(
      View there, String view, TableName name, Optional<String> uuid, TableName table) {
    if (!isOurs(there, view, uuid.orElse(""), table)) {
      String other = there.properties().get(ViewProperties.VIEW);
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "View %s cannot be published as %s: that is %s; choose another name with $publish, or drop it"
              .formatted(
                  view,
                  name,
                  there.properties().containsKey(PUBLISHED_BY) && other != null
                      ? "what view " + other + " is published as"
                      : "an Iceberg view that Bergview has not made"));
    }
  }

  private void refuseTable(
      String catalog, TableIdentifier identifier, String view, TableName name) {
    Catalog open = catalogs.catalog(catalog);
    if (open.tableExists(identifier)) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "View %s cannot be published as %s: that is a table; choose another name with $publish"
              .formatted(view, name));
    }
  }

  private static boolean isOurs(View there, String view, String uuid, TableName table) {
    Map<String, String> properties = there.properties();
    String by = properties.get(PUBLISHED_BY);
    return by != null
        && (by.equals(uuid)
            || view.equals(properties.get(ViewProperties.VIEW))
                && plain(table).toString().equals(properties.get(TABLE)));
  }

  private static Optional<String> uuid(Optional<Table> stored) {
    return stored.map(table -> table.uuid().toString());
  }

  private static TableName in(String catalog, TableName name) {
    return new TableName(Optional.of(catalog), name.namespace(), name.name());
  }

  static TableName plain(TableName table) {
    return new TableName(Optional.empty(), table.namespace(), table.name());
  }

  private <T> T reaching(String view, String catalog, Supplier<T> work) {
    try {
      return work.get();
    } catch (UnsupportedOperationException keepsNone) {
      throw withoutViews(view, catalog, "its server does not serve them", keepsNone);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "publish view " + view, catalog);
    }
  }

  /** What an Iceberg view is to be. */
  private record Publication(
      Schema schema,
      Namespace namespace,
      Map<String, String> dialects,
      Map<String, String> properties) {
    static Publication of(RegisteredView view) {
      Schema visible = ViewTypes.visible(view.table().schema());
      Map<String, String> properties = new HashMap<>();
      properties.put(PUBLISHED_BY, view.table().uuid().toString());
      properties.put(ViewProperties.VIEW, view.name());
      properties.put(TABLE, plain(view.tableName()).toString());
      properties.put(MAY_DROP_DIALECTS, "true");
      Optional.ofNullable(view.table().properties().get(COMMENT))
          .ifPresent(comment -> properties.put(COMMENT, comment));
      return new Publication(
          visible,
          view.identifier().namespace(),
          Map.of(
              PublishedSql.SPARK, PublishedSql.spark(view.identifier(), visible),
              PublishedSql.TRINO, PublishedSql.trino(view.catalog(), view.identifier(), visible)),
          properties);
    }

    void create(ViewCatalog views, TableIdentifier identifier) {
      var builder =
          views
              .buildView(identifier)
              .withSchema(schema)
              .withDefaultNamespace(namespace)
              .withProperties(properties);
      dialects.forEach(builder::withQuery);
      builder.create();
    }

    void update(View there) {
      if (!isSame(there)) {
        var version = there.replaceVersion().withSchema(schema).withDefaultNamespace(namespace);
        dialects.forEach(version::withQuery);
        version.commit();
      }
      Map<String, String> has = there.properties();
      if (!has.entrySet().containsAll(properties.entrySet())
          || has.containsKey(COMMENT) && !properties.containsKey(COMMENT)) {
        UpdateViewProperties update = there.updateProperties();
        properties.forEach(update::set);
        if (!properties.containsKey(COMMENT)) {
          update.remove(COMMENT);
        }
        update.commit();
      }
    }

    private boolean isSame(View there) {
      Map<String, String> has = new HashMap<>();
      for (ViewRepresentation representation : there.currentVersion().representations()) {
        if (representation instanceof SQLViewRepresentation sql) {
          has.put(sql.dialect(), sql.sql());
        }
      }
      return has.equals(dialects)
          && there.schema().asStruct().equals(schema.asStruct())
          && there.currentVersion().defaultNamespace().equals(namespace)
          && there.currentVersion().defaultCatalog() == null;
    }
  }
}
