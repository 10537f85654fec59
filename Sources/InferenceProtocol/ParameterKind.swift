/// What the value of a parameter that has a meaning must be.
enum ParameterKind {
  case flag
  /// A whole number from 0.
  case count(String)
  /// Triton's shared memory, which is not offered.
  case sharedMemory

  /// Of a request.
  static let ofRequest: [String: ParameterKind] = [
    "priority": .count("a whole number from 0"),
    "timeout": .count("a whole number of microseconds from 0"),
    "binary_data_output": .flag,
  ]

  /// Of a tensor that comes with its data.
  static let ofTensor: [String: ParameterKind] = [
    "binary_data_size": .count("a whole number of bytes from 0"),
    "shared_memory_region": .sharedMemory,
  ]

  /// Of an output that is asked for.
  static let ofOutput: [String: ParameterKind] = ["binary_data": .flag]

  /// The value, where it is of this kind; nil for null, which is as good as nothing.
  ///
  /// - Parameters:
  ///   - value: as it was read; nil where no parameter can be such.
  ///   - text: what stands there.
  func checked(
    _ value: ParameterValue?, key: String, owner: String, text: String
  ) throws(WireError) -> ParameterValue? {
    switch (self, value) {
    case (.flag, .bool), (.count, .integer(0...)): return value
    case (.count, .number(let number)):
      // `1e3`, or `1000.0` of a client without whole numbers.
      if let count = Int64(exactly: number), count >= 0 { return .integer(count) }
    default: break
    }
    if text == "null" { return nil }
    if case .sharedMemory = self { throw .sharedMemory(owner: owner) }
    throw .badParameter(key, owner: owner, expected: words, found: String(text.prefix(40)))
  }

  private var words: String {
    switch self {
    case .flag: "true or false"
    case .count(let words): words
    case .sharedMemory: "nothing"
    }
  }
}
