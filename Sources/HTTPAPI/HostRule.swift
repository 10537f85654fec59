/// Under which names a browser may reach the server: the guard against DNS rebinding, where a page's own name is
/// made to point at this machine.
package struct HostRule: Sendable, Equatable {
  private let names: Set<String>
  private let allowsAnyAddress: Bool

  /// - Parameters:
  ///   - listen: the configured host. Where it is a wildcard, every literal address is allowed: rebinding needs a
  ///     name.
  ///   - names: further names, as of a proxy in front.
  package init(listen: String, names: [String] = []) {
    let host = Self.bare(listen)
    allowsAnyAddress = host == "0.0.0.0" || host == "::"
    self.names = Set(["localhost", host] + names.map { Self.bare($0) })
  }

  /// - Parameter authority: the value of `Host`, with or without a port.
  package func allows(_ authority: String) -> Bool {
    let host = Self.host(of: authority)
    return names.contains(host) || Self.isLoopback(host)
      || (allowsAnyAddress && Self.isAddress(host))
  }

  /// The host without its port, brackets and case.
  static func host(of authority: String) -> String {
    if authority.first == "[" {
      return bare(String(authority.prefix { $0 != "]" }) + "]")
    }
    guard let colon = authority.lastIndex(of: ":") else { return bare(authority) }
    return bare(String(authority[..<colon]))
  }

  private static func bare(_ host: String) -> String {
    let unbracketed =
      host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
    return (unbracketed.last == "." ? unbracketed.dropLast() : unbracketed).lowercased()
  }

  package static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || (isFourNumbers(host) && host.hasPrefix("127."))
  }

  private static func isAddress(_ host: String) -> Bool {
    isFourNumbers(host)
      || (host.contains(":") && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." })
  }

  private static func isFourNumbers(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
          && Int(part)! <= 255
      }
  }
}
