package io.bergview.upkeep.schedule;

import io.bergview.projection.definition.CronTicks;
import java.time.Duration;
import java.time.ZoneId;
import org.quartz.CronTrigger;
import org.quartz.ScheduleBuilder;
import org.quartz.impl.jdbcjobstore.SimplePropertiesTriggerPersistenceDelegateSupport;
import org.quartz.impl.jdbcjobstore.SimplePropertiesTriggerProperties;
import org.quartz.spi.MutableTrigger;
import org.quartz.spi.OperableTrigger;

/**
 * How Quartz keeps the triggers of views in its table of triggers with a few properties. It is
 * named in Quartz's settings, and made by it.
 */
public final class TickTriggerStore extends SimplePropertiesTriggerPersistenceDelegateSupport {
  /** The columns are 512 characters wide, half as wide as a cron expression may be long. */
  private static final int WIDTH = 500;

  @Override
  public boolean canHandleTriggerType(OperableTrigger trigger) {
    return trigger instanceof TickTrigger;
  }

  @Override
  public String getHandledTriggerTypeDiscriminator() {
    return "TICK";
  }

  @Override
  protected SimplePropertiesTriggerProperties getTriggerProperties(OperableTrigger trigger) {
    TickTrigger tick = (TickTrigger) trigger;
    String fields = tick.ticks().fields();
    int cut = Math.min(WIDTH, fields.length());
    SimplePropertiesTriggerProperties properties = new SimplePropertiesTriggerProperties();
    properties.setString1(fields.substring(0, cut));
    properties.setString2(fields.substring(cut));
    properties.setString3(tick.ticks().zone().getId());
    properties.setLong1(tick.delay().toMillis());
    return properties;
  }

  @Override
  protected TriggerPropertyBundle getTriggerPropertyBundle(
      SimplePropertiesTriggerProperties properties) {
    CronTicks ticks =
        CronTicks.of(
            properties.getString1() + properties.getString2(), ZoneId.of(properties.getString3()));
    Duration delay = Duration.ofMillis(properties.getLong1());
    return new TriggerPropertyBundle(
        new ScheduleBuilder<CronTrigger>() {
          @Override
          protected MutableTrigger build() {
            return new TickTrigger(ticks, delay);
          }
        },
        new String[0],
        new Object[0]);
  }
}
