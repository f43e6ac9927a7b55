package io.bergview.projection.resolve;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.Aggregate;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.ComputedValue;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.resolve.RowOutputs.CandidateOutput;
import io.bergview.projection.resolve.RowOutputs.OutputValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;

/** Checks a definition against its types and schemas and makes the plan that computes it. */
public final class ViewResolver {
  /**
   * How many of the least or greatest values of a group are kept, so that a group that loses some
   * of them need not be recomputed. It may grow, but not shrink: deleted values are removed from
   * the kept ones, and as many of them must be known.
   */
  public static final int EXTREMES = 8;

  private final ViewDefinition view;
  private final PathTree tree;
  private final OutputNames names;
  private final boolean query;
  private final int extremes;
  private final StateColumn state = new StateColumn();
  private final List<String> key = new ArrayList<>();
  private final List<String> rootKey = new ArrayList<>();

  private ViewResolver(ViewDefinition view, TypeSource types, boolean query, int extremes) {
    this.view = view;
    this.query = query;
    this.extremes = extremes;
    this.tree = new PathTree(view, types, new ColumnIds());
    this.names = new OutputNames(view);
  }

  /**
   * @throws io.bergview.errors.DefinitionException where the definition does not fit its types,
   *     with the place in its file
   * @throws io.bergview.errors.NotFoundException where a table does not exist
   */
  public static ResolvedView resolve(ViewDefinition view, TypeSource types) {
    return resolve(view, types, EXTREMES);
  }

  /**
   * The same of a view that keeps another number of values. Throws what {@link
   * #resolve(ViewDefinition, TypeSource)} throws.
   *
   * @param extremes how many of the least or greatest values of a group are kept; 0 for none
   */
  public static ResolvedView resolve(ViewDefinition view, TypeSource types, int extremes) {
    boolean merges = !view.refresh().appends() && view.having().isEmpty() && view.top().isEmpty();
    if (view.query().isPresent()) {
      return SqlViewResolver.resolve(view, types, true, merges ? extremes : 0);
    }
    return new ViewResolver(view, types, false, merges ? extremes : 0).resolve();
  }

  /**
   * Resolves a query: a definition whose rows are not stored. It has no hidden state and no key,
   * and the part of its filter on root columns alone is applied before any join: to-one keys are
   * checked for the remaining rows. Throws what {@link #resolve(ViewDefinition, TypeSource)}
   * throws.
   */
  public static ResolvedView resolveQuery(ViewDefinition view, TypeSource types) {
    return view.query().isPresent()
        ? SqlViewResolver.resolve(view, types, false, 0)
        : new ViewResolver(view, types, true, 0).resolve();
  }

  /** A column that a query could show. */
  public record Offered(String name, String source) {
    public Offered {
      requireNonNull(name, "name is null");
      requireNonNull(source, "source is null");
    }
  }

  /**
   * All columns that a query without {@code $select} would show; none of them is read, and names
   * may repeat. Throws what {@link #resolve(ViewDefinition, TypeSource)} throws.
   */
  public static List<Offered> offered(ViewDefinition view, TypeSource types) {
    ViewResolver resolver = new ViewResolver(view, types, true, 0);
    resolver.view.unnest().ifPresent(unnest -> resolver.tree.joinToMany(unnest.path()));
    List<CandidateOutput> candidates =
        view.groupBy()
            .map(keys -> resolver.groupCandidates(keys, new LinkedHashMap<>(), new ArrayList<>()))
            .orElseGet(() -> new RowOutputs(resolver.tree, resolver.names).candidates());
    return candidates.stream().map(c -> new Offered(c.name(), c.source())).toList();
  }

  /**
   * A view of the language as a SELECT. Throws what {@link #resolve(ViewDefinition, TypeSource)}
   * throws.
   *
   * @throws NoSqlFormException where SQL cannot say it
   */
  static String select(ViewDefinition view, TypeSource types) {
    resolveQuery(view, types);
    return new ViewResolver(view, types, true, 0).select();
  }

