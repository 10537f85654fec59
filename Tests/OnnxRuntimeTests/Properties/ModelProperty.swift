@testable import OnnxRuntime

/// What holds for the bytes of every model file, before ONNX Runtime sees them: the server reads them too, not only its
/// checking child.
struct ModelProperty: Sendable {
  /// What is put to the test; another shows that a fault is found.
  var replace: @Sendable (_ model: [UInt8]) -> ZipMap.Replacement? = { ZipMap.replaced(in: $0) }

  /// One that writes a model's classes down four times.
  static let planted = ModelProperty { bytes in
    guard var replaced = ZipMap.replaced(in: bytes) else { return nil }
    replaced.model += [UInt8](repeating: 0x7a, count: 256 * replaced.labels.count + 1_024)
    return replaced
  }

  /// - Returns: the promise that is broken; nil when all hold.
  func fault(_ bytes: [UInt8]) -> String? {
    var end = 0
    for field in ProtoFields(bytes) {
      guard field.whole.lowerBound == end, field.whole.upperBound <= bytes.count,
        field.body.isEmpty
          || field.whole.contains(field.body.lowerBound)
            && field.body.upperBound == field.whole.upperBound
      else { return "a field out of its place: \(field)" }
      end = field.whole.upperBound
    }
    let mentions = ExternalData.isMentioned(in: bytes)
    guard let replaced = replace(bytes) else { return nil }
    // An Identity and its output's shape take the place of a node with all its classes.
    guard replaced.model.count <= bytes.count + 64 * replaced.labels.count + Self.names(replaced)
    else {
      return "\(bytes.count) bytes became \(replaced.model.count)"
    }
    // What follows bytes that make no sense is left out, so there may be less to find, never more.
    guard mentions || !ExternalData.isMentioned(in: replaced.model) else {
      return "weights in other files came in"
    }
    return nil
  }

  private static func names(_ replaced: ZipMap.Replacement) -> Int {
    replaced.labels.keys.reduce(0) { $0 + 2 * $1.utf8.count }
  }
}
