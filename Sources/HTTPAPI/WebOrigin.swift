/// Where a web page comes from, as browsers write it into `Origin`: scheme, host and port, and nothing else.
///
/// Source: RFC 6454, section 6.1, and the Fetch standard.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
  /// In the browsers' own spelling: small letters, and no port that the scheme has anyway.
  package let description: String

  /// Why a text is no origin that could be listed.
  package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
    case any
    case null
    case form

    package var description: String {
      switch self {
      case .any:
        "\"*\" would let every page on the web read this server: name each site"
      case .null:
        "\"null\" is sent by files, sandboxes and redirects of anybody, so it names nobody: serve the page from a site"
      case .form:
        "an origin is scheme, host and port as the browser has them, such as https://ops.example or http://localhost:3000"
      }
    }
  }

  package init(_ text: String) throws(Problem) {
    let text = text.lowercased()
    if text.contains("*") { throw .any }
    if text == "null" { throw .null }
    guard let (scheme, standardPort) = Self.scheme(of: text) else { throw .form }
    let authority = text.dropFirst(scheme.count)
    let (host, port) = try Self.parts(of: authority)
    description = port == nil || port == standardPort ? "\(scheme)\(host)" : "\(scheme)\(authority)"
  }

  private static func scheme(of text: String) -> (scheme: String, port: Int)? {
    if text.hasPrefix("https://") { return ("https://", 443) }
    if text.hasPrefix("http://") { return ("http://", 80) }
    return nil
  }

  private static func parts(
    of authority: Substring
  ) throws(Problem) -> (host: Substring, port: Int?) {
    let host: Substring
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { throw .form }
      host = authority[...end]
      guard host.dropFirst().dropLast().utf8.allSatisfy(isAddressByte), host.count > 4 else {
        throw .form
      }
    } else {
      host = authority.prefix { $0 != ":" }
      guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isNameByte) else {
        throw .form
      }
    }
    let rest = authority[host.endIndex...]
    guard !rest.isEmpty else { return (host, nil) }
    let digits = rest.dropFirst()
    guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.first != "0", let port = Int(digits), (1...65_535).contains(port)
    else { throw .form }
    return (host, port)
  }

  /// Other alphabets come as punycode.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
