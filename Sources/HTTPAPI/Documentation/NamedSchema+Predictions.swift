import Domain
import InferenceProtocol

/// Predictions and the truth that comes after them.
extension NamedSchema {
  var predictionSchema: Schema {
    let limits = APILimits().tensors
    let name = Schema.string(1...limits.textBytes / 4)
    switch self {
    case .parameters: return .map(of: .either(.string(0...limits.textBytes / 4), .number, .boolean))
    case .requestTensor:
      return .object(
        .required("name", name), .required("datatype", .word(DataType.self)),
        .required(
          "shape", .array(.count),
          "The whole of it, the batch's dimension too."),
        .given(
          "parameters", .object(.given("binary_data_size", .count, "Bytes after the JSON.")),
          "shared_memory_region, _byte_size and _offset are 400; others have no effect."),
        .optional("data", .array(.any), "In row-major order, flat or nested as the shape is."))
    case .inferRequest:
      return .object(
        .given("id", .string(0...limits.textBytes / 4), "The client's own name; it comes back."),
        .given(
          "parameters",
          .object(
            .given("priority", .count, "1 is the highest; 0: the model's own."),
            .given("timeout", .count, "Microseconds; it only lowers the server's."),
            .given("binary_data_output", .boolean, "All outputs in binary form.")),
          "sequence_id, sequence_start, sequence_end and those that begin with triton_ are 501; others have no effect."
        ),
        .required(
          "inputs", .array(.named(.requestTensor)),
          "At most \(limits.tensors), of \(limits.dimensions) dimensions and \(limits.elements) elements in all, \(limits.strings) of them BYTES; more is 413."
        ),
        .given(
          "outputs",
          .array(
            .object(
              .required("name", name),
              .given(
                "parameters", .object(.given("binary_data", .boolean, "In binary form.")),
                "classification, shared_memory_region, _byte_size and _offset, and those that begin with triton_ are 501; others have no effect."
              ))),
          "Those that are wanted; absent: all."))
    case .responseTensor:
      return .object(
        .required("name", .string), .required("shape", .array(.count)),
        .required("datatype", .word(DataType.self)),
        .optional(
          "parameters", .named(.parameters), "binary_data_size, of a tensor after the JSON."),
        .optional(
          "data", .array(.any), "Flat, in row-major order; null for a number that is not finite."))
    case .inferResponse:
      return .object(
        .required("model_name", .string), .required("model_version", .string),
        .optional("id", .string, "The request's."),
        .optional("parameters", .named(.parameters)),
        .required("outputs", .array(.named(.responseTensor))))
    case .labelBatch: return Self.labels
    case .labelReceipt:
      return .object(
        .required("joined", .count, "Labels that found their prediction."),
        .required(
          "unseenClass", .count,
          "Of those joined: wrong, and of a class that the version's drift reference has not."
        ),
        .required("unknown", .count, "No such request of this model."),
        .required("duplicate", .count, "The request had its label: the first one stands."),
        .required("late", .count, "The request is older than what is kept for joining."),
        .required(
          "refused", .count,
          "No label, or not of what its request was answered with (number of rows, text beside a number)."
        ),
        .required(
          "refusals",
          .array(
            .object(
              .required("index", .count, "In the batch, from 0."), .required("expected", .string),
              .required("found", .string))), "Of the first 100 that were refused."))
    default: return .any
    }
  }

  private static var labels: Schema {
    let number = Schema.number(-LabelBatch.largest...LabelBatch.largest)
    let value = Schema.either(number, .string, .boolean)
    return .object(
      .required(
        "labels",
        .array(
          .object(
            .required(
              "id", .string, "The reply's Vigia-Request-Id, or the id of the request's body."),
            .required(
              "label", .either(number, .string, .boolean, .array(value, 1...Int.max)),
              "The truth; an array for a request of several rows."),
            .given("score", number, "How content the user was, in a unit of the caller's choice.")),
          1...Int.max), "At most \(APILimits().labelsPerBatch); more is 413."))
  }
}
