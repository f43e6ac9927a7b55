package io.bergview.spark.sql;

import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of DuckDB that have a form on Spark without regard to what their arguments are. The
 * first line that takes the arguments is used. See {@link SparkTemplate} for what a line says.
 */
final class SparkFunctionTable {
  private static final String SCALARS =
      """
      abs(number) -> 0 | abs({0})
      sign(floating) -> double | (sign({0}) + 0.0D)
      sign(number) -> double | sign({0})
      ceil(floating) -> long | (CASE WHEN abs({0}) < 9.2e18 THEN ceil({0}) ELSE CAST({0} AS BIGINT) END)
      ceil(whole) -> 0 | {0}
      ceil(decimal) -> decimal | ceil({0})
      floor(floating) -> long | (CASE WHEN abs({0}) < 9.2e18 THEN floor({0}) ELSE CAST({0} AS BIGINT) END)
      floor(whole) -> 0 | {0}
      floor(decimal) -> decimal | floor({0})
      round(whole, whole) -> decimal | round(CAST({0} AS DECIMAL(20, 0)), {1})
      round(decimal, whole) -> decimal | round({0}, {1})
      round(floating, whole) -> double | round({0}, {1})
      bround(whole, whole) -> decimal | bround(CAST({0} AS DECIMAL(20, 0)), {1})
      bround(decimal, whole) -> decimal | bround({0}, {1})
      bround(floating, whole) -> double | bround({0}, {1})
      trunc(floating) -> double | bv_trunc({0})
      trunc(floating, whole) -> double | bv_trunc({0})
      trunc(whole) -> 0 | {0}
      trunc(decimal) -> decimal | (CASE WHEN {0} < 0 THEN ceil({0}) ELSE floor({0}) END)
      trunc(number, whole) -> decimal | (CASE WHEN {0} < 0 THEN ceil({0}, {1}) ELSE floor({0}, {1}) END)
      sqrt(number) -> double | sqrt({0})
      cbrt(number) -> double | cbrt({0})
      pow(number, number) -> double | (CASE WHEN {0} = 1 AND {1} IS NOT NULL OR {0} = -1 AND abs({1}) = CAST('Infinity' AS DOUBLE) THEN 1.0D ELSE power({0}, {1}) END)
      exp(number) -> double | exp({0})
      ln(number) -> double | ln({0})
      log10(number) -> double | log10({0})
      log2(number) -> double | log2({0})
      sin(number) -> double | sin({0})
      cos(number) -> double | cos({0})
      tan(number) -> double | tan({0})
      asin(number) -> double | asin({0})
      acos(number) -> double | acos({0})
      atan(number) -> double | atan({0})
      atan2(number, number) -> double | atan2({0}, {1})
      sinh(number) -> double | sinh({0})
      cosh(number) -> double | cosh({0})
      tanh(number) -> double | tanh({0})
      asinh(number) -> double | bv_asinh({0})
      acosh(number) -> double | bv_acosh({0})
      atanh(number) -> double | atanh({0})
      degrees(number) -> double | degrees({0})
      radians(number) -> double | radians({0})
      pi() -> double | pi()
      gcd(whole, whole) -> long | bv_gcd(CAST({0} AS BIGINT), CAST({1} AS BIGINT))
      lcm(whole, whole) -> long | bv_lcm(CAST({0} AS BIGINT), CAST({1} AS BIGINT))
      factorial(whole) -> long | factorial(CAST({0} AS INT))
      bit_count(whole) -> int | bit_count({0})
      xor(whole, whole) -> 0 | ({0} ^ {1})
      isnan(number) -> boolean | ({0} = CAST('NaN' AS DOUBLE))
      isinf(number) -> boolean | (abs({0}) = CAST('Infinity' AS DOUBLE))
      isfinite(number) -> boolean | (abs({0}) < CAST('Infinity' AS DOUBLE))
      nullif(any, any) -> 0 | nullif({0}, {1})
      lower(string) -> string | bv_lower({0})
      upper(string) -> string | bv_upper({0})
      length(string) -> int | char_length({0})
      length(list) -> int | array_size({0})
      len(string) -> int | char_length({0})
      len(list) -> int | array_size({0})
      cardinality(map) -> int | array_size(map_keys({0}))
      trim(string) -> string | trim(BOTH ' ' FROM {0})
      trim(string, string) -> string | trim(BOTH {1} FROM {0})
      ltrim(string, string) -> string | trim(LEADING {1} FROM {0})
      rtrim(string, string) -> string | trim(TRAILING {1} FROM {0})
      lpad(string, whole, string) -> string | lpad({0}, {1:int}, {2})
      rpad(string, whole, string) -> string | rpad({0}, {1:int}, {2})
      repeat(string, whole) -> string | repeat({0}, {1:int})
      reverse(string) -> string | reverse({0})
      replace(string, string, string) -> string | replace({0}, {1}, {2})
      translate(string, string, string) -> string | translate({0}, {1}, {2})
      substring(string, whole) -> string | substring({0}, {1:int})
      substring(string, whole, whole) -> string | substring({0}, {1:int}, {2:int})
      left(string, whole) -> string | (CASE WHEN {1} < 0 THEN left({0}, char_length({0}) + {1:int}) ELSE left({0}, {1:int}) END)
      right(string, whole) -> string | (CASE WHEN {1} < 0 THEN right({0}, char_length({0}) + {1:int}) ELSE right({0}, {1:clamp}) END)
      split_part(string, string, whole) -> string | split_part({0}, {1}, {2:int})
      ascii(string) -> int | ascii({0})
      chr(whole) -> string | chr(CAST({0} AS BIGINT))
      strpos(string, string) -> int | instr({0}, {1})
      starts_with(string, string) -> boolean | startswith({0}, {1})
      suffix(string, string) -> boolean | endswith({0}, {1})
      contains(string, string) -> boolean | contains({0}, {1})
      concat_ws(string, any...) -> string | concat_ws({*})
      array_to_string(list, string) -> string | (CASE WHEN array_size({0}) = 0 OR array_size(array_compact({0})) > 0 THEN array_join({0}, {1}) END)
      array_to_string(list, string, string) -> string | array_join({0}, {1}, {2})
      strlen(string) -> int | octet_length({0})
      octet_length(binary) -> int | octet_length({0})
      encode(string) -> binary | CAST({0} AS BINARY)
      decode(binary) -> string | validate_utf8(CAST({0} AS STRING))
      hex(any) -> string | hex({0})
      unhex(string) -> binary | (CASE WHEN {0} IS NOT NULL AND unhex({0}) IS NULL THEN raise_error('no hexadecimal digits') ELSE unhex({0}) END)
      to_base64(binary) -> string | base64({0})
      from_base64(string) -> binary | (CASE WHEN char_length({0}) % 4 <> 0 THEN raise_error('no base64') ELSE to_binary({0}, 'base64') END)
      md5(string) -> string | md5(CAST({0} AS BINARY))
      md5(binary) -> string | md5({0})
      sha1(string) -> string | sha1(CAST({0} AS BINARY))
      sha1(binary) -> string | sha1({0})
      sha256(string) -> string | sha2(CAST({0} AS BINARY), 256)
      sha256(binary) -> string | sha2({0}, 256)
      printf(string, floating) -> string | (CASE WHEN {1} IS NOT NULL THEN format_string({0}, {1}) END)
      error(string) -> unknown | raise_error({0})
      year(moment) -> int | year({0})
      quarter(moment) -> int | quarter({0})
      month(moment) -> int | month({0})
      week(moment) -> int | weekofyear({0})
      isoyear(moment) -> int | extract(YEAROFWEEK FROM {0})
      day(moment) -> int | day({0})
      dayofweek(moment) -> int | (dayofweek({0}) - 1)
      isodow(moment) -> int | (weekday({0}) + 1)
      dayofyear(moment) -> int | dayofyear({0})
      hour(moment) -> int | hour({0})
      minute(moment) -> int | minute({0})
      second(moment) -> int | second({0})
      millisecond(moment) -> long | (pmod({0:micros}, 60000000L) div 1000)
      microsecond(moment) -> long | pmod({0:micros}, 60000000L)
      decade(moment) -> long | (year({0}) div 10)
      century(moment) -> long | (CASE WHEN year({0}) > 0 THEN (year({0}) - 1) div 100 + 1 ELSE year({0}) div 100 - 1 END)
      millennium(moment) -> long | (CASE WHEN year({0}) > 0 THEN (year({0}) - 1) div 1000 + 1 ELSE year({0}) div 1000 - 1 END)
      epoch(moment) -> double | (CAST({0:micros} AS DOUBLE) / 1000000)
      epoch_us(moment) -> long | {0:micros}
      epoch_ms(moment) -> long | (({0:micros} div 500 + CASE WHEN {0:micros} div 500 < 0 THEN -1 ELSE 1 END) div 2)
      monthname(moment) -> string | monthname(CAST({0} AS DATE))
      dayname(moment) -> string | dayname(CAST({0} AS DATE))
      last_day(moment) -> date | last_day(CAST({0} AS DATE))
      make_date(whole, whole, whole) -> date | make_date(CAST({0} AS INT), CAST({1} AS INT), CAST({2} AS INT))
      make_timestamp(whole) -> timestamp | CAST(timestamp_micros({0}) AS TIMESTAMP_NTZ)
      make_timestamptz(whole) -> timestamptz | timestamp_micros({0})
      make_timestamp(whole, whole, whole, whole, whole, number) -> timestamp | make_timestamp_ntz(CAST({0} AS INT), CAST({1} AS INT), CAST({2} AS INT), CAST({3} AS INT), CAST({4} AS INT), CAST(CAST({5} AS STRING) AS DECIMAL(16, 6)))
      strftime(moment, string) -> string | bv_strftime({0:micros}, {1})
      try_strptime(string, string) -> timestamp | CAST(timestamp_micros(bv_strptime({0}, {1})) AS TIMESTAMP_NTZ)
      list_extract(list, whole) -> element | (CASE WHEN {1} <> 0 THEN try_element_at({0}, {1:clamp}) END)
      array_extract(string, whole) -> string | (CASE WHEN {1} = 0 OR {1} < 0 AND -{1} > char_length({0}) THEN '' ELSE substring({0}, {1:int}, 1) END)
      map_values(map) -> unknown | map_values({0})
      map_extract_value(map, any) -> value | try_element_at({0}, {1})
      list_append(list, any) -> 0 | array_append({0}, {1})
      list_prepend(any, list) -> 1 | array_prepend({1}, {0})
      list_concat(list, list) -> 0 | concat({0}, {1})
      list_resize(list, whole) -> 0 | (CASE WHEN array_size({0}) >= {1} THEN slice({0}, 1, {1:int}) ELSE concat({0}, array_repeat(CAST(NULL AS {0:element}), CAST({1} - array_size({0}) AS INT))) END)
      flatten(list) -> element | flatten({0})
      list_contains(list, any) -> boolean | (CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(array_contains({0}, {1}), false) END)
      list_position(list, any) -> long | nullif(array_position({0}, {1}), 0L)
      list_count(list) -> int | array_size(array_compact({0}))
      list_min(list) -> element | array_min({0})
      list_max(list) -> element | array_max({0})
      list_reverse(list) -> 0 | reverse({0})
      array_distinct(list) -> 0 | array_distinct({0})
      array_union(list, list) -> 0 | array_union({0}, {1})
      array_intersect(list, list) -> 0 | array_intersect({0}, {1})
      array_except(list, list) -> 0 | array_except({0}, {1})
      arrays_overlap(list, list) -> boolean | arrays_overlap({0}, {1})
      list_has_any(list, list) -> boolean | coalesce(exists(array_compact({0}), bv_e -> array_contains({1}, bv_e)), false)
      list_has_all(list, list) -> boolean | forall(array_compact({1}), bv_e -> coalesce(array_contains({0}, bv_e), false))
      map_entries(map) -> entries | map_entries({0})
      map_keys(map) -> keys | map_keys({0})
      map_from_entries(list) -> unknown | map_from_entries({0})
      map(list, list) -> unknown | map_from_arrays({0}, {1})
      range(whole) -> longs | (CASE WHEN {0} > 0 THEN sequence(0L, {0} - 1L) WHEN {0} IS NOT NULL THEN CAST(array() AS ARRAY<BIGINT>) END)
      range(whole, whole) -> longs | (CASE WHEN {0} < {1} THEN sequence({0}, {1} - 1L) WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN CAST(array() AS ARRAY<BIGINT>) END)
      range(whole, whole, whole) -> longs | (CASE WHEN ({2} > 0 AND {0} < {1}) OR ({2} < 0 AND {0} > {1}) THEN sequence({0}, CASE WHEN {2} > 0 THEN {1} - 1L ELSE {1} + 1L END, {2}) WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL THEN CAST(array() AS ARRAY<BIGINT>) END)
      generate_series(whole, whole) -> longs | (CASE WHEN {0} <= {1} THEN sequence({0}, {1}) WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN CAST(array() AS ARRAY<BIGINT>) END)
      generate_series(whole, whole, whole) -> longs | (CASE WHEN ({2} > 0 AND {0} <= {1}) OR ({2} < 0 AND {0} >= {1}) THEN sequence({0}, {1}, CAST({2} AS BIGINT)) WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL THEN CAST(array() AS ARRAY<BIGINT>) END)
      """;

