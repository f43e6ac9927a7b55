package io.bergview.pipeline.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * What is asked of a storage to get some bytes of a file. A request costs about as much as sending
 * a few 10 kB, so small gaps are read along; and one connection is slower than several, so what is
 * long is asked for in parts.
 */
final class Requests {
  static final long GAP_BYTES = 16 << 10;
  static final int PART_BYTES = 4 << 20;

  private Requests() {}

  static List<ByteRange> of(ByteRanges missing) {
    List<ByteRange> requests = new ArrayList<>();
    for (ByteRange range : missing.fillingGaps(GAP_BYTES).ranges()) {
      long parts = (range.length() + PART_BYTES - 1) / PART_BYTES;
      for (long part = 0; part < parts; part++) {
        requests.add(
            new ByteRange(
                range.start() + range.length() * part / parts,
                range.start() + range.length() * (part + 1) / parts));
      }
    }
    return requests;
  }
}
