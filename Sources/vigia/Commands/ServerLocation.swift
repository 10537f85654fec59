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

  /// Whether anything says where the server is: a flag, a variable, or a configuration here.
  ///
  /// - Throws: a failure of configuration.
  var isNamed: Bool {
    get throws {
      let names = [attach, ProcessInfo.processInfo.environment["VIGIA_ATTACH"], config, dataDir]
      if names.contains(where: { $0 != nil }) { return true }
      let configuration = try configuration()
      return configuration.file != nil
        || [.dataDirectory, .socket].contains { configuration.origin(of: $0) != .standard }
    }
  }

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
