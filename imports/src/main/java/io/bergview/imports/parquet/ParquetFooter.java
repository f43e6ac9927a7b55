package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import java.io.IOException;
import java.sql.SQLException;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData.EncryptionType;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;

/** Reads the footers of Parquet files. */
final class ParquetFooter {
  static final ParquetReadOptions OPTIONS =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  private ParquetFooter() {}

  /**
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}: it is no Parquet file, or damaged, or its
   *     footer or some of its columns are encrypted
   */
  static ParquetMetadata read(SourceFile file) {
    try (ParquetFileReader reader = ParquetFileReader.open(input(file), OPTIONS)) {
      ParquetMetadata footer = reader.getFooter();
      if (footer.getFileMetaData().getEncryptionType() != EncryptionType.UNENCRYPTED) {
        throw encrypted(file, null);
      }
      if (footer.getFileMetaData().getSchema().getFieldCount() == 0) {
        throw new DataException(
            ErrorCode.IMPORT_FILE_UNREADABLE,
            "There is no column in file %s".formatted(file.path()));
      }
      JulianDates.check(file, footer);
      return footer;
    } catch (ParquetCryptoRuntimeException e) {
      throw encrypted(file, e);
    } catch (IOException | RuntimeException e) {
      throw e instanceof DataException known ? known : unreadable(file, e);
    }
  }

  /** Messages of the reader name it so, which are shown after the file's own name. */
  private static LocalInputFile input(SourceFile file) {
    return new LocalInputFile(file.path()) {
      @Override
      public String toString() {
        return "the file";
      }
    };
  }

  private static DataException encrypted(SourceFile file, @Nullable Exception cause) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "File %s is encrypted, and its keys are not known here, so nothing was imported; write it without Parquet encryption"
            .formatted(file.path()),
        cause);
  }

  /** What a failure to read the file means for the user. */
  static DataException unreadable(SourceFile file, Exception e) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "File %s cannot be read as Parquet: %s".formatted(file.path(), reason(e)),
        e);
  }

  /** DuckDB's own words, where our translation speaks of statements. */
  private static String reason(Exception e) {
    Throwable told = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        told = cause;
      }
    }
    String message = told.getMessage() == null ? told.toString() : told.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
