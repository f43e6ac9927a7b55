package io.bergview.api;

import io.bergview.api.sql.SqlOperations;
import io.bergview.catalog.namespace.ListedNamespace;
import io.bergview.catalog.namespace.NamespaceDrop;
import io.bergview.catalog.namespace.NamespaceName;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.define.DefinePlan;
import io.bergview.define.alter.AlterPlan;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.discover.TableDescription;
import io.bergview.discover.TableListing;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.query.FindQuery;
import io.bergview.query.QueryResult;
import io.bergview.query.Routing;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.staleness.ViewStates;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.util.List;

/** The operations of an open project, as statements call them. */
record ProjectSqlOperations(Bergview bergview) implements SqlOperations {
  @Override
  public List<DefinePlan> define(ViewDefinition view) {
    return bergview.define(view);
  }

  @Override
  public List<DefinePlan> planDefine(ViewDefinition view) {
    return bergview.planDefine(view);
  }

  @Override
  public AlterPlan alterView(ViewAlteration alteration) {
    return bergview.alterView(alteration);
  }

  @Override
  public ViewRegistry.Dropped dropView(String view) {
    return bergview.dropView(view);
  }

  @Override
  public RefreshOutcome refreshView(RefreshRequest request) {
    return bergview.refreshView(request);
  }

  @Override
  public MaintenanceOutcome<VacuumResult> vacuumView(MaintenanceRequest request) {
    return bergview.vacuumView(request);
  }

  @Override
  public MaintenanceOutcome<CompactionResult> compactView(MaintenanceRequest request) {
    return bergview.compactView(request);
  }

  @Override
  public VerifyResult verifyView(String view) {
    return bergview.verifyView(view, VerifyOptions.defaults());
  }

  @Override
  public ViewStates listViews() {
    return bergview.listViews();
  }

  @Override
  public TableListing listTables() {
    return bergview.listTables();
  }

  @Override
  public TableDescription describeTable(String name) {
    return bergview.describeTable(name);
  }

  @Override
  public ViewExplanation explainView(String view) {
    return bergview.explainView(view);
  }

  @Override
  public List<ListedNamespace> listNamespaces(String... catalogs) {
    return bergview.namespaces().list(catalogs);
  }

  @Override
  public List<NamespaceName> createNamespace(String namespace) {
    return bergview.namespaces().create(namespace);
  }

  @Override
  public NamespaceDrop dropNamespace(String namespace) {
    return bergview.namespaces().drop(namespace);
  }

  @Override
  public NamespaceDrop dropNamespaceWithContents(String namespace) {
    return bergview.namespaces().dropWithContents(namespace);
  }

  @Override
  public QueryResult select(SqlText query) {
    return bergview.find(FindQuery.select(query)).answer();
  }

  @Override
  public Routing explainSelect(SqlText query) {
    return bergview.find(FindQuery.select(query)).explain();
  }
}
