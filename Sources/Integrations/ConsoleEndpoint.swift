/// Where a running Vigia is reached by a console or a command.
package enum ConsoleEndpoint: Sendable, Equatable, CustomStringConvertible {
  case socket(path: String)
  case server(host: String, port: Int)

  /// Reads what stands behind `--attach`: `unix:PATH` or `http://HOST:PORT`.
  package static func parse(_ text: String) throws(EndpointError) -> ConsoleEndpoint {
    if text.hasPrefix("unix:") { return try socket(String(text.dropFirst(5)), text) }
    if text.hasPrefix("http://") { return try server(String(text.dropFirst(7)), text) }
    if text.hasPrefix("https://") { throw .httpsUnsupported(text) }
    throw .unknownScheme(text)
  }

  package var description: String {
    switch self {
    case .socket(let path): "unix:\(path)"
    case .server(let host, let port):
      host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
  }

  private static func socket(
    _ path: String, _ text: String
  ) throws(EndpointError) -> ConsoleEndpoint {
    guard !path.isEmpty else { throw .noPath(text) }
    guard path.utf8.count <= 107 else { throw .pathTooLong(text, bytes: path.utf8.count) }
    return .socket(path: path)
  }

  private static func server(
    _ authority: String, _ text: String
  ) throws(EndpointError) -> ConsoleEndpoint {
    let bare = authority.hasSuffix("/") ? authority.dropLast() : authority[...]
    guard !bare.isEmpty else { throw .noHost(text) }
    guard !bare.contains(where: { "/?#@ ".contains($0) }) else { throw .notJustHostAndPort(text) }
    let host: Substring
    let rest: Substring
    if bare.first == "[" {
      guard let end = bare.firstIndex(of: "]") else { throw .noHost(text) }
      host = bare[bare.index(after: bare.startIndex)..<end]
      rest = bare[bare.index(after: end)...]
    } else {
      host = bare.prefix { $0 != ":" }
      rest = bare.dropFirst(host.count)
    }
    guard !host.isEmpty else { throw .noHost(text) }
    if rest.isEmpty { return .server(host: String(host), port: 80) }
    guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65_535).contains(port) else {
      throw .badPort(text)
    }
    return .server(host: String(host), port: port)
  }
}

/// Why a text names no endpoint.
package enum EndpointError: Error, Sendable, Equatable, CustomStringConvertible {
  case unknownScheme(String)
  case httpsUnsupported(String)
  case noPath(String)
  case pathTooLong(String, bytes: Int)
  case noHost(String)
  case badPort(String)
  case notJustHostAndPort(String)

  package var description: String {
    switch self {
    case .unknownScheme(let text):
      "\"\(text)\" is no endpoint: expected unix:PATH or http://HOST:PORT"
    case .httpsUnsupported(let text):
      "\"\(text)\": a console attaches by http:// or unix:, not yet by https://"
    case .noPath(let text): "\"\(text)\" names no socket: expected unix:PATH"
    case .pathTooLong(let text, let bytes):
      "\"\(text)\": a socket's path has at most 107 bytes, this one \(bytes)"
    case .noHost(let text): "\"\(text)\" names no host: expected http://HOST:PORT"
    case .badPort(let text): "\"\(text)\": a port is a number from 1 through 65535"
    case .notJustHostAndPort(let text):
      "\"\(text)\": expected a host and a port only, as http://127.0.0.1:8080"
    }
  }
}
