package io.bergview.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Scan;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.util.ThreadPools;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nothing is left to the thread pools that Iceberg shares: they end themselves as soon as the
 * process is told to end, beside the work that still has its time to finish.
 */
@Tag("contract")
class OwnThreadsTest {
  private static final Set<String> SCANS =
      Set.of("newScan", "newBatchScan", "newIncrementalAppendScan", "newIncrementalChangelogScan");
  private static final Set<String> UPDATES =
      Set.of(
          "newAppend",
          "newFastAppend",
          "newDelete",
          "newOverwrite",
          "newReplacePartitions",
          "newRewrite",
          "newRowDelta",
          "rewriteManifests");

  private static final List<String> MODULES =
      List.of(
          "projection",
          "catalog",
          "staleness",
          "pipeline",
          "query",
          "refresh",
          "upkeep",
          "api",
          "server",
          "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.bergview");

  @Test
  void sharedPoolsAreNotUsedDirectly() {
    noClasses()
        .that(areOurs())
        .should()
        .callMethodWhere(
            describe(
                "takes a pool of Iceberg's",
                call ->
                    call.getTargetOwner().isEquivalentTo(ThreadPools.class) || deletesInBulk(call)))
        .check(CLASSES);
  }

  private static boolean deletesInBulk(JavaAccess<?> call) {
    boolean deletes =
        call.getName().equals("deleteFiles") || call.getName().equals("dropTableData");
    return deletes
        && (call.getTargetOwner().isEquivalentTo(CatalogUtil.class)
            || call.getTargetOwner().isEquivalentTo(SupportsBulkOperations.class));
  }

  @Test
  void whoScansSaysByWhichThreads() {
    assertThat(callers(SCANS)).isNotEmpty().allMatch(type -> calls(type, Scan.class, "planWith"));
  }

  @Test
  void whoCommitsFilesSaysByWhichThreads() {
    assertThat(callers(UPDATES))
        .isNotEmpty()
        .allMatch(type -> calls(type, SnapshotUpdate.class, "scanManifestsWith"))
        .allMatch(type -> calls(type, SnapshotUpdate.class, "writeManifestsWith"));
    assertThat(callers(Set.of("expireSnapshots")))
        .isNotEmpty()
        .allMatch(type -> calls(type, ExpireSnapshots.class, "planWith"));
  }

  @Test
  void whoReadsDeletesSaysByWhichThreads() {
    assertThat(
            ours()
                .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(BaseDeleteLoader.class)))
        .isNotEmpty()
        .allMatch(OwnThreadsTest::namesThreads);
    assertThat(
            ours()
                .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(GenericDeleteFilter.class)))
        .isNotEmpty()
        .allMatch(
            call ->
                call.getOriginOwner().isAssignableTo(GenericDeleteFilter.class)
                    && call.getOriginOwner().tryGetMethod("newDeleteLoader").isPresent());
  }

  private static boolean namesThreads(JavaConstructorCall call) {
    return call.getTarget().getRawParameterTypes().size() == 2;
  }

  @Test
  void whoLetsIcebergPlanGivesItATableThatSaysByWhichThreads() {
    assertThat(ours().filter(type -> type.isAssignableTo(BinPackRewriteFilePlanner.class)))
        .isNotEmpty()
        .allMatch(
            type ->
                type.getMethodCallsFromSelf().stream()
                    .anyMatch(
                        call -> call.getTargetOwner().getSimpleName().equals("PooledScanTable")));
  }

  private static DescribedPredicate<JavaClass> areOurs() {
    return describe("are neither tests nor fixtures", OwnThreadsTest::isProduct);
  }

  /** Tests run in the module's folder, one below the root. */
  private static boolean isProduct(JavaClass type) {
    String file = type.getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java";
    return MODULES.stream()
        .anyMatch(module -> Files.exists(Path.of("..", module, "src/main/java", file)));
  }

  private static Stream<JavaClass> ours() {
    return CLASSES.stream().filter(areOurs());
  }

  /** Who calls one of these methods of a table or a transaction. */
  private static Stream<JavaClass> callers(Set<String> methods) {
    return ours()
        .filter(
            type ->
                type.getMethodCallsFromSelf().stream()
                    .anyMatch(
                        call ->
                            methods.contains(call.getName())
                                && (call.getTargetOwner().isAssignableTo(Table.class)
                                    || call.getTargetOwner().isAssignableTo(Transaction.class))));
  }

  private static boolean calls(JavaClass type, Class<?> owner, String method) {
    return type.getMethodCallsFromSelf().stream()
        .anyMatch(
            call -> call.getName().equals(method) && call.getTargetOwner().isAssignableTo(owner));
  }
}
