package io.bergview.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.errors.ErrorCode;
import java.io.IOException;

/** What the server does, for the tests of its page. */
public final class ServerModel {
  private ServerModel() {}

  /** The OpenAPI description. */
  public static JsonNode description() throws IOException {
    return JsonMapper.builder().build().readTree(Routes.class.getResource("openapi.json"));
  }

  /** The status of an answer that says this. */
  public static int status(ErrorCode code) {
    return Responses.status(code);
  }
}
