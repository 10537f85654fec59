/// What a string token means.
///
/// - Precondition: the lexer has read it, so its escapes are well-formed.
func unquoted(_ token: String) -> String {
  let body = token.utf8.dropFirst().dropLast()
  guard token.utf8.first != UInt8(ascii: "`") else { return String(decoding: body, as: UTF8.self) }
  var bytes: [UInt8] = []
  var rest = body
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "\\"), let code = rest.popFirst() {
      appendEscape(code, from: &rest, to: &bytes)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func appendEscape(
  _ code: UInt8, from rest: inout Substring.UTF8View, to bytes: inout [UInt8]
) {
  func number(_ count: Int, radix: Int, first: UInt8? = nil) -> UInt32 {
    let digits = [first].compactMap { $0 } + rest.prefix(count)
    rest = rest.dropFirst(count)
    return UInt32(String(decoding: digits, as: UTF8.self), radix: radix) ?? 0
  }
  switch code {
  case UInt8(ascii: "a"): bytes.append(7)
  case UInt8(ascii: "b"): bytes.append(8)
  case UInt8(ascii: "f"): bytes.append(12)
  case UInt8(ascii: "n"): bytes.append(10)
  case UInt8(ascii: "r"): bytes.append(13)
  case UInt8(ascii: "t"): bytes.append(9)
  case UInt8(ascii: "v"): bytes.append(11)
  case UInt8(ascii: "0")...UInt8(ascii: "7"):
    bytes.append(UInt8(truncatingIfNeeded: number(2, radix: 8, first: code)))
  case UInt8(ascii: "x"): bytes.append(UInt8(truncatingIfNeeded: number(2, radix: 16)))
  case UInt8(ascii: "u"), UInt8(ascii: "U"):
    let value = number(code == UInt8(ascii: "u") ? 4 : 8, radix: 16)
    bytes += String(Unicode.Scalar(value) ?? "\u{fffd}").utf8
  default: bytes.append(code)
  }
}
