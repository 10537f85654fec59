extension JSONScanner {
  /// Reads a string that must be text of at most `limits.textBytes`.
  mutating func text(_ json: Span<UInt8>, what: String) throws(WireError) -> String {
    guard peek(json) == UInt8(ascii: "\"") else { throw notJSON(json, expected: what) }
    let start = position + 1
    var end = start
    while end < json.count, json[end] != UInt8(ascii: "\""), json[end] != UInt8(ascii: "\\"),
      json[end] >= 0x20
    { end += 1 }
    guard end < json.count, json[end] == UInt8(ascii: "\"") else {
      let bytes = try string(json, limit: limits.textBytes)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .notJSON(offset: start, expected: "UTF-8 text", found: .string)
      }
      return text
    }
    guard end - start <= limits.textBytes else {
      throw .tooMuch(what: "bytes of text", limit: limits.textBytes)
    }
    do {
      let text = String(copying: try UTF8Span(validating: json.extracting(start..<end)))
      position = end + 1
      return text
    } catch {
      throw .notJSON(offset: start, expected: "UTF-8 text", found: .string)
    }
  }

  /// Reads a string as bytes, its escapes decoded. What is not escaped is taken as it is, be it UTF-8 or not.
  mutating func string(_ json: Span<UInt8>, limit: Int = .max) throws(WireError) -> [UInt8] {
    try expect(UInt8(ascii: "\""), json)
    var bytes: [UInt8] = []
    while position < json.count {
      let byte = json[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return bytes
      case UInt8(ascii: "\\"):
        position += 1
        try escape(json, into: &bytes)
      case 0..<0x20:
        throw notJSON(json, expected: "an escape instead of a control character")
      default:
        bytes.append(byte)
        position += 1
      }
      guard bytes.count <= limit else { throw .tooMuch(what: "bytes of text", limit: limit) }
    }
    throw notJSON(json, expected: "'\"'")
  }

  mutating func skipString(_ json: Span<UInt8>) throws(WireError) {
    try expect(UInt8(ascii: "\""), json)
    while position < json.count {
      let byte = json[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"):
        position += 1
        var ignored: [UInt8] = []
        try escape(json, into: &ignored)
      case 0..<0x20:
        throw notJSON(json, expected: "an escape instead of a control character")
      default: position += 1
      }
    }
    throw notJSON(json, expected: "'\"'")
  }

  /// Decodes what follows a backslash.
  private mutating func escape(_ json: Span<UInt8>, into bytes: inout [UInt8]) throws(WireError) {
    guard position < json.count else { throw notJSON(json, expected: "an escape") }
    switch json[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(json[position])
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0c)
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "r"): bytes.append(0x0d)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      position += 1
      return try unicode(json, into: &bytes)
    default:
      throw notJSON(json, expected: "one of \" \\ / b f n r t u")
    }
    position += 1
  }

  private mutating func unicode(
    _ json: Span<UInt8>, into bytes: inout [UInt8]
  ) throws(WireError) {
    let start = position
    var value = try fourDigits(json)
    if (0xd800..<0xdc00).contains(value), position + 1 < json.count,
      json[position] == UInt8(ascii: "\\"), json[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try fourDigits(json)
      guard (0xdc00..<0xe000).contains(low) else {
        throw .notJSON(offset: start, expected: "a pair of surrogates", found: .string)
      }
      value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = UnicodeScalar(value) else {
      throw .notJSON(offset: start, expected: "a pair of surrogates", found: .string)
    }
    bytes.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func fourDigits(_ json: Span<UInt8>) throws(WireError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < json.count else { throw notJSON(json, expected: "a hexadecimal digit") }
      let digit: UInt8
      switch json[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = json[position] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = json[position] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = json[position] - UInt8(ascii: "A") + 10
      default: throw notJSON(json, expected: "a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

extension [UInt8] {
  /// Whether it is UTF-8.
  var isText: Bool {
    allSatisfy { $0 < 0x80 } || String(validating: self, as: UTF8.self) != nil
  }
}
