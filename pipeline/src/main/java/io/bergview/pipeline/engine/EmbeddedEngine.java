package io.bergview.pipeline.engine;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.SessionLease;
import io.bergview.pipeline.SessionPool;
import io.bergview.pipeline.scan.TableScanner;
import org.jspecify.annotations.Nullable;

/** DuckDB in this process: sessions of a pool, which read by the project's scanner. */
public final class EmbeddedEngine implements Engine {
  private final SessionPool sessions;
  private final TableScanner scanner;

  public EmbeddedEngine(SessionPool sessions, TableScanner scanner) {
    this.sessions = requireNonNull(sessions, "sessions is null");
    this.scanner = requireNonNull(scanner, "scanner is null");
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public EngineLease lease() {
    return new Lease(sessions.lease(), scanner);
  }

  private static final class Lease implements EngineLease {
    private final SessionLease lease;
    private final TableScanner scanner;
    private @Nullable EngineSession session;

    Lease(SessionLease lease, TableScanner scanner) {
      this.lease = lease;
      this.scanner = scanner;
    }

    @Override
    public EngineSession session() {
      EngineSession open = session;
      if (open == null) {
        open = new EmbeddedSession(lease.session(), scanner);
        session = open;
      }
      return open;
    }

    @Override
    public void giveBack() {
      lease.giveBack();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
