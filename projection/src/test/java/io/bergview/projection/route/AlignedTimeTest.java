package io.bergview.projection.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** A comparison that is asked of starts of units holds for just the same times. */
class AlignedTimeTest {
  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Paris"),
          ZoneId.of("America/St_Johns"),
          ZoneId.of("America/Havana"),
          ZoneId.of("America/Sao_Paulo"),
          ZoneId.of("Asia/Kolkata"),
          ZoneId.of("Australia/Lord_Howe"));
  private static final List<TimeUnit> DAYS =
      List.of(TimeUnit.DAY, TimeUnit.WEEK, TimeUnit.MONTH, TimeUnit.QUARTER, TimeUnit.YEAR);

  private static Optional<Pred> aligned(
      Type type, Operator operator, Object constant, TimeUnit unit, ZoneId zone) {
    Expr time = new Expr.Ref(new PlanColumn(1, "at", type));
    Expr start = new Expr.Ref(new PlanColumn(2, "start", Types.DateType.get()));
    return AlignedTime.of(
        new Pred.Compare(time, operator, new Expr.Constant(constant, type)),
        Map.of(new Expr.Truncate(time, unit, zone, Types.DateType.get()), start));
  }

  private static LocalDate start(LocalDate day, TimeUnit unit) {
    return switch (unit) {
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTH -> day.withDayOfMonth(1);
      case QUARTER -> day.withMonth((day.getMonthValue() - 1) / 3 * 3 + 1).withDayOfMonth(1);
      case YEAR -> day.withDayOfYear(1);
      default -> day;
    };
  }

  private static <T extends Comparable<? super T>> boolean holds(
      T value, Operator operator, T constant) {
    int order = value.compareTo(constant);
    return switch (operator) {
      case GT -> order > 0;
      case GTE -> order >= 0;
      case LT -> order < 0;
      case LTE -> order <= 0;
      case EQ -> order == 0;
    };
  }

  @Test
  void zonedTimesAroundEveryMidnightOfTheYearsWithOddClocks() {
    int found = 0;
    Random random = new Random(5);
    for (ZoneId zone : ZONES) {
      for (LocalDate day = LocalDate.of(2008, 1, 1); day.getYear() < 2013; day = day.plusDays(1)) {
        TimeUnit unit = DAYS.get(random.nextInt(DAYS.size()));
        Operator operator = random.nextBoolean() ? Operator.GTE : Operator.LT;
        Instant midnight = day.atStartOfDay(zone).toInstant();
        Optional<Pred> there =
            aligned(Types.TimestampType.withZone(), operator, midnight, unit, zone);
        if (there.isEmpty()) {
          continue;
        }
        found++;
        Pred.Compare asked = (Pred.Compare) there.get();
        for (int minutes = -200; minutes <= 200; minutes++) {
          Instant time = midnight.plusSeconds(60L * minutes);
          LocalDate start = start(time.atZone(zone).toLocalDate(), unit);
          assertThat(holds(start, asked.operator(), (LocalDate) asked.constant().value()))
              .as("%s %s %s of %s in %s", time, operator, midnight, unit, zone)
              .isEqualTo(holds(time, operator, midnight));
        }
      }
    }
    assertThat(found).isGreaterThan(2_000);
  }

  @Test
  void whereTheDayBeforeComesAgainNothingIsSaid() {
    ZoneId zone = ZoneId.of("America/St_Johns");
    Instant midnight = LocalDate.of(2010, 11, 7).atStartOfDay(zone).toInstant();
    assertThat(aligned(Types.TimestampType.withZone(), Operator.GTE, midnight, TimeUnit.DAY, zone))
        .isEmpty();
  }

  @Test
  void datesGoDayByDay() {
    Random random = new Random(7);
    int found = 0;
    for (int i = 0; i < 5_000; i++) {
      LocalDate constant = LocalDate.of(2024, 1, 1).plusDays(random.nextInt(800));
      TimeUnit unit = DAYS.get(random.nextInt(DAYS.size()));
      Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
      Optional<Pred> there =
          aligned(Types.DateType.get(), operator, constant, unit, ZoneId.of("UTC"));
      if (there.isPresent()) {
        found++;
        Pred.Compare asked = (Pred.Compare) there.get();
        for (int days = -40; days <= 40; days++) {
          LocalDate date = constant.plusDays(days);
          assertThat(
                  holds(start(date, unit), asked.operator(), (LocalDate) asked.constant().value()))
              .as("%s %s %s of %s", date, operator, constant, unit)
              .isEqualTo(holds(date, operator, constant));
        }
      }
    }
    assertThat(found).isGreaterThan(500);
  }

  @Test
  void aTimeInsideADayIsNoBoundary() {
    Instant noon = Instant.parse("2025-03-01T12:00:00Z");
    assertThat(
            aligned(
                Types.TimestampType.withZone(), Operator.GTE, noon, TimeUnit.DAY, ZoneId.of("UTC")))
        .isEmpty();
  }
}
