package io.bergview.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys and foreign keys of a benchmark as its specification has them: what a discovery should
 * find, and nothing else.
 *
 * @param keys columns by table
 * @param references {@code table(columns) -> target}
 */
public record PublishedSchema(Map<String, List<String>> keys, Set<String> references) {
  /**
   * How much of it was found.
   *
   * @param wrong what was accepted and is not in the specification
   * @param missed what is in the specification and was not accepted
   */
  public record Score(int found, Set<String> wrong, Set<String> missed) {
    public double precision() {
      int accepted = found + wrong.size();
      return accepted == 0 ? 1 : (double) found / accepted;
    }

    public double recall() {
      return (double) found / (found + missed.size());
    }
  }

  /** Of a text with a line for each table: its key, then its references after a bar. */
  static PublishedSchema of(String text) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    Set<String> references = new TreeSet<>();
    for (String line : text.strip().lines().toList()) {
      String[] parts = line.split("\\|", 2);
      String[] head = parts[0].strip().split(":", 2);
      String table = head[0].strip();
      keys.put(table, List.of(head[1].strip().split("\\s*,\\s*")));
      if (parts.length > 1 && !parts[1].isBlank()) {
        for (String reference : parts[1].strip().split("\\s*;\\s*")) {
          String[] sides = reference.split("\\s*->\\s*");
          references.add(reference(table, List.of(sides[0].split("\\s*,\\s*")), sides[1]));
        }
      }
    }
    return new PublishedSchema(keys, references);
  }

  private static String reference(String table, List<String> columns, String target) {
    return "%s(%s) -> %s".formatted(table, String.join(", ", columns), target);
  }

  public Score keys(DiscoverResult result) {
    Set<String> published = new TreeSet<>();
    keys.forEach((table, columns) -> published.add(table + columns));
    Set<String> accepted = new TreeSet<>();
    for (DiscoveredType type : result.types()) {
      if (!type.type().id().isEmpty()) {
        accepted.add(table(type) + type.type().id());
      }
    }
    return score(published, accepted);
  }

  public Score references(DiscoverResult result) {
    Map<String, String> tables = new LinkedHashMap<>();
    result.types().forEach(type -> tables.put(type.type().name(), table(type)));
    Set<String> accepted = new TreeSet<>();
    for (DiscoveredType type : result.types()) {
      for (RelationProposal relation : type.relations()) {
        if (relation.accepted()) {
          accepted.add(
              reference(table(type), relation.columns(), tables.get(relation.target())));
        }
      }
    }
    return score(references, accepted);
  }

  private static String table(DiscoveredType type) {
    return type.type().table().orElseThrow().name();
  }

  private static Score score(Set<String> published, Set<String> accepted) {
    Set<String> found = new HashSet<>(accepted);
    found.retainAll(published);
    List<String> wrong = new ArrayList<>(accepted);
    wrong.removeAll(published);
    List<String> missed = new ArrayList<>(published);
    missed.removeAll(accepted);
    return new Score(found.size(), new TreeSet<>(wrong), new TreeSet<>(missed));
  }

  /** TPC-H, section 1.4: the references of LINEITEM to PART and SUPPLIER, and to PARTSUPP. */
  public static PublishedSchema tpch() {
    return of(
        """
        region: r_regionkey
        nation: n_nationkey | n_regionkey -> region
        supplier: s_suppkey | s_nationkey -> nation
        customer: c_custkey | c_nationkey -> nation
        part: p_partkey
        partsupp: ps_partkey, ps_suppkey | ps_partkey -> part; ps_suppkey -> supplier
        orders: o_orderkey | o_custkey -> customer
        lineitem: l_orderkey, l_linenumber | l_orderkey -> orders; l_partkey -> part; \
        l_suppkey -> supplier; l_partkey, l_suppkey -> partsupp
        """);
  }

  /** TPC-DS, section 2: the columns marked as primary and foreign keys. */
  public static PublishedSchema tpcds() {
    return of(
        """
        call_center: cc_call_center_sk | cc_closed_date_sk -> date_dim; cc_open_date_sk -> date_dim
        catalog_page: cp_catalog_page_sk | cp_start_date_sk -> date_dim; cp_end_date_sk -> date_dim
        catalog_returns: cr_item_sk, cr_order_number | cr_returned_date_sk -> date_dim; \
        cr_returned_time_sk -> time_dim; cr_item_sk -> item; \
        cr_refunded_customer_sk -> customer; cr_refunded_cdemo_sk -> customer_demographics; \
        cr_refunded_hdemo_sk -> household_demographics; cr_refunded_addr_sk -> customer_address; \
        cr_returning_customer_sk -> customer; cr_returning_cdemo_sk -> customer_demographics; \
        cr_returning_hdemo_sk -> household_demographics; \
        cr_returning_addr_sk -> customer_address; cr_call_center_sk -> call_center; \
        cr_catalog_page_sk -> catalog_page; cr_ship_mode_sk -> ship_mode; \
        cr_warehouse_sk -> warehouse; cr_reason_sk -> reason; \
        cr_item_sk, cr_order_number -> catalog_sales
        catalog_sales: cs_item_sk, cs_order_number | cs_sold_date_sk -> date_dim; \
        cs_sold_time_sk -> time_dim; cs_ship_date_sk -> date_dim; cs_bill_customer_sk -> customer; \
        cs_bill_cdemo_sk -> customer_demographics; cs_bill_hdemo_sk -> household_demographics; \
        cs_bill_addr_sk -> customer_address; cs_ship_customer_sk -> customer; \
        cs_ship_cdemo_sk -> customer_demographics; cs_ship_hdemo_sk -> household_demographics; \
        cs_ship_addr_sk -> customer_address; cs_call_center_sk -> call_center; \
        cs_catalog_page_sk -> catalog_page; cs_ship_mode_sk -> ship_mode; \
        cs_warehouse_sk -> warehouse; cs_item_sk -> item; cs_promo_sk -> promotion
        customer: c_customer_sk | c_current_cdemo_sk -> customer_demographics; \
        c_current_hdemo_sk -> household_demographics; c_current_addr_sk -> customer_address; \
        c_first_shipto_date_sk -> date_dim; c_first_sales_date_sk -> date_dim; \
        c_last_review_date_sk -> date_dim
        customer_address: ca_address_sk
        customer_demographics: cd_demo_sk
        date_dim: d_date_sk
        household_demographics: hd_demo_sk | hd_income_band_sk -> income_band
        income_band: ib_income_band_sk
        inventory: inv_date_sk, inv_item_sk, inv_warehouse_sk | inv_date_sk -> date_dim; \
        inv_item_sk -> item; inv_warehouse_sk -> warehouse
        item: i_item_sk
        promotion: p_promo_sk | p_start_date_sk -> date_dim; p_end_date_sk -> date_dim; \
        p_item_sk -> item
        reason: r_reason_sk
        ship_mode: sm_ship_mode_sk
        store: s_store_sk | s_closed_date_sk -> date_dim
        store_returns: sr_item_sk, sr_ticket_number | sr_returned_date_sk -> date_dim; \
        sr_return_time_sk -> time_dim; sr_item_sk -> item; sr_customer_sk -> customer; \
        sr_cdemo_sk -> customer_demographics; sr_hdemo_sk -> household_demographics; \
        sr_addr_sk -> customer_address; sr_store_sk -> store; sr_reason_sk -> reason; \
        sr_item_sk, sr_ticket_number -> store_sales
        store_sales: ss_item_sk, ss_ticket_number | ss_sold_date_sk -> date_dim; \
        ss_sold_time_sk -> time_dim; ss_item_sk -> item; ss_customer_sk -> customer; \
        ss_cdemo_sk -> customer_demographics; ss_hdemo_sk -> household_demographics; \
        ss_addr_sk -> customer_address; ss_store_sk -> store; ss_promo_sk -> promotion
        time_dim: t_time_sk
        warehouse: w_warehouse_sk
        web_page: wp_web_page_sk | wp_creation_date_sk -> date_dim; \
        wp_access_date_sk -> date_dim; wp_customer_sk -> customer
        web_returns: wr_item_sk, wr_order_number | wr_returned_date_sk -> date_dim; \
        wr_returned_time_sk -> time_dim; wr_item_sk -> item; \
        wr_refunded_customer_sk -> customer; wr_refunded_cdemo_sk -> customer_demographics; \
        wr_refunded_hdemo_sk -> household_demographics; wr_refunded_addr_sk -> customer_address; \
        wr_returning_customer_sk -> customer; wr_returning_cdemo_sk -> customer_demographics; \
        wr_returning_hdemo_sk -> household_demographics; \
        wr_returning_addr_sk -> customer_address; wr_web_page_sk -> web_page; \
        wr_reason_sk -> reason; wr_item_sk, wr_order_number -> web_sales
        web_sales: ws_item_sk, ws_order_number | ws_sold_date_sk -> date_dim; \
        ws_sold_time_sk -> time_dim; ws_ship_date_sk -> date_dim; ws_item_sk -> item; \
        ws_bill_customer_sk -> customer; ws_bill_cdemo_sk -> customer_demographics; \
        ws_bill_hdemo_sk -> household_demographics; ws_bill_addr_sk -> customer_address; \
        ws_ship_customer_sk -> customer; ws_ship_cdemo_sk -> customer_demographics; \
        ws_ship_hdemo_sk -> household_demographics; ws_ship_addr_sk -> customer_address; \
        ws_web_page_sk -> web_page; ws_web_site_sk -> web_site; ws_ship_mode_sk -> ship_mode; \
        ws_warehouse_sk -> warehouse; ws_promo_sk -> promotion
        web_site: web_site_sk | web_open_date_sk -> date_dim; web_close_date_sk -> date_dim
        """);
  }
}
