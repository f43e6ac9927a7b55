package io.bergview.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DFSConfigKeys;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** HDFS in this process, listening on the loopback only: a name node and some data nodes. */
final class HdfsCluster implements AutoCloseable {
  private final MiniDFSCluster cluster;

  private HdfsCluster(MiniDFSCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * @param folder for what the nodes store
   * @param copies that files have unless their writer says otherwise
   */
  static HdfsCluster start(Path folder, int dataNodes, int copies) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    configuration.setInt(DFSConfigKeys.DFS_REPLICATION_KEY, copies);
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(configuration).numDataNodes(dataNodes).build();
    cluster.waitActive();
    return new HdfsCluster(cluster);
  }

  /** A project whose only catalog, {@code lake}, keeps tables and their metadata here. */
  String project() {
    return "catalogs:\n  lake: {type: hadoop, warehouse: '%s/warehouse'}\n".formatted(uri());
  }

  String uri() {
    return files().getUri().toString();
  }

  FileSystem files() {
    try {
      return cluster.getFileSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many copies the name node wants of each of the files, by location. */
  Map<String, Integer> copies(Iterable<String> locations) throws IOException {
    Map<String, Integer> copies = new TreeMap<>();
    for (String location : locations) {
      copies.put(
          location,
          (int) files().getFileStatus(new org.apache.hadoop.fs.Path(location)).getReplication());
    }
    return copies;
  }

  @Override
  public void close() {
    cluster.shutdown(true);
  }
}
