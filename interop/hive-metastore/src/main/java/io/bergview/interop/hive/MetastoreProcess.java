package io.bergview.interop.hive;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy;
import org.apache.hadoop.hive.metastore.HiveMetaStore.HMSHandler;
import org.apache.hadoop.hive.metastore.RetryingHMSHandler;
import org.apache.hadoop.hive.metastore.TSetIpAddressProcessor;
import org.apache.hadoop.hive.metastore.txn.TxnDbUtil;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportFactory;

/**
 * A Hive metastore over a database in memory, on a free port of the loopback, which it prints:
 * {@code listening PORT}. It ends when its input does.
 *
 * <p>Arguments: the folder for databases that are given no location.
 */
public final class MetastoreProcess {
  private static final int MOST_CLIENTS = 64;

  private MetastoreProcess() {}

  public static void main(String[] args) throws Exception {
    HiveConf conf = configuration(args[0]);
    // The tables of locks, which Iceberg's commits take.
    TxnDbUtil.setConfValues(conf);
    TxnDbUtil.prepDb(conf);
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    HMSHandler handler = new HMSHandler("metastore", conf, false);
    TThreadPoolServer server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(new TServerSocket(socket))
                .processor(
                    new TSetIpAddressProcessor<>(RetryingHMSHandler.getProxy(conf, handler, true)))
                .transportFactory(new TTransportFactory())
                .protocolFactory(new TBinaryProtocol.Factory())
                .minWorkerThreads(1)
                .maxWorkerThreads(MOST_CLIENTS));
    Thread end = new Thread(MetastoreProcess::endWithInput, "end");
    end.setDaemon(true);
    end.start();
    System.out.println("listening " + socket.getLocalPort());
    server.serve();
  }

  private static HiveConf configuration(String warehouse) {
    HiveConf conf = new HiveConf(MetastoreProcess.class);
    conf.set("javax.jdo.option.ConnectionURL", "jdbc:derby:memory:metastore;create=true");
    conf.set("datanucleus.schema.autoCreateAll", "true");
    conf.set("datanucleus.connectionPoolingType", "dbcp");
    conf.set("hive.metastore.schema.verification", "false");
    // Without it a commit without locks cannot compare before it sets.
    conf.set("hive.metastore.try.direct.sql", "true");
    conf.set("hive.metastore.disallow.incompatible.col.type.changes", "false");
    conf.set("hive.metastore.warehouse.dir", warehouse);
    // The usual one needs all of Hive.
    conf.set("hive.metastore.expression.proxy", DefaultPartitionExpressionProxy.class.getName());
    return conf;
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
    } catch (IOException closed) {
      System.err.println(closed);
    }
    Runtime.getRuntime().halt(0);
  }
}
