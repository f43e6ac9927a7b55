package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.query.format.CellText;
import io.bergview.refresh.RefreshProgress;
import io.bergview.verify.KeyDifference;
import io.bergview.verify.KeyDifference.Value;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verifyView}. */
@Command(
    name = "verifyView",
    aliases = "verify-view",
    header = {"Compare a view with a recompute, and repair it.", ""},
    description = {
      "Recomputes a view over the exact source snapshots that it was derived from, and compares the"
          + " result with all rows and columns of its table. A stale view can be verified too; its"
          + " state does not change. Reports which keys are missing, unexpected or different."
          + " Floating-point sums may differ in their last digits, nothing else.",
      "",
      "Exits with code 1 if the view differs and was not repaired. Nothing is written without"
          + " --repair."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview verifyView DailyRevenue",
      "  bergview verifyView OrderDetails --sample 5   one key in twenty, the same on both sides",
      "  bergview verifyView OrderDetails --repair     write the keys that differ"
    })
final class VerifyViewCommand extends ProjectCommand {
  @Parameters(paramLabel = "NAME", description = "The view.")
  private String view = "";

  @Option(
      names = "--sample",
      paramLabel = "P",
      description = "Check only P percent of the keys. Default: all.")
  private double sample = 100;

  @Option(names = "--repair", description = "Replace the rows of the keys that differ.")
  private boolean repair;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Show the first N differences; all are counted. Default: 20.")
  private int limit = VerifyOptions.defaults().limit();

  VerifyViewCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    VerifyOptions options = new VerifyOptions(sample, repair, limit);
    VerifyResult result;
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      result =
          refreshing(
              drawsProgress() ? bars : RefreshProgress.SILENT,
              bergview -> bergview.verifyView(view, options));
    }
    if (json()) {
      print(json(result));
    } else {
      text(result);
    }
    if (!result.equal() && result.repaired().isEmpty()) {
      throw new DataException(
          ErrorCode.VIEW_DIFFERS,
          "View %s; --repair writes them as they should be".formatted(difference(result)));
    }
    return ExitCode.DONE;
  }

  private void text(VerifyResult result) {
    String compared =
        Times.count(result.rowsCompared(), "row")
            + " compared"
            + (result.samplePercent() < 100
                ? ", a sample of " + percent(result).toPlainString() + " %"
                : "");
    if (result.equal()) {
      print("%s is what a recompute gives: %s".formatted(result.view(), compared));
      return;
    }
    print(difference(result) + "; " + compared);
    differences(result);
    result
        .repaired()
        .ifPresent(
            repaired ->
                print(
                    "repaired: %s, %s added, %,d removed"
                        .formatted(
                            repaired.kind().label(),
                            Times.count(repaired.rowsAdded(), "row"),
                            repaired.rowsRemoved())));
  }

  private static String difference(VerifyResult result) {
    return "%s differs from a recompute: %,d missing, %,d unexpected, %,d different"
        .formatted(result.view(), result.missing(), result.unexpected(), result.different());
  }

  private void differences(VerifyResult result) {
    TextTable table = TextTable.of("KEY", "IS", "COLUMN", "IN THE VIEW", "RECOMPUTED");
    for (KeyDifference difference : result.examples()) {
      String what = difference.kind().label();
      if (difference.kind() != KeyDifference.DifferenceKind.DIFFERENT) {
        List<Value> shown =
            !difference.key().isEmpty()
                ? difference.key()
                : difference.inView().isEmpty() ? difference.recomputed() : difference.inView();
        table.add(named(shown), what, "", "", "");
        continue;
      }
      for (int i = 0; i < difference.inView().size(); i++) {
        Value is = difference.inView().get(i);
        table.add(
            i == 0 ? named(difference.key()) : "",
            i == 0 ? what : "",
            is.column(),
            cell(is),
            cell(difference.recomputed().get(i)));
      }
    }
    if (!table.isEmpty()) {
      print("");
      printAsIs(table.plain());
      long more = result.differences() - result.examples().size();
      if (more > 0) {
        print("and %,d more".formatted(more));
      }
    }
  }

  /** {@code order_id=5, item=2}. */
  private static String named(List<Value> values) {
    return values.stream()
        .map(value -> value.column() + "=" + cell(value))
        .collect(Collectors.joining(", "));
  }

  private static String cell(Value value) {
    Object held = value.value();
    return held == null ? "null" : CellText.of(held, value.type());
  }

  private static BigDecimal percent(VerifyResult result) {
    return BigDecimal.valueOf(result.samplePercent()).stripTrailingZeros();
  }

  private static ObjectNode json(VerifyResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", result.view());
    json.put("snapshotId", result.snapshotId());
    json.put("rowsCompared", result.rowsCompared());
    if (result.samplePercent() < 100) {
      json.put("sampled", result.samplePercent());
    } else {
      json.putNull("sampled");
    }
    json.put("missing", result.missing());
    json.put("unexpected", result.unexpected());
    json.put("different", result.different());
    ArrayNode examples = json.putArray("examples");
    for (KeyDifference difference : result.examples()) {
      ObjectNode example = examples.addObject();
      example.put("kind", difference.kind().label());
      values(example, "key", difference.key());
      values(example, "view", difference.inView());
      values(example, "recomputed", difference.recomputed());
    }
    if (result.repaired().isPresent()) {
      VerifyResult.Repaired repaired = result.repaired().get();
      json.putObject("repaired")
          .put("kind", repaired.kind().label())
          .put("snapshotId", repaired.snapshotId())
          .put("rowsAdded", repaired.rowsAdded())
          .put("rowsRemoved", repaired.rowsRemoved());
    } else {
      json.putNull("repaired");
    }
    return json;
  }

  /** An object by column; null if there is none. */
  private static void values(ObjectNode json, String name, List<Value> values) {
    if (values.isEmpty()) {
      json.putNull(name);
      return;
    }
    ObjectNode object = json.putObject(name);
    for (Value value : values) {
      Object held = value.value();
      if (held == null) {
        object.putNull(value.column());
      } else {
        object.putRawValue(value.column(), new RawValue(CellText.json(held, value.type())));
      }
    }
  }
}
