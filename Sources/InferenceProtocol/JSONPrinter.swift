/// Writes JSON text, without spaces, to a growing buffer.
struct JSONPrinter {
  var bytes: [UInt8] = []
  /// What was printed as null, since JSON lacks it.
  private(set) var notFinite = NotFinite()
  /// Bytes past which elements are printed no further: whoever set it looks at `isOverLimit`.
  private let limit: Int

  init(capacity: Int = 0, limit: Int = .max) {
    self.limit = limit
    bytes.reserveCapacity(min(capacity, limit))
  }

  var isOverLimit: Bool { bytes.count > limit }

  mutating func raw(_ text: StaticString) { bytes.append(text) }

  mutating func raw(_ text: String) { bytes.append(text: text) }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(text: text)
    // Names, which most strings are, have nothing to escape.
    if !bytes[start...].allSatisfy(Self.isPlain) {
      bytes.removeSubrange(start...)
      for byte in text.utf8 { escaped(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Broken UTF-8 is repaired: JSON text is Unicode.
  mutating func string(_ text: [UInt8]) { string(String(decoding: text, as: UTF8.self)) }

  mutating func list<Element>(
    _ elements: [Element], _ each: (inout JSONPrinter, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      each(&self, element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func shape(_ shape: [Int]) {
    list(shape) { $0.integer($1) }
  }

  mutating func tensor(_ tensor: TensorMetadata) {
    raw("{\"name\":")
    string(tensor.name)
    raw(",\"datatype\":\"")
    raw(tensor.datatype.rawValue)
    raw("\",\"shape\":")
    shape(tensor.shape)
    if tensor.takesAnyShape { raw(",\"any_shape\":true") }
    if let labels = tensor.labels {
      raw(",\"labels\":")
      list(labels) { $0.string($1) }
    }
    raw("}")
  }

  mutating func parameters(_ parameters: [String: ParameterValue]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, (key, value)) in parameters.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      string(key)
      bytes.append(UInt8(ascii: ":"))
      switch value {
      case .string(let text): string(text)
      case .integer(let number): integer(number)
      case .number(let number): float(number)
      case .bool(let flag): raw(flag ? "true" : "false")
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func integer(_ value: some FixedWidthInteger) { bytes.append(digits: value) }

  /// The shortest text that reads back as the same value; null for NaN and the infinities, which JSON lacks.
  mutating func float(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    guard value.isFinite else {
      notFinite.note(value)
      return raw("null")
    }
    bytes.append(text: value.description)
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case UInt8(ascii: "\n"): raw("\\n")
    case UInt8(ascii: "\r"): raw("\\r")
    case UInt8(ascii: "\t"): raw("\\t")
    case 0..<0x20:
      raw("\\u00")
      bytes.append(Self.digits[Int(byte >> 4)])
      bytes.append(Self.digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }

  /// Bytes that no number takes, its comma included: the longest Double has 24 characters.
  static let longestNumber = 32

  private static let digits = Array("0123456789abcdef".utf8)
}