  private String select() {
    join();
    SelectText text = new SelectText(tree);
    if (view.groupBy().isEmpty()) {
      return text.rows(select(new RowOutputs(tree, names).candidates()));
    }
    List<CandidateOutput> all =
        groupCandidates(view.groupBy().get(), new LinkedHashMap<>(), new ArrayList<>());
    return text.groups(all, select(all));
  }

  /**
   * The entity types that a view uses, without relations that it does not follow: what of them
   * decides its rows. Throws what {@link #resolve(ViewDefinition, TypeSource)} throws.
   */
  public static Map<String, EntityType> followedTypes(ViewDefinition view, TypeSource types) {
    if (view.query().isPresent()) {
      return withoutRelations(resolve(view, types).types());
    }
    ViewResolver resolver = new ViewResolver(view, types, false, 0);
    resolver.resolve();
    return resolver.tree.types().followed();
  }

  private static Map<String, EntityType> withoutRelations(Map<String, EntityType> types) {
    Map<String, EntityType> followed = new LinkedHashMap<>();
    types.forEach(
        (name, type) ->
            followed.put(
                name,
                new EntityType(
                    name, type.table(), type.id(), Map.of(), type.fields(), type.origin())));
    return followed;
  }

  private ResolvedView resolve() {
    tree.nameRootKey();
    join();
    Optional<Pred> filter =
        view.filter().map(predicate -> PredicateResolver.resolve(predicate, Scope.ofRows(tree)));
    return view.groupBy().isPresent() ? grouped(view.groupBy().get(), filter) : rows(filter);
  }

  /** All rows that the view's are made of: {@code $unnest}, then {@code $join}. */
  private void join() {
    view.unnest().ifPresent(unnest -> tree.joinToMany(unnest.path()));
    JoinedRows.in(tree);
  }

  private ResolvedView rows(Optional<Pred> filter) {
    List<CandidateOutput> kept = select(new RowOutputs(tree, names).candidates());
    List<OutputColumn> columns = new ArrayList<>();
    List<Assignment> outputs = new ArrayList<>();
    for (CandidateOutput candidate : kept) {
      output(candidate, candidate.value().get().value(), columns, outputs);
    }
    if (!query && view.top().isEmpty()) {
      rowKey(outputs, columns);
    }
    Optional<FirstRows> top =
        view.top().map(first -> FirstRows.of(first, Scope.ofRows(tree), ties(outputs)));
    return finish(filtered(filter), top, kept, columns, outputs);
  }

  private ResolvedView grouped(List<GroupKey> groupBy, Optional<Pred> filter) {
    Map<String, Assignment> keys = new LinkedHashMap<>();
    List<AggregateCall> calls = new ArrayList<>();
    List<CandidateOutput> all = groupCandidates(groupBy, keys, calls);
    List<CandidateOutput> kept = select(all);
    List<OutputColumn> columns = new ArrayList<>();
    List<Assignment> outputs = new ArrayList<>();
    Set<PlanColumn> shown = new LinkedHashSet<>();
    boolean merges = !query && view.having().isEmpty() && view.top().isEmpty();
    for (CandidateOutput candidate : kept) {
      OutputValue produced = candidate.value().get();
      Expr value = produced.value();
      shown.addAll(value instanceof Expr.Ref ref ? Set.of(ref.column()) : Set.of());
      output(candidate, value, columns, outputs);
      if (merges) {
        state.of(candidate.name(), produced.state());
      }
    }
    Optional<Pred> having =
        view.having()
            .map(
                predicate ->
                    PredicateResolver.resolve(
                        predicate, new GroupOutputs(view, tree.source(), all)));
    Optional<FirstRows> top =
        view.top()
            .map(
                first ->
                    FirstRows.of(
                        first,
                        new GroupOutputs(view, tree.source(), all),
                        keys.values().stream().map(g -> (Expr) new Expr.Ref(g.column())).toList()));
    if (!query && top.isEmpty()) {
      keys.forEach((name, g) -> keyColumn(name, new Expr.Ref(g.column()), outputs, columns));
    }
    if (merges) {
      groupState(calls, shown);
      keepHidden(calls, outputs);
    }
    Plan groups = new Plan.Aggregate(filtered(filter), List.copyOf(keys.values()), calls);
    return finish(
        having.isPresent() ? new Plan.Filter(groups, having.get()) : groups,
        top,
        kept,
        columns,
        outputs);
  }

