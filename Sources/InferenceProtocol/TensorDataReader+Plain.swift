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
    let width = MemoryLayout<Word>.size
    // What was reserved is what the shape promises; of numbers beyond that, which are one too many, `element` takes the first.
    let room = min(elementsLeft - count, (bytes.capacity - bytes.count) / width)
    var position = scanner.position
    var found = 0
    bytes.append(addingCapacity: room * width) { span in
      // Each word is stored within the span's own capacity, and counted as initialized.
      unsafe span.withUnsafeMutableBufferPointer { buffer, initialized in
        let target = UnsafeMutableRawBufferPointer(buffer)
        while found < room {
          var start = position
          // As Python writes a list.
          while start < json.count, json[start] == UInt8(ascii: " ") { start += 1 }
          guard let plain = PlainNumber(json, at: start), let word = pattern(plain.number) else {
            return
          }
          unsafe target.storeBytes(of: word.littleEndian, toByteOffset: initialized, as: Word.self)
          initialized += width
          found += 1
          position = plain.end
        }
      }
    }
    scanner.position = position
    count += found
    return found
  }
}