  private static final String AGGREGATES =
      """
      count() -> long | count(*){over}
      count(any) -> long | count({0}){over}
      sum(whole) -> decimal | sum(CAST({0} AS DECIMAL(38, 0))){over}
      sum(decimal) -> decimal | sum({0}){over}
      sum(floating) -> double | sum({0}){over}
      avg(decimal) -> double | avg(CAST({0} AS DOUBLE)){over}
      avg(number) -> double | avg({0}){over}
      min(any) -> 0 | min({0}){over}
      max(any) -> 0 | max({0}){over}
      bool_and(boolean) -> boolean | bool_and({0}){over}
      bool_or(boolean) -> boolean | bool_or({0}){over}
      var_samp(number) -> double | var_samp({0}){over}
      var_pop(number) -> double | var_pop({0}){over}
      stddev_samp(number) -> double | stddev_samp({0}){over}
      stddev_pop(number) -> double | stddev_pop({0}){over}
      arg_min(any, any) -> 0 | min_by({0}, {1}){over}
      arg_max(any, any) -> 0 | max_by({0}, {1}){over}
      median(number) -> double | percentile({0}, 0.5D){over}
      quantile_cont(number, number) -> double | percentile({0}, {1}){over}
      quantile_disc(any, number) -> 0 | try_element_at(sort_array(collect_list({0}){over}), CAST(greatest(1, count({0}){over} - floor(count({0}){over} - {1} * count({0}){over})) AS INT))
      product(number) -> double | (CASE WHEN count({0}){over} > 0 THEN aggregate(sort_array(collect_list(CAST({0} AS DOUBLE)){over}), 1.0D, (bv_p, bv_x) -> bv_p * bv_x) END)
      skewness(number) -> double | (skewness({0}){over} * sqrt(count({0}){over} * (count({0}){over} - 1.0D)) / (count({0}){over} - 2))
      skewness_pop(number) -> double | skewness({0}){over}
      kurtosis_pop(number) -> double | kurtosis({0}){over}
      bit_and(whole) -> 0 | bit_and({0}){over}
      bit_or(whole) -> 0 | bit_or({0}){over}
      bit_xor(whole) -> 0 | bit_xor({0}){over}
      corr(number, number) -> double | (CASE WHEN regr_sxx({0}, {1}){over} > 0 AND regr_syy({0}, {1}){over} > 0 THEN regr_sxy({0}, {1}){over} / sqrt(regr_sxx({0}, {1}){over} * regr_syy({0}, {1}){over}) WHEN regr_count({0}, {1}){over} > 0 THEN CAST('NaN' AS DOUBLE) END)
      covar_pop(number, number) -> double | covar_pop({0}, {1}){over}
      covar_samp(number, number) -> double | covar_samp({0}, {1}){over}
      regr_count(number, number) -> long | regr_count({0}, {1}){over}
      regr_avgx(number, number) -> double | regr_avgx({0}, {1}){over}
      regr_avgy(number, number) -> double | regr_avgy({0}, {1}){over}
      regr_slope(number, number) -> double | regr_slope({0}, {1}){over}
      regr_intercept(number, number) -> double | regr_intercept({0}, {1}){over}
      regr_r2(number, number) -> double | regr_r2({0}, {1}){over}
      regr_sxx(number, number) -> double | regr_sxx({0}, {1}){over}
      regr_syy(number, number) -> double | regr_syy({0}, {1}){over}
      regr_sxy(number, number) -> double | regr_sxy({0}, {1}){over}
      row_number() -> int | row_number(){over}
      rank() -> int | rank(){over}
      dense_rank() -> int | dense_rank(){over}
      percent_rank() -> double | percent_rank(){over}
      cume_dist() -> double | cume_dist(){over}
      ntile(whole) -> int | ntile(CAST({0} AS INT)){over}
      lag(any) -> 0 | lag({0}){over}
      lag(any, whole) -> 0 | lag({0}, CAST({1} AS INT)){over}
      lag(any, whole, any) -> 0 | lag({0}, CAST({1} AS INT), {2}){over}
      lead(any) -> 0 | lead({0}){over}
      lead(any, whole) -> 0 | lead({0}, CAST({1} AS INT)){over}
      lead(any, whole, any) -> 0 | lead({0}, CAST({1} AS INT), {2}){over}
      first(any) -> 0 | first_value({0}){over}
      last(any) -> 0 | last_value({0}){over}
      first_value(any) -> 0 | first_value({0}){over}
      last_value(any) -> 0 | last_value({0}){over}
      nth_value(any, whole) -> 0 | nth_value({0}, CAST({1} AS INT)){over}
      """;

  private static final Map<String, List<SparkTemplate>> SCALAR = templates(SCALARS);
  private static final Map<String, List<SparkTemplate>> AGGREGATE = templates(AGGREGATES);

  private SparkFunctionTable() {}

  private static Map<String, List<SparkTemplate>> templates(String lines) {
    return lines.lines().map(SparkTemplate::parse).collect(groupingBy(SparkTemplate::name));
  }

  static Optional<SparkTemplate> scalar(String name, List<Written> arguments) {
    return find(SCALAR, name, arguments);
  }

  /** An aggregate or a window function. */
  static Optional<SparkTemplate> aggregate(String name, List<Written> arguments) {
    return find(AGGREGATE, name, arguments);
  }

  static boolean isAggregate(String name) {
    return AGGREGATE.containsKey(name);
  }

  private static Optional<SparkTemplate> find(
      Map<String, List<SparkTemplate>> templates, String name, List<Written> arguments) {
    return templates.getOrDefault(name, List.of()).stream()
        .filter(template -> template.takes(arguments))
        .findFirst();
  }
}