  /**
   * The keys, all of which a group needs, then the aggregates.
   *
   * @param keys gets the keys by name
   * @param calls gets the calls of the stored aggregates
   */
  private List<CandidateOutput> groupCandidates(
      List<GroupKey> groupBy, Map<String, Assignment> keys, List<AggregateCall> calls) {
    view.expand().forEach(tree::resolve);
    names.columns().forEach(flatten -> tree.resolve(flatten.right()));
    Scope scope = Scope.ofRows(tree);
    List<CandidateOutput> candidates = new ArrayList<>();
    for (GroupKey group : groupBy) {
      Expr value = GroupKeys.value(group, scope);
      String name = GroupKeys.name(group, names);
      PlanColumn column = tree.ids().next(GroupKeys.source(group), value.type());
      keys.put(name, new Assignment(column, value));
      candidates.add(
          new CandidateOutput(
              name,
              GroupKeys.source(group),
              GroupKeys.at(group),
              group.unit().isEmpty() ? group.path() : Optional.empty(),
              () -> OutputValue.of(new Expr.Ref(column))));
    }
    names.checkUnique(candidates.stream().map(ViewResolver::named).toList());
    Map<String, Supplier<OutputValue>> values = new LinkedHashMap<>();
    view.compute()
        .forEach(
            (name, computation) ->
                candidates.add(
                    new CandidateOutput(
                        name,
                        "$compute." + name,
                        computation.at(),
                        Optional.empty(),
                        () -> requireNonNull(values.get(name)).get())));
    GroupOutputs aggregated =
        new GroupOutputs(
            view,
            tree.source(),
            candidates.stream()
                .filter(c -> !(view.compute().get(c.name()) instanceof ComputedValue))
                .toList());
    view.compute()
        .forEach(
            (name, computation) ->
                values.put(
                    name,
                    computation instanceof ComputedValue computed
                        ? () -> OutputValue.of(aggregated.computed(computed))
                        : () -> aggregate(name, (Aggregate) computation, calls)));
    return candidates;
  }

  /** Computed once however often it is asked for. */
  private OutputValue aggregate(String name, Aggregate aggregate, List<AggregateCall> calls) {
    Aggregates.Parts parts =
        Aggregates.resolve(name, aggregate, Scope.ofRows(tree), calls, extremes);
    calls.addAll(parts.calls());
    return new OutputValue(parts.value(), parts.state());
  }

  /** Aggregates that no output shows as they are are kept beside the outputs. */
  private void keepHidden(List<AggregateCall> calls, List<Assignment> outputs) {
    Set<PlanColumn> kept = new HashSet<>(state.kept());
    outputs.forEach(output -> StateColumn.kept(output.value()).forEach(kept::add));
    for (int i = 0; i < calls.size(); i++) {
      AggregateCall call = calls.get(i);
      boolean next =
          call.kind() == AggregateCall.AggregateFunction.LEAST
              || call.kind() == AggregateCall.AggregateFunction.GREATEST;
      if (!kept.contains(call.column())) {
        state.of(
            "$" + i, Map.of(next ? ResolvedView.EXTREMES : "value", new Expr.Ref(call.column())));
      }
    }
  }

  /** The row count of a group, which shows when the group becomes empty. */
  private void groupState(List<AggregateCall> calls, Set<PlanColumn> shown) {
    boolean counted =
        calls.stream()
            .anyMatch(
                call ->
                    call.kind() == AggregateCall.AggregateFunction.COUNT_ROWS
                        && shown.contains(call.column()));
    if (!counted) {
      state.rows(rowCount(calls));
    }
  }

