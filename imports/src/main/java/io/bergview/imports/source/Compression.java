package io.bergview.imports.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** How a file as a whole is compressed, by the ending of its name. */
public enum Compression {
  NONE(List.of()),
  GZIP(List.of(".gz", ".gzip")),
  ZSTD(List.of(".zst", ".zstd"));

  private static final int BUFFER_BYTES = 1 << 16;

  private final List<String> endings;

  Compression(List<String> endings) {
    this.endings = endings;
  }

  static Compression of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    for (Compression compression : values()) {
      if (compression.endings.stream().anyMatch(name::endsWith)) {
        return compression;
      }
    }
    return NONE;
  }

  /** A file's name without the ending of its compression. */
  String without(String fileName) {
    return this == NONE ? fileName : fileName.substring(0, fileName.lastIndexOf('.'));
  }

  /** The decompressed bytes; files of several members or frames are read to their end. */
  InputStream open(InputStream compressed) throws IOException {
    return switch (this) {
      case NONE -> compressed;
      case GZIP -> new GZIPInputStream(compressed, BUFFER_BYTES);
      case ZSTD -> new ZstdInputStream(compressed);
    };
  }
}
