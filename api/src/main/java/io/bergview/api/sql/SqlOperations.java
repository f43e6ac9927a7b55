package io.bergview.api.sql;

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
import io.bergview.query.QueryResult;
import io.bergview.query.Routing;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.staleness.ViewStates;
import io.bergview.verify.VerifyResult;
import java.util.List;

/** What statements are made of: the operations of an open project, under their own names. */
public interface SqlOperations {
  List<DefinePlan> define(ViewDefinition view);

  List<DefinePlan> planDefine(ViewDefinition view);

  AlterPlan alterView(ViewAlteration alteration);

  ViewRegistry.Dropped dropView(String view);

  RefreshOutcome refreshView(RefreshRequest request);

  MaintenanceOutcome<VacuumResult> vacuumView(MaintenanceRequest request);

  MaintenanceOutcome<CompactionResult> compactView(MaintenanceRequest request);

  VerifyResult verifyView(String view);

  ViewStates listViews();

  TableListing listTables();

  TableDescription describeTable(String name);

  ViewExplanation explainView(String view);

  /**
   * @param catalogs by name; none for all
   */
  List<ListedNamespace> listNamespaces(String... catalogs);

  List<NamespaceName> createNamespace(String namespace);

  NamespaceDrop dropNamespace(String namespace);

  NamespaceDrop dropNamespaceWithContents(String namespace);

  /** Runs a query, from views where they answer. */
  QueryResult select(SqlText query);

  /** Who would answer a query. */
  Routing explainSelect(SqlText query);
}