  /** The number of a group's rows, computed once. */
  private Expr rowCount(List<AggregateCall> calls) {
    for (AggregateCall call : calls) {
      if (call.kind() == AggregateCall.AggregateFunction.COUNT_ROWS) {
        return new Expr.Ref(call.column());
      }
    }
    PlanColumn count = tree.ids().next("rows", Types.LongType.get());
    calls.add(
        new AggregateCall(
            count, AggregateCall.AggregateFunction.COUNT_ROWS, Aggregates.EVERY_ROW, List.of()));
    return new Expr.Ref(count);
  }

  private Plan filtered(Optional<Pred> filter) {
    Plan rows =
        new PlanBuilder(tree, view.unnest().map(ViewDefinition.Unnest::keepEmpty).orElse(false))
            .build(rootFilter());
    return filter.isPresent() ? new Plan.Filter(rows, filter.get()) : rows;
  }

  /** What tells rows apart: their key, as far as they have one, else all that is shown of them. */
  private List<Expr> ties(List<Assignment> outputs) {
    Map<String, Expr> parts = new LinkedHashMap<>();
    boolean whole = keyOf(tree.root(), parts) && fannedKeys(tree.root(), parts);
    List<Expr> ties = new ArrayList<>(parts.values());
    if (!whole) {
      outputs.forEach(output -> ties.add(output.value()));
    }
    return ties;
  }

  /** The plan over the rows that are shown. */
  private Plan topOf(Plan rows, FirstRows top, List<Assignment> outputs) {
    Plan first = top.over(rows, tree.ids());
    return query ? first : OrderedSums.in(new Plan.Project(first, outputs), first);
  }

  private ResolvedView finish(
      Plan rows,
      Optional<FirstRows> top,
      List<CandidateOutput> kept,
      List<OutputColumn> columns,
      List<Assignment> outputs) {
    if (columns.isEmpty()) {
      throw view.origin()
          .failure(
              ProblemKind.MISSING,
              "",
              view.shown() + " has no columns; give $groupBy or $compute something to show");
    }
    Plan input = top.map(first -> topOf(rows, first, outputs)).orElse(rows);
    Optional<Assignment> hidden = query ? Optional.empty() : state.assignment(tree.ids());
    hidden.ifPresent(outputs::add);
    Plan plan = new Plan.Project(input, outputs);
    List<SourceTable> sources = PlanSources.of(plan);
    return new ResolvedView(
        view,
        tree.types().all(),
        plan,
        columns,
        hidden.map(
            column ->
                new OutputColumn(
                    ResolvedView.STATE,
                    column.value().type(),
                    ResolvedView.STATE,
                    column.column())),
        key,
        rootKey,
        query ? Map.of() : ShownRelations.of(tree, names, kept),
        sources,
        PlanSources.union(sources, tree.types().tables()),
        UniqueChecks.of(tree, rootFilter()));
  }

  private Optional<Predicate> rootFilter() {
    return query ? view.filter().flatMap(tree::ofRoot) : Optional.empty();
  }

  private void output(
      CandidateOutput candidate, Expr value, List<OutputColumn> columns, List<Assignment> outputs) {
    PlanColumn column = tree.ids().next(candidate.name(), value.type());
    columns.add(new OutputColumn(candidate.name(), value.type(), candidate.source(), column));
    outputs.add(new Assignment(column, value));
  }

  /**
   * The root's key, then for each unnested step the child's key or the element's ordinal. Where a
   * step has none, the root's is still kept: by it the rows of a changed root are found again.
   */
  private void rowKey(List<Assignment> outputs, List<OutputColumn> columns) {
    Map<String, Expr> root = new LinkedHashMap<>();
    if (!keyOf(tree.root(), root)) {
      return;
    }
    Map<String, Expr> parts = new LinkedHashMap<>(root);
    boolean whole = fannedKeys(tree.root(), parts);
    (whole ? parts : root).forEach((name, value) -> keyColumn(name, value, outputs, columns));
    rootKey.addAll(key.subList(0, root.size()));
    if (!whole) {
      key.clear();
    }
  }

