package io.bergview.pipeline.engine;

import io.bergview.pipeline.scan.TableScanner;

/** What computes views. Safe for use by several threads. */
public interface Engine {
  /** Makes the engine of a project. */
  interface Factory {
    /**
     * @param scanner the project's, which plans files
     */
    Engine open(TableScanner scanner);
  }

  /** As definitions and options name it: {@code embedded}. */
  String name();

  /** A session for one task; the caller gives it back. */
  EngineLease lease();
}
