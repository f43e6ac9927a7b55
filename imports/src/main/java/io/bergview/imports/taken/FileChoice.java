package io.bergview.imports.taken;

import io.bergview.imports.source.SourceFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Which of the files found a table has not taken yet. A file is known by its path, and by its
 * content where its path is new: a file that was moved or copied is not taken twice.
 *
 * @param taken files to import, with the hashes of their contents
 * @param known of the same path and content as a file taken before
 * @param moved of the same content as a file of another path taken before, or twice among the new
 * @param changed of the same path as a file taken before, and of other content
 */
public record FileChoice(
    List<HashedFile> taken,
    List<SourceFile> known,
    List<SourceFile> moved,
    List<HashedFile> changed) {
  /**
   * @param contentHash SHA-256 in hexadecimal digits
   */
  public record HashedFile(SourceFile file, String contentHash) {
    public FileMark mark() {
      return FileMark.of(file, contentHash);
    }
  }

  public FileChoice {
    taken = List.copyOf(taken);
    known = List.copyOf(known);
    moved = List.copyOf(moved);
    changed = List.copyOf(changed);
  }

  private static Function<SourceFile, HashedFile> hashing(LongConsumer read) {
    return file -> new HashedFile(file, file.contentHash(read));
  }

  /** Everything, whatever was taken before. */
  public static FileChoice all(List<SourceFile> files, LongConsumer read) {
    return new FileChoice(
        files.stream().map(hashing(read)).toList(), List.of(), List.of(), List.of());
  }

  /**
   * By paths and contents.
   *
   * @param read is told how many bytes were read since the last call
   */
  public static FileChoice of(TakenFiles before, List<SourceFile> files, LongConsumer read) {
    return of(before, before.contents(), files, hashing(read));
  }

  /**
   * By paths alone, and changed files too: what a file says of its keys may be true again later,
   * word for word.
   *
   * @param read is told how many bytes were read since the last call
   */
  public static FileChoice toUpsert(TakenFiles before, List<SourceFile> files, LongConsumer read) {
    FileChoice chosen = of(before, Set.of(), files, hashing(read));
    List<HashedFile> all = new ArrayList<>(chosen.taken);
    all.addAll(chosen.changed);
    return new FileChoice(all, chosen.known, chosen.moved, List.of());
  }

  /**
   * All of them, unless the table has the rows of just these files already.
   *
   * @param allRows the files whose rows are all that the table has; empty where that is not known
   * @param read is told how many bytes were read since the last call
   */
  public static FileChoice toReplace(
      Optional<TakenFiles> allRows, List<SourceFile> files, LongConsumer read) {
    if (allRows.isEmpty()) {
      return all(files, read);
    }
    Map<SourceFile, HashedFile> hashes = new HashMap<>();
    Function<SourceFile, HashedFile> hash =
        file ->
            hashes.computeIfAbsent(
                file, unread -> new HashedFile(unread, unread.contentHash(read)));
    FileChoice chosen = of(allRows.get(), Set.of(), files, hash);
    boolean same =
        chosen.known.size() == files.size() && chosen.known.size() == allRows.get().byPath().size();
    return same
        ? chosen
        : new FileChoice(files.stream().map(hash).toList(), List.of(), List.of(), List.of());
  }

  private static FileChoice of(
      TakenFiles before,
      Set<Long> knownContents,
      List<SourceFile> files,
      Function<SourceFile, HashedFile> hash) {
    Map<Long, FileMark> paths = before.byPath();
    Set<Long> contents = new HashSet<>(knownContents);
    List<HashedFile> taken = new ArrayList<>();
    List<SourceFile> known = new ArrayList<>();
    List<SourceFile> moved = new ArrayList<>();
    List<HashedFile> changed = new ArrayList<>();
    for (SourceFile file : files) {
      FileMark earlier = paths.get(FileMark.pathOf(file));
      if (earlier != null && earlier.state() == FileMark.stateOf(file)) {
        known.add(file);
        continue;
      }
      HashedFile hashed = hash.apply(file);
      long content = hashed.mark().content();
      if (earlier != null) {
        if (earlier.content() == content) {
          known.add(file);
        } else {
          changed.add(hashed);
        }
      } else if (file.sizeBytes() > 0 && !contents.add(content)) {
        moved.add(file);
      } else {
        taken.add(hashed);
      }
    }
    return new FileChoice(taken, known, moved, changed);
  }
}
