import Foundation

/// Where a V2 server is: `http://10.0.0.5:8000`, with a path before `/v2` where a gateway wants one.
package struct UpstreamAddress: Sendable, Hashable, CustomStringConvertible {
  /// Without a slash at the end. It is also the upstream's name wherever a person reads of it.
  package let description: String

  /// Reads `http://HOST[:PORT][/PREFIX]`, or the same with `https`.
  package static func parse(_ text: String) throws(UpstreamAddressError) -> UpstreamAddress {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased() else {
      throw .noURL
    }
    guard scheme == "http" || scheme == "https" else { throw .scheme }
    guard let host = parts.host, !host.isEmpty else { throw .noHost }
    guard parts.user == nil, parts.password == nil else { throw .credentials }
    guard parts.query == nil, parts.fragment == nil else { throw .query }
    guard parts.port.map({ (1...65_535).contains($0) }) ?? true else { throw .port }
    let bare = host.lowercased().trimmingPrefix("[")
    guard !bare.hasPrefix("169.254."), !bare.hasPrefix("fe80:") else { throw .linkLocal }
    var path = parts.percentEncodedPath[...]
    while path.hasSuffix("/") { path = path.dropLast() }
    let port = parts.port.map { ":\($0)" } ?? ""
    let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    return UpstreamAddress(description: "\(scheme)://\(name)\(port)\(path)")
  }
}

/// Why a text names no upstream.
package enum UpstreamAddressError: Error, Sendable, Equatable, CustomStringConvertible {
  case noURL, scheme, noHost, credentials, query, port, linkLocal

  /// What was expected instead.
  package var description: String {
    switch self {
    case .noURL, .noHost: "a URL as http://10.0.0.5:8000"
    case .scheme: "a URL with http:// or https://"
    case .credentials: "a URL without a user and password; put them into headers"
    case .query: "a URL that ends with its path"
    case .port: "a URL whose port is from 1 through 65535"
    case .linkLocal: "an address that is not link-local"
    }
  }
}