  private boolean fannedKeys(PathNode node, Map<String, Expr> parts) {
    for (PathNode child : node.children().values()) {
      boolean known = !child.many() || !child.fanned() || keyOf(child, parts);
      if (!known || (!child.isGathered() && !fannedKeys(child, parts))) {
        return false;
      }
    }
    return true;
  }

  private boolean keyOf(PathNode node, Map<String, Expr> parts) {
    Scope scope = Scope.ofRows(tree);
    if (node.kind() == PathNode.NodeKind.ELEMENTS) {
      addPart(String.join("_", node.path()) + "_ordinal", new Expr.Ref(node.ordinal()), parts);
      return true;
    }
    EntityType type = node.type().orElseThrow();
    for (String column : type.id()) {
      Types.NestedField field = node.keyField(column);
      List<String> path = node.path();
      path.add(column);
      addPart(String.join("_", path), scope.column(node, field), parts);
    }
    return !type.id().isEmpty();
  }

  /**
   * Adds a part of the key, under a name that no other part has in any case: the root may have a
   * column called as the path to another part.
   */
  private static void addPart(String name, Expr value, Map<String, Expr> parts) {
    String free = name;
    while (parts.keySet().stream().anyMatch(free::equalsIgnoreCase)) {
      free += "_";
    }
    parts.put(free, value);
  }

  private void keyColumn(
      String name, Expr value, List<Assignment> outputs, List<OutputColumn> columns) {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).value().equals(value)) {
        key.add(columns.get(i).name());
        return;
      }
    }
    state.key(name, value);
    key.add(ResolvedView.STATE + ".key." + name);
  }

  private List<CandidateOutput> select(List<CandidateOutput> candidates) {
    if (view.select().isEmpty()) {
      names.check(candidates.stream().map(ViewResolver::named).toList());
      return candidates;
    }
    List<CandidateOutput> kept = new ArrayList<>();
    for (Select select : view.select().get()) {
      CandidateOutput found = find(select, candidates);
      kept.add(
          new CandidateOutput(
              select.name(),
              found.source(),
              found.at().isEmpty() ? select.path().at() : found.at(),
              found.column(),
              found.value()));
    }
    names.check(kept.stream().map(ViewResolver::named).toList());
    return kept;
  }

  private CandidateOutput find(Select select, List<CandidateOutput> candidates) {
    String wanted =
        select.path().segments().size() == 1 ? select.path().last() : select.path().toString();
    List<CandidateOutput> called =
        candidates.stream().filter(candidate -> candidate.name().equals(wanted)).toList();
    names.checkUnique(called.stream().map(ViewResolver::named).toList());
    return called.stream()
        .findFirst()
        .or(
            () ->
                candidates.stream()
                    .filter(candidate -> candidate.source().equals(select.path().toString()))
                    .findFirst())
        .or(() -> toOne(select.path()))
        .orElseThrow(
            () ->
                view.origin()
                    .failure(
                        ProblemKind.UNKNOWN_COLUMN,
                        select.path().at(),
                        "$select of "
                            + view.shown()
                            + " names '"
                            + wanted
                            + "', which is not one of its columns"
                            + Suggestions.didYouMean(
                                wanted, candidates.stream().map(CandidateOutput::name).toList())));
  }

  /**
   * A source path that is not inlined: a column behind to-one relations may still be selected, in a
   * view of rows.
   */
  private Optional<CandidateOutput> toOne(ColumnPath path) {
    if (view.groupBy().isPresent() || path.segments().size() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        new CandidateOutput(
            names.of(path),
            path.toString(),
            path.at(),
            Optional.of(path),
            () -> OutputValue.of(Scope.ofRows(tree).column(path))));
  }

  private static OutputNames.Named named(CandidateOutput candidate) {
    return new OutputNames.Named(candidate.name(), candidate.source(), candidate.at());
  }
}
