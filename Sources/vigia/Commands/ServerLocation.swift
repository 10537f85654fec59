import Domain
import Foundation
import HTTPAPI
import Integrations

/// Where a running server is, as flags, environment and configuration say together.
struct ServerLocation {
  var attach: String?
  var config: String?
  var dataDir: String?
  var tokenFile: String?

  /// - Throws: a failure of usage or configuration.
  func endpoint() throws -> ConsoleEndpoint {
    if let attach = attach ?? ProcessInfo.processInfo.environment["VIGIA_ATTACH"] {
      do throws(EndpointError) {
        return try ConsoleEndpoint.parse(attach)
      } catch {
        throw CommandFailure.usage(error.description)
      }
    }
    return .socket(path: try configuration().socket)
  }

  func configuration() throws -> VigiaConfiguration {
    try loadConfiguration(file: config, flags: dataDir.map { [.dataDirectory: $0] } ?? [:])
  }

  /// A client for the endpoint. The control socket needs no token.
  func client() throws -> ConsoleClient {
    let endpoint = try endpoint()
    guard case .server = endpoint else { return ConsoleClient(endpoint: endpoint) }
    return ConsoleClient(endpoint: endpoint, token: try token())
  }

  private func token() throws -> String? {
    if let tokenFile {
      let text = try? String(contentsOfFile: tokenFile, encoding: .utf8)
      guard let token = text?.trimmingCharacters(in: .whitespacesAndNewlines), !token.isEmpty else {
        throw CommandFailure.usage("\(tokenFile): expected a token, found no readable text")
      }
      return token
    }
    if let token = ProcessInfo.processInfo.environment["VIGIA_TOKEN"], !token.isEmpty {
      return token
    }
    guard let directory = try? configuration().dataDirectory else { return nil }
    return try? LocalToken.load("\(directory)/token")
  }
}
