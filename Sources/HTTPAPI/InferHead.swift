import HTTPTypes

/// What an infer request's head says of it beside its address, read once: a client that sends the same head again and again
/// is not asked anew (`HeadMemo`).
struct InferHead: Sendable {
  private let fields: HTTPFields
  /// `Inference-Header-Content-Length`, bytes of the JSON before the binary tensors; nil without one, and 400 where it is no
  /// number.
  let headerLength: Result<Int?, APIError>
  /// Instances of Vigia that have passed the request on.
  let hops: Int

  init(_ fields: HTTPFields) {
    self.fields = fields
    headerLength = Result { () throws(APIError) in try Self.headerLength(fields) }
    // A number that is none counts as one instance: it is another's header, and no reason to refuse.
    hops = fields[.vigiaHops].map { max(1, Int($0) ?? 1) } ?? 0
  }

  /// What the split is decided on; nil: the request's own id.
  ///
  /// - Parameter header: that holds it, for the request's model; nil where none does.
  func routingKey(_ header: String?) -> String? {
    guard let header, let name = HTTPField.Name(header), let key = fields[name], !key.isEmpty
    else { return nil }
    return key
  }

  private static func headerLength(_ fields: HTTPFields) throws(APIError) -> Int? {
    let values = fields[values: .inferenceHeaderContentLength]
    if values.isEmpty { return nil }
    // Digits alone, as of any length in HTTP: `Int` would take a sign.
    guard values.count == 1, values[0].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let length = Int(values[0])
    else {
      throw APIError(
        .badRequest,
        "Inference-Header-Content-Length: expected one whole number of digits alone, found "
          + values.map { "\"\($0)\"" }.joined(separator: " and "))
    }
    return length
  }
}
