package import AsyncHTTPClient
import NIOSSL

/// What a load's connections are wrapped in.
package enum LoadSecurity: Sendable, Equatable {
  case none
  /// TLS with certificates that the machine's authorities, or those in a PEM file, vouch for.
  case verified(authorities: String?)
  /// TLS with whatever certificate the server has.
  case unverified

  /// Nil without TLS.
  var configuration: TLSConfiguration? {
    guard self != .none else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    switch self {
    case .unverified: configuration.certificateVerification = .none
    case .verified(let authorities?): configuration.trustRoots = .file(authorities)
    case .verified(nil), .none: break
    }
    return configuration
  }

  /// A client for a few questions, which tries a connection once: its failure is the answer. Its owner shuts it down.
  package func client() -> HTTPClient {
    var configuration = HTTPClient.Configuration(tlsConfiguration: configuration)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }
}
