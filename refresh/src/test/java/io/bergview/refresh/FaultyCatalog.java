package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.jspecify.annotations.Nullable;

/** Iceberg's JDBC catalog, whose next commit goes wrong in a way that a test chooses. */
public final class FaultyCatalog extends JdbcCatalog {
  /** How a commit goes wrong. */
  enum Fault {
    /** The commit lands, the answer is lost. */
    LANDS_UNKNOWN,
    /** The commit does not land, and nobody knows. */
    LOST_UNKNOWN,
    /** The commit lands, and the connection breaks with an error that says nothing of it. */
    LANDS_BROKEN,
    /** The commit does not land: an error that says nothing of it. */
    LOST_BROKEN,
    /** The commit lands, the answer is lost, and so is the next reading of the table. */
    LANDS_UNREADABLE,
    /** The commit is on its way and arrives when {@link #deliver} is called. */
    DELAYED
  }

  private static final AtomicReference<@Nullable Fault> NEXT = new AtomicReference<>();
  private static final AtomicReference<@Nullable Runnable> ON_ITS_WAY = new AtomicReference<>();
  private static volatile boolean unreadable;
  private static volatile String protectedTable = "";

  /** Lets the next commit of any table go wrong. */
  static void failNext(Fault fault) {
    NEXT.set(fault);
  }

  /**
   * Lets no commit to a table through, as if the user may only read it.
   *
   * @param table none if it is empty
   */
  static void protect(String table) {
    protectedTable = table;
  }

  /** Whether the chosen fault has happened. */
  static boolean failed() {
    return NEXT.get() == null;
  }

  /** The delayed commit arrives; throws what its sender would have got. */
  static void deliver() {
    requireNonNull(ON_ITS_WAY.getAndSet(null), "nothing is on its way").run();
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier identifier) {
    return new Faulty(identifier.toString(), super.newTableOps(identifier));
  }

  private record Faulty(String table, TableOperations real) implements TableOperations {
    @Override
    public TableMetadata current() {
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      if (unreadable) {
        unreadable = false;
        throw new IllegalStateException("connection reset");
      }
      return real.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      if (table.equals(protectedTable)) {
        throw new ForbiddenException("table %s is read-only", table);
      }
      Fault fault = NEXT.getAndSet(null);
      if (fault == null) {
        real.commit(base, metadata);
        return;
      }
      switch (fault) {
        case LANDS_UNKNOWN, LANDS_BROKEN, LANDS_UNREADABLE -> real.commit(base, metadata);
        case DELAYED -> ON_ITS_WAY.set(() -> real.commit(base, metadata));
        case LOST_UNKNOWN, LOST_BROKEN -> {}
      }
      unreadable = fault == Fault.LANDS_UNREADABLE;
      IllegalStateException cause = new IllegalStateException("connection reset");
      throw fault == Fault.LANDS_BROKEN || fault == Fault.LOST_BROKEN
          ? cause
          : new CommitStateUnknownException(cause);
    }

    @Override
    public FileIO io() {
      return real.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(current().location(), current().properties());
    }
  }
}
