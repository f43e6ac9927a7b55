package io.bergview.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How names of tables and columns are read. */
class NameWordsTest {
  @ParameterizedTest
  @CsvSource({
    "order_items,order items",
    "OrderItems,order items",
    "orderID,order id",
    "HTTPServer,http server",
    "CUSTOMER_ID,customer id",
    "customer id,customer id",
    "line2Number,line2 number",
    "__a--b__,a b",
    "größe_id,größe id"
  })
  void aNameIsSplitIntoItsWords(String name, String words) {
    assertThat(String.join(" ", NameWords.split(name))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "orders,order",
    "categories,category",
    "addresses,address",
    "boxes,box",
    "branches,branch",
    "status,status",
    "series,series",
    "demographics,demographics",
    "sales,sale",
    "class,class",
    "bus,bus"
  })
  void wordsHaveASingular(String word, String singular) {
    assertThat(NameWords.singular(word)).isEqualTo(singular);
  }

  @ParameterizedTest
  @CsvSource({"order,orders", "category,categories", "address,addresses", "day,days", "news,news"})
  void wordsHaveAPlural(String word, String plural) {
    assertThat(NameWords.plural(word)).isEqualTo(plural);
  }

  @ParameterizedTest
  @CsvSource({
    "cust,customer,true",
    "addr,address,true",
    "dept,department,true",
    "cu,customer,false",
    "customer,customer,false",
    "date,update,false"
  })
  void anAbbreviationBeginsAsTheWordDoes(String abbreviation, String word, boolean is) {
    assertThat(NameWords.abbreviates(abbreviation, word)).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource({
    "customer_id,customer,id",
    "o_custkey,o cust,key",
    "id,'',id",
    "userid,user,id",
    "paid,paid,''",
    "order_number,order,number",
    "total,total,''"
  })
  void aColumnIsAboutSomethingAndIdentifiesIt(String name, String subject, String suffix) {
    ColumnWords words = ColumnWords.of(NameWords.split(name), Set.of("user"));
    assertThat(String.join(" ", words.subject())).isEqualTo(subject);
    assertThat(words.suffix()).isEqualTo(suffix);
  }

  @ParameterizedTest
  @CsvSource({
    "customer_id,customers,id,TABLE_NAME,''",
    "bill_customer_id,customers,id,TABLE_NAME,bill",
    "sold_date_sk,date_dim,date_sk,TABLE_NAME,sold",
    "custkey,customers,custkey,KEY_NAME,''",
    "bill_addr_sk,customer_address,address_sk,ABBREVIATION,bill",
    "cdemo_sk,customer_demographics,demo_sk,ABBREVIATION,''",
    "address_id,customer_address,id,PART,''",
    "order_number,orders,id,PART,''",
    "cdemo_sk,household_demographics,demo_sk,none,''",
    "total,orders,id,none,''",
    "created_by,orders,id,none,''"
  })
  void theNameOfAColumnAgreesWithATable(
      String column, String table, String key, String strength, String role) {
    Optional<NameAgreement> match =
        NameAgreement.of(
            ColumnWords.of(NameWords.split(column), Set.of()),
            new TableWords(TableWords.name(table), Optional.empty(), Map.of()),
            Optional.of(ColumnWords.of(NameWords.split(key), Set.of())));
    assertThat(match.map(m -> m.strength().name()).orElse("none")).isEqualTo(strength);
    assertThat(match.map(m -> String.join(" ", m.role())).orElse("")).isEqualTo(role);
  }

  @Test
  void namesOfTypesAreSingularAndInCamelCase() {
    assertThat(NameWords.upperCamel(NameWords.singular(NameWords.split("order_items"))))
        .isEqualTo("OrderItem");
    assertThat(NameWords.lowerCamel(List.of("sold", "date"))).isEqualTo("soldDate");
  }
}
