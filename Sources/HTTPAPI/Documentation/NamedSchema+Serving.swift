import Inference
import InferenceProtocol

/// What V2 and Triton's extensions say of the server and its models.
extension NamedSchema {
  var servingSchema: Schema {
    switch self {
    case .error:
      .object(
        .required(
          "error", .string, "What was expected, what was found, and what to do next."))
    case .serverMetadata:
      .object(
        .required("name", .string), .required("version", .string),
        .required("extensions", .array(.string), "Those that work."))
    case .live: .object(.required("live", .boolean))
    case .ready: .object(.required("ready", .boolean))
    case .modelReady:
      .object(
        .required("name", .string), .required("ready", .boolean),
        .optional("error", .string, "Why it is not ready, and what to do."))
    case .tensorMetadata:
      .object(
        .required("name", .string), .required("datatype", .word(DataType.self)),
        .required("shape", .array(.integer), "-1 where the length varies."),
        .optional(
          "any_shape", .boolean,
          "True where the model does not say how many dimensions there are: any will do, and shape is [-1]."
        ),
        .optional("labels", .array(.string), "Classes in the order of the last dimension."))
    case .modelMetadata:
      .object(
        .required("name", .string), .required("versions", .array(.string)),
        .required("platform", .string, "onnx_onnxv1, or that of the server behind it."),
        .required("inputs", .array(.named(.tensorMetadata))),
        .optional(
          "optional_inputs", .array(.named(.tensorMetadata)),
          "Inputs that a request may leave out, since the model has a default for them."),
        .required("outputs", .array(.named(.tensorMetadata))))
    case .modelConfiguration: Self.configuration
    case .modelStatistics: Self.statistics
    case .tally:
      .object(.required("count", .count), .required("ns", .count, "Nanoseconds in all."))
    case .indexFilter:
      .object(.given("ready", .boolean, "True: only versions that are in memory."))
    case .repositoryIndex:
      .array(
        .object(
          .required("name", .string), .required("version", .string),
          .required(
            "state",
            .word(["READY", "UNAVAILABLE", "LOADING", "UNLOADING"])),
          .required("reason", .string, "Why it is not ready; else empty.")))
    case .loadOrder:
      .object(
        .given(
          "parameters",
          .closedObject(.optional("unload_dependents", .any, "Without effect, whatever it says.")),
          "A configuration or a file sent along is refused: the repository has both."))
    case .unloadOrder:
      .object(.given("parameters", .map(of: .any), "Without effect."))
    default: .any
    }
  }

  private static var configuration: Schema {
    let tensors = Schema.array(
      .object(
        .required("name", .string), .required("data_type", .string, "TYPE_FP32 and so on."),
        .required("dims", .array(.integer)),
        .optional("optional", .boolean, "True of an input that a request may leave out.")))
    return .object(
      .required("name", .string), .required("platform", .string), .required("backend", .string),
      .required(
        "version_policy",
        .object(
          .required("specific", .object(.required("versions", .array(.integer)))))),
      .required(
        "max_batch_size", .count,
        "0: the shapes have the batch's dimension, and requests are not put together."),
      .required("input", tensors), .required("output", tensors),
      .optional(
        "dynamic_batching",
        .object(
          .required("preferred_batch_size", .array(.count)),
          .required("max_queue_delay_microseconds", .count))),
      .required(
        "instance_group",
        .array(
          .object(
            .required("name", .string), .required("kind", .word(["KIND_CPU"])),
            .required("count", .count)))),
      .required("default_model_filename", .string))
  }

  private static var statistics: Schema {
    let tally = Schema.named(.tally)
    let version = Schema.object(
      .required("name", .string), .required("version", .string),
      .required("last_inference", .count, "Milliseconds since 1970; 0 before the first."),
      .required("inference_count", .count, "Rows."),
      .required("execution_count", .count, "Runs of the engine."),
      .required(
        "inference_stats",
        Schema(
          .object(
            ModelStatistics(name: "", version: "").tallies.map {
              .required("\($0.name)", tally)
            }, others: .ignored))),
      .required(
        "batch_stats",
        .array(
          .object(
            .required("batch_size", .count), .required("compute_input", tally),
            .required("compute_infer", tally), .required("compute_output", tally)))),
      .required("response_stats", .object()))
    return .object(.required("model_stats", .array(version)))
  }
}
