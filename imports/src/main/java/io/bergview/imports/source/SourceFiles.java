package io.bergview.imports.source;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that sources name: a file, a folder with all below it, or a glob. As in Spark, names
 * that begin with {@code .} or {@code _} are passed over in folders, and {@code name=value} folders
 * are columns. A file that is named twice is there once.
 *
 * @param files by path
 * @param passedOver how many files of folders and globs have a name that says no format
 */
public record SourceFiles(List<SourceFile> files, int passedOver) {
  private static final String NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";
  private static final int MOST_LEVELS = 64;

  public SourceFiles {
    files = List.copyOf(files);
  }

  /**
   * @param directory what relative sources start from
   * @param format of all files, whatever their names say; empty to go by the names
   * @throws NotFoundException {@code FILE_NOT_FOUND}: a source names no file
   * @throws UsageException {@code USAGE}: the formats of the files differ, or cannot be told
   */
  public static SourceFiles find(
      Path directory, List<String> sources, Optional<SourceFormat> format) {
    Search search = new Search(directory, format);
    sources.forEach(search::add);
    return search.found();
  }

  private static final class Search {
    private final Path directory;
    private final Optional<SourceFormat> format;
    private final Map<Path, SourceFile> files = new TreeMap<>();
    private int passedOver;

    Search(Path directory, Optional<SourceFormat> format) {
      this.directory = directory;
      this.format = format;
    }

    void add(String source) {
      int before = files.size();
      int passedOverBefore = passedOver;
      Path named = path(source);
      Path absolute = directory.resolve(named).normalize();
      if (Files.isRegularFile(absolute)) {
        addFile(absolute, named);
        return;
      }
      if (Files.isDirectory(absolute)) {
        walk(absolute, named, file -> true);
      } else if (isGlob(source)) {
        glob(source);
      } else {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "There is no file or folder %s".formatted(source));
      }
      if (files.size() == before) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND,
            "%s holds no file to import%s"
                .formatted(
                    source,
                    passedOver == passedOverBefore
                        ? ""
                        : ": the names of %,d files end in none of .parquet, .csv, .tsv, .ndjson, .jsonl, .json (.gz, .zst); --format says what they are"
                            .formatted(passedOver - passedOverBefore)));
      }
    }

    private static Path path(String source) {
      try {
        return Path.of(source);
      } catch (InvalidPathException e) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "'%s' cannot be a path: %s".formatted(source, e.getReason()));
      }
    }

    private static boolean isGlob(String source) {
      return source.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
    }

    /** The folders before the first that is a pattern are fixed. */
    private void glob(String source) {
      Path named = path(source);
      Path fixed = named.isAbsolute() ? named.getRoot() : Path.of("");
      for (Path part : named) {
        if (isGlob(part.toString())) {
          break;
        }
        fixed = fixed.resolve(part);
      }
      Path base = directory.resolve(fixed).normalize();
      if (!Files.isDirectory(base)) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND,
            "There is no folder %s, in which %s would be".formatted(base, source));
      }
      String pattern =
          directory.resolve(fixed).normalize()
              + "/"
              + named.toString().substring(fixed.toString().length()).replaceFirst("^/+", "");
      PathMatcher matcher = matcher(source, pattern);
      walk(base, fixed, matcher::matches);
    }

    private static PathMatcher matcher(String source, String pattern) {
      try {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      } catch (RuntimeException e) {
        throw new UsageException(
            ErrorCode.USAGE, "'%s' is no pattern of files: %s".formatted(source, e.getMessage()));
      }
    }

    private void walk(Path base, Path named, java.util.function.Predicate<Path> wanted) {
      try (Stream<Path> all = Files.walk(base, MOST_LEVELS, FileVisitOption.FOLLOW_LINKS)) {
        all.filter(path -> Files.isRegularFile(path) && !isHidden(base.relativize(path)))
            .filter(wanted)
            .forEach(path -> addIfKnown(path, named.resolve(base.relativize(path).toString())));
      } catch (IOException | UncheckedIOException e) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "Cannot list folder %s: %s".formatted(base, e.getMessage()));
      }
    }

    private static boolean isHidden(Path path) {
      for (Path part : path) {
        String name = part.toString();
        if (name.startsWith(".") || (name.startsWith("_") && name.indexOf('=') < 0)) {
          return true;
        }
      }
      return false;
    }

    private void addIfKnown(Path file, Path named) {
      if (format.isEmpty() && SourceFormat.of(file.getFileName().toString()).isEmpty()) {
        passedOver++;
      } else {
        addFile(file, named);
      }
    }

    private void addFile(Path file, Path named) {
      String name = file.getFileName().toString();
      SourceFormat found =
          format
              .or(() -> SourceFormat.of(name))
              .orElseThrow(
                  () ->
                      new UsageException(
                          ErrorCode.USAGE,
                          "The name of file %s does not say its format; say it with --format parquet, csv or ndjson"
                              .formatted(named)));
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        files.putIfAbsent(
            file,
            new SourceFile(
                file,
                found,
                found == SourceFormat.PARQUET ? Compression.NONE : Compression.of(name),
                now.size(),
                now.lastModifiedTime().toInstant(),
                partitions(named)));
      } catch (IOException e) {
        throw new NotFoundException(
            ErrorCode.FILE_NOT_FOUND, "File %s is gone: %s".formatted(file, e.getMessage()));
      }
    }

    private static Map<String, @Nullable String> partitions(Path named) {
      Map<String, @Nullable String> partitions = new LinkedHashMap<>();
      Path folder = named.getParent();
      if (folder != null) {
        for (Path part : folder) {
          String text = part.toString();
          int at = text.indexOf('=');
          if (at > 0) {
            String value = text.substring(at + 1);
            partitions.put(
                HiveFolders.decoded(text.substring(0, at)),
                value.equals(NULL_PARTITION) ? null : HiveFolders.decoded(value));
          }
        }
      }
      return partitions;
    }

    SourceFiles found() {
      List<SourceFile> all = new ArrayList<>(files.values());
      for (SourceFile file : all) {
        SourceFile first = all.get(0);
        if (file.format() != first.format()) {
          throw new UsageException(
              ErrorCode.USAGE,
              "The files are of several formats, %s is %s and %s is %s; import them one after another, or say one with --format"
                  .formatted(first.path(), first.format(), file.path(), file.format()));
        }
        if (!List.copyOf(file.partitions().keySet())
            .equals(List.copyOf(first.partitions().keySet()))) {
          throw new UsageException(
              ErrorCode.USAGE,
              "The folders of the files make different columns: %s has %s, %s has %s"
                  .formatted(
                      first.path(),
                      first.partitions().keySet(),
                      file.path(),
                      file.partitions().keySet()));
        }
      }
      return new SourceFiles(all, passedOver);
    }
  }
}
