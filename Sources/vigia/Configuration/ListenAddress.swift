/// Where the HTTP server listens, written `127.0.0.1:8080` or `[::1]:8080`.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  package var host: String
  /// 0: any free one.
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether only this machine can reach it.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  enum Flaw: Error, Equatable {
    case form
    case port(String)
  }

  init(parsing text: String) throws(Flaw) {
    guard let colon = text.lastIndex(of: ":") else { throw .form }
    var host = text[..<colon]
    let port = text[text.index(after: colon)...]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { throw .form }
    } else if host.contains(":") {
      throw .form
    }
    let isPlain = host.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && scalar.value > 0x20 && !"/[]@#?".unicodeScalars.contains(scalar)
    }
    guard !host.isEmpty, isPlain else { throw .form }
    guard let number = UInt16(port), port.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw .port(String(port))
    }
    self.host = String(host)
    self.port = Int(number)
  }
}
