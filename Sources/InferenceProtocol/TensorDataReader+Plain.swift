extension TensorDataReader {
  /// Takes the plain numbers that stand next, each with the comma behind it, in a loop of their own: a body of JSON is mostly
  /// these.
  ///
  /// What comes then, and the last number of an array, is for `element`.
  ///
  /// - Returns: how many there were.
  mutating func plainNumbers(_ scanner: inout JSONScanner, _ json: Span<UInt8>) -> Int {
    switch datatype {
    case .fp32: plain(&scanner, json) { $0.float?.bitPattern }
    case .fp64: plain(&scanner, json) { $0.double?.bitPattern }
    default: 0
    }
  }

  @inline(__always)
  private mutating func plain<Word: FixedWidthInteger & UnsignedInteger>(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>, _ pattern: (DecimalNumber) -> Word?
  ) -> Int {
    var words: [Word] = []
    words.reserveCapacity(min(elementsLeft - count, bytes.capacity / MemoryLayout<Word>.size))
    var position = scanner.position
    while words.count < elementsLeft - count {
      var start = position
      // As Python writes a list.
      while start < json.count, json[start] == UInt8(ascii: " ") { start += 1 }
      guard let plain = PlainNumber(json, at: start), let word = pattern(plain.number) else {
        break
      }
      words.append(word.littleEndian)
      position = plain.end
    }
    scanner.position = position
    count += words.count
    // The bytes of an array of integers, copied before the call returns.
    unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    return words.count
  }
}
