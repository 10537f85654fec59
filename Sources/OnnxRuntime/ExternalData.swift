/// Whether a model's weights lie in files of their own, which could be anywhere on the disk.
enum ExternalData {
  /// Looks at each tensor that the format has room for: initializers, sparse ones, attributes of nodes, at any depth of
  /// graphs inside graphs, in functions and in training graphs. Inputs and features may be called "location".
  ///
  /// ONNX Runtime's own decoder is more lenient than `ProtoFields`. Where that one does not understand the file to its
  /// end, the bare word "location" is enough to say yes: no tensor can name a file without it.
  ///
  /// - Complexity: O(n).
  static func isMentioned(in model: [UInt8]) -> Bool {
    switch find(model, 0..<model.count, .model, depth: 0) {
    case .external: true
    case .nothing: false
    case .unclear: holds("location", model)
    }
  }

  private enum Finding { case nothing, unclear, external }

  /// The messages of onnx.proto that can hold a tensor.
  private enum Message { case model, graph, function, training, node, attribute, sparse, tensor }

  private static func find(
    _ bytes: [UInt8], _ range: Range<Int>, _ message: Message, depth: Int
  ) -> Finding {
    // ONNX Runtime's decoder gives up at 100.
    guard depth < 128 else { return .unclear }
    var found = Finding.nothing
    var fields = ProtoFields(bytes, range)
    while let field = fields.next() {
      if message == .tensor {
        // external_data, and data_location with anything but its default.
        if field.number == 13 || field.number == 14 && field.value != 0 { return .external }
        continue
      }
      guard let inner = inside(message, field.number) else { continue }
      switch find(bytes, field.body, inner, depth: depth + 1) {
      case .external: return .external
      case .unclear: found = .unclear
      case .nothing: break
      }
    }
    return fields.isBroken ? .unclear : found
  }

  /// Source: onnx.proto.
  private static func inside(_ message: Message, _ field: Int) -> Message? {
    switch (message, field) {
    case (.model, 7), (.training, 1), (.training, 2), (.attribute, 6), (.attribute, 11): .graph
    case (.model, 20): .training
    case (.model, 25): .function
    case (.graph, 1), (.function, 7): .node
    case (.node, 5), (.function, 11): .attribute
    case (.graph, 15), (.attribute, 22), (.attribute, 23): .sparse
    case (.graph, 5), (.attribute, 5), (.attribute, 10), (.sparse, 1), (.sparse, 2): .tensor
    default: nil
    }
  }

  private static func holds(_ word: String, _ bytes: [UInt8]) -> Bool {
    let word = Array(word.utf8)
    guard bytes.count >= word.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      (0...(bytes.count - word.count)).contains { start in
        bytes[start] == word[0] && word.indices.allSatisfy { bytes[start + $0] == word[$0] }
      }
    }
  }
}
