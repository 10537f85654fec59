extension Array where Element == UInt8 {
  /// Appends the bytes of `value`, least significant first.
  @inline(__always)
  mutating func append<Word: FixedWidthInteger & UnsignedInteger>(littleEndian value: Word) {
    // The bytes are those of a local, copied before the call returns.
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Reads the element at `index` of an array of words, least significant byte first.
  @inline(__always)
  func word<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type, at index: Int) -> Word {
    let width = MemoryLayout<Word>.size
    precondition(index >= 0 && index < count / width, "an element beyond the tensor's end")
    // All of the word lies inside, as was just checked.
    return unsafe withUnsafeBytes {
      unsafe Word(littleEndian: $0.loadUnaligned(fromByteOffset: index * width, as: Word.self))
    }
  }
}

extension Tensor {
  /// The element at `index` as a number: exact for all but 64-bit integers beyond 2^53; nil for BYTES.
  ///
  /// - Precondition: `index` is below `elementCount`.
  package func number(at index: Int) -> Double? {
    guard case .bytes(let bytes) = storage else { return nil }
    switch datatype {
    case .fp32: return Double(Float(bitPattern: bytes.word(UInt32.self, at: index)))
    case .fp64: return Double(bitPattern: bytes.word(UInt64.self, at: index))
    case .fp16: return Double(Float16(bitPattern: bytes.word(UInt16.self, at: index)))
    case .bf16:
      return Double(Float(bitPattern: UInt32(bytes.word(UInt16.self, at: index)) << 16))
    case .uint64: return Double(bytes.word(UInt64.self, at: index))
    default: return integer(at: index).map(Double.init)
    }
  }

  /// The element at `index` of an integer or BOOL tensor; nil for other types and for a UINT64 above Int64.max.
  ///
  /// - Precondition: `index` is below `elementCount`.
  package func integer(at index: Int) -> Int64? {
    guard case .bytes(let bytes) = storage else { return nil }
    switch datatype {
    case .bool, .uint8: return Int64(bytes[index])
    case .int8: return Int64(Int8(bitPattern: bytes[index]))
    case .uint16: return Int64(bytes.word(UInt16.self, at: index))
    case .int16: return Int64(Int16(bitPattern: bytes.word(UInt16.self, at: index)))
    case .uint32: return Int64(bytes.word(UInt32.self, at: index))
    case .int32: return Int64(Int32(bitPattern: bytes.word(UInt32.self, at: index)))
    case .int64: return Int64(bitPattern: bytes.word(UInt64.self, at: index))
    case .uint64: return Int64(exactly: bytes.word(UInt64.self, at: index))
    case .fp16, .bf16, .fp32, .fp64, .bytes: return nil
    }
  }

  /// The element at `index` of a BYTES tensor as text, broken UTF-8 repaired; nil for other types.
  ///
  /// - Precondition: `index` is below `elementCount`.
  package func text(at index: Int) -> String? {
    guard case .strings(let strings) = storage else { return nil }
    return String(decoding: strings[index], as: UTF8.self)
  }

  /// Of a BYTES tensor the first element that is not UTF-8; nil where all are, and for other types.
  package var firstNotText: Int? {
    guard case .strings(let strings) = storage else { return nil }
    return strings.firstIndex { !$0.isText }
  }

  /// The first element that is NaN or infinite, with its name: `NaN`, `Infinity` or `-Infinity`; nil
  /// where there is none.
  package var firstNotFinite: (element: Int, name: String)? {
    guard datatype.isFloatingPoint else { return nil }
    for element in 0..<elementCount {
      guard let number = number(at: element), !number.isFinite else { continue }
      return (element, number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }
    return nil
  }

  /// Whether no element is NaN or infinite; true for types that have no such values.
  package var isFinite: Bool {
    guard datatype.isFloatingPoint else { return true }
    return (0..<elementCount).allSatisfy { number(at: $0)?.isFinite ?? true }
  }
}
