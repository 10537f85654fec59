/// `host:port`, as Go's `net` package takes it apart.
struct HostPort {
  var host: String
  var port: String

  /// Nil unless there is one port, behind a host that has no colons of its own or stands in brackets.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    if host.first == "[" {
      guard host.last == "]" else { return nil }
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    let port = text[text.index(after: colon)...]
    guard !host.contains(where: { "[]".contains($0) }), !port.contains(where: { "[]".contains($0) })
    else { return nil }
    self.host = String(host)
    self.port = String(port)
  }

  /// The first label of the host's name, and the port where there is one; an address is left as it is.
  static func withoutDomain(_ text: String) -> String {
    let parts = HostPort(text)
    let host = parts?.host ?? text
    guard !isAddress(host) else { return text }
    let name = host.prefix { $0 != "." }
    guard let port = parts?.port, !port.isEmpty else { return String(name) }
    return (name.contains(":") ? "[\(name)]" : String(name)) + ":" + port
  }

  private static func isAddress(_ text: String) -> Bool {
    guard let mark = text.first(where: { $0 == "." || $0 == ":" }) else { return false }
    return mark == "." ? isIPv4(text[...]) : isIPv6(text)
  }

  private static func isIPv4(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
          && (part == "0" || part.first != "0")
      }
  }

  /// Eight groups of hexadecimal digits; `::` for one or more of them, and an IPv4 address for the last two.
  private static func isIPv6(_ text: String) -> Bool {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return false }
    var count = 0
    for (index, half) in halves.enumerated() where !(half.isEmpty && halves.count == 2) {
      let groups = half.split(separator: ":", omittingEmptySubsequences: false)
      for (position, group) in groups.enumerated() {
        let isLast = index == halves.count - 1 && position == groups.count - 1
        if isLast, group.contains(".") {
          guard isIPv4(group) else { return false }
          count += 2
        } else {
          guard isHexadecimal(group) else { return false }
          count += 1
        }
      }
    }
    return halves.count == 2 ? count < 8 : count == 8
  }

  private static func isHexadecimal(_ group: Substring) -> Bool {
    !group.isEmpty
      && group.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
      } && (UInt64(group, radix: 16) ?? .max) <= 0xFFFF
  }
}
