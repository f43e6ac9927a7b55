package io.bergview.imports.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * A parser of JSON whose negative zeros are doubles, as NaN is, where other fractions are decimals:
 * a decimal has no sign of zero.
 */
final class SignedZeros extends JsonParserDelegate {
  SignedZeros(JsonParser parser) {
    super(parser);
  }

  @Override
  public boolean isNaN() throws IOException {
    return super.isNaN() || isNegativeZero();
  }

  private boolean isNegativeZero() throws IOException {
    if (currentToken() != JsonToken.VALUE_NUMBER_FLOAT
        || getTextCharacters()[getTextOffset()] != '-') {
      return false;
    }
    double value = getDoubleValue();
    return value == 0 && getDecimalValue().signum() == 0;
  }
}
