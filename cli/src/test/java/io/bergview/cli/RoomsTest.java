package io.bergview.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The house as docs/decisions.md describes it: imports run downwards, from room to room. */
@Tag("contract")
class RoomsTest {

  /** A top-level package, its height in the house, and the Maven module that its sources lie in. */
  private record Room(String name, int floor, String module) {
    boolean holds(JavaClass type) {
      return (type.getPackageName() + ".").startsWith("io.bergview." + name + ".");
    }
  }

  private static final List<Room> ROOMS =
      List.of(
          new Room("fixtures", 0, "warehouse-fixtures"),
          new Room("errors", 1, "projection"),
          new Room("projection", 1, "projection"),
          new Room("settings", 2, "catalog"),
          new Room("catalog", 3, "catalog"),
          new Room("staleness", 4, "staleness"),
          new Room("history", 4, "staleness"),
          new Room("pipeline", 5, "pipeline"),
          new Room("query", 6, "query"),
          new Room("discover", 6, "discover"),
          new Room("refresh", 7, "refresh"),
          new Room("maintain", 8, "refresh"),
          new Room("verify", 8, "refresh"),
          new Room("define", 8, "refresh"),
          new Room("upkeep", 9, "upkeep"),
          new Room("imports", 9, "imports"),
          new Room("api", 10, "api"),
          new Room("server", 11, "server"),
          new Room("cli", 12, "cli"));

  private static final String EMPTY_NAME = ".*(Impl|Utils?|Helpers?|Manager)";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.bergview");

  @Test
  void everyRoomThatHasSourcesIsLookedAt() throws IOException {
    Set<String> written = new TreeSet<>();
    for (Room room : ROOMS) {
      if (hasSources(room)) {
        written.add(room.name());
      }
    }
    Set<String> seen =
        ROOMS.stream()
            .filter(room -> CLASSES.stream().anyMatch(room::holds))
            .map(Room::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(seen).isNotEmpty().isEqualTo(written);
  }

  @Test
  void everyClassIsInARoom() {
    assertThat(CLASSES.stream().filter(type -> ROOMS.stream().noneMatch(room -> room.holds(type))))
        .isEmpty();
  }

  @Test
  void importsRunDownwards() {
    for (Room room : ROOMS) {
      noClasses()
          .that(describe("are in " + room.name(), room::holds))
          .should()
          .dependOnClassesThat(areInOneOf("a room above", roomsAbove(room)))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheCommandLineShowsSampleWarehouses() {
    Room fixtures = ROOMS.get(0);
    Room cli = ROOMS.get(ROOMS.size() - 1);
    noClasses()
        .that(
            describe(
                "are neither in fixtures nor in cli", t -> !fixtures.holds(t) && !cli.holds(t)))
        .should()
        .dependOnClassesThat(areInOneOf("fixtures", List.of(fixtures)))
        .check(CLASSES);
  }

  /** Standard output and error are the command line's; whoever embeds Bergview has its own. */
  @Test
  void onlyTheCommandLinePrints() {
    Room fixtures = ROOMS.get(0);
    Room cli = ROOMS.get(ROOMS.size() - 1);
    noClasses()
        .that(
            describe(
                "are neither in fixtures nor in cli", t -> !fixtures.holds(t) && !cli.holds(t)))
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.bergview.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Who implements another project's interface of such a name may carry it on. */
  @Test
  void namesSaySomething() {
    noClasses()
        .that(describe("do not implement what others named so", type -> !namedByOthers(type)))
        .should()
        .haveNameMatching(EMPTY_NAME)
        .orShould()
        .resideInAnyPackage("..impl..", "..util..", "..helper..", "..common..", "..misc..")
        .check(CLASSES);
  }

  private static boolean namedByOthers(JavaClass type) {
    return type.getAllRawInterfaces().stream()
        .filter(other -> !other.getPackageName().startsWith("io.bergview"))
        .map(JavaClass::getSimpleName)
        .anyMatch(name -> name.matches(EMPTY_NAME) && type.getSimpleName().endsWith(name));
  }

  private static List<Room> roomsAbove(Room room) {
    return ROOMS.stream().filter(other -> other.floor() > room.floor()).toList();
  }

  private static DescribedPredicate<JavaClass> areInOneOf(String name, List<Room> rooms) {
    return describe("are in " + name, type -> rooms.stream().anyMatch(room -> room.holds(type)));
  }

  /** Tests run in the module's folder, one below the root. */
  private static boolean hasSources(Room room) throws IOException {
    Path folder = Path.of("..", room.module(), "src/main/java/io/bergview", room.name());
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    }
  }
}
