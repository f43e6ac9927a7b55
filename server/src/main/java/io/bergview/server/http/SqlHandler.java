package io.bergview.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.api.sql.SqlResult;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.query.ResultFormat;
import io.bergview.query.format.RowFormat;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one SQL statement. Rows are sent as {@code find} sends them, what was done as a message. */
final class SqlHandler {
  private static final String SQL = "sql";
  private static final List<String> KEYS = List.of(SQL, "format", "origin");

  private final Bergview bergview;
  private final Responses replies;

  SqlHandler(Bergview bergview, Responses replies) {
    this.bergview = bergview;
    this.replies = replies;
  }

  void post(Context request) throws IOException {
    JsonBody body = JsonBody.read(Routes.body(request), KEYS);
    String statement =
        body.string(SQL).orElseThrow(() -> JsonBody.wrong("'sql' is missing: the statement"));
    Map<String, String> parameters = new HashMap<>();
    body.string("format").ifPresent(format -> parameters.put("format", format));
    parameters.put("origin", String.valueOf(body.isTrue("origin")));
    ResultFormat form = FindHandler.form(parameters);
    try (SqlResult result = bergview.sql(statement)) {
      if (result instanceof SqlResult.Answer answer) {
        Responses.rows(
            request, FindHandler.contentType(form), out -> form.write(answer.rows(), out));
      } else if (result instanceof SqlResult.Table table) {
        table(request, form, table);
      } else if (result instanceof SqlResult.Message message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("message", message.text());
        ArrayNode details = json.putArray("details");
        message.details().forEach(detail -> details.add(detail.strip()));
        replies.json(request, json);
      }
    }
  }

  private static void table(Context request, ResultFormat form, SqlResult.Table table)
      throws IOException {
    RowFormat format =
        switch (form) {
          case JSON -> RowFormat.JSON;
          case NDJSON -> RowFormat.NDJSON;
          case CSV -> RowFormat.CSV;
          case JSON_WITH_ORIGIN, ARROW ->
              throw new UsageException(
                  ErrorCode.USAGE,
                  "This statement does not read the rows of a query: it has no origin, and its"
                      + " result is json, ndjson or csv");
        };
    Responses.rows(
        request,
        FindHandler.contentType(form),
        out -> {
          RowFormat.Writer writer = format.writer(table.schema(), out);
          for (List<@Nullable Object> row : table.rows()) {
            writer.write(row);
          }
          writer.finish();
        });
  }
}
