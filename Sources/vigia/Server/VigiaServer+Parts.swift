import Control
import Domain
import Foundation
import HTTPAPI
import Inference
import Storage

extension VigiaServer {
  /// Whether the address is free, before anything is made on the disk.
  static func checkAddress(_ configuration: VigiaConfiguration) async throws(StartError) {
    do throws(HTTPServerError) {
      try await HTTPServers.checkAddresses(
        .init(
          host: configuration.listen.host, port: configuration.listen.port,
          socketPath: configuration.socket))
    } catch {
      throw .listen(error.description)
    }
  }

  static func authenticator(
    for configuration: VigiaConfiguration
  ) throws(StartError) -> Authenticator {
    if configuration.tls != nil {
      throw .unsupported(
        "tls: this version serves plain HTTP only; put a TLS proxy in front of a loopback address")
    }
    do throws(TokenError) {
      if let file = configuration.tokensFile {
        return Authenticator(tokens: try TokensFile.read(file))
      }
      return Authenticator(
        localToken: try LocalToken.loadOrCreate("\(configuration.dataDirectory)/token"))
    } catch {
      throw .tokens(error.description)
    }
  }

  /// Whether there is one model file at all, before anything is made on the disk. Hashes nothing.
  static func checkRepository(_ configuration: VigiaConfiguration) throws(StartError) {
    let files = FileManager.default
    let root = configuration.modelRepository
    let isFilled = ((try? files.contentsOfDirectory(atPath: root)) ?? []).contains { model in
      ((try? files.contentsOfDirectory(atPath: "\(root)/\(model)")) ?? []).contains { version in
        files.fileExists(atPath: "\(root)/\(model)/\(version)/model.onnx")
      }
    }
    if !isFilled { _ = try check(ModelRepository(root: root).scan(), configuration) }
  }

  /// What the repository lacks: fatal when there is nothing to serve at all.
  static func check(
    _ listing: RepositoryListing, _ configuration: VigiaConfiguration
  ) throws(StartError) -> [Notice] {
    guard listing.models.contains(where: { !$0.versions.isEmpty }) else {
      let reason =
        listing.diagnostics.first.map(\.description)
        ?? "\(configuration.modelRepository): the repository is empty"
      throw .repository(reason)
    }
    var notices = listing.diagnostics.map { Notice(.warning, $0.description) }
    for model in configuration.models
    where !listing.models.contains(where: { $0.name == model.name }) {
      notices.append(
        Notice(
          .critical,
          "\(model.name): the configuration names it, the repository has no such folder"))
    }
    return notices
  }

  /// Telemetry is disposable: a damaged file is moved aside, and a folder that refuses stops the start.
  static func openMetrics(
    _ configuration: VigiaConfiguration, now: Timestamp
  ) throws(StartError) -> (MetricStore?, Notice?) {
    do throws(StorageError) {
      let store = try MetricStore(directory: configuration.dataDirectory, now: now)
      let notice = store.movedAside.map {
        Notice(.warning, "metrics.db was damaged; it was moved to \($0) and begun anew")
      }
      return (store, notice)
    } catch {
      throw .store(error.description)
    }
  }

  static func charters(of configuration: VigiaConfiguration) -> [ModelCharter] {
    configuration.models.map { model in
      ModelCharter(
        name: model.name, champion: model.champion, challenger: model.challenger,
        shadow: model.shadow, objective: model.objective)
    }
  }

  static func routingHeaders(of configuration: VigiaConfiguration) -> [String: String] {
    var headers: [String: String] = [:]
    for model in configuration.models {
      if case .header(let name) = model.routingKey { headers[model.name] = name }
    }
    return headers
  }
}

/// The folder that holds a server's state.
enum DataFolder {
  /// Makes the folder, mode 0700, and finds out whether it can be written.
  static func prepare(_ path: String) throws(StartError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .dataDirectory(path: path, reason: "cannot be made: \(reason(error))")
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw .dataDirectory(path: path, reason: "not writable (\(errnoText()))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    ((error as? CocoaError)?.underlying as? POSIXError).map {
      String(cString: strerror($0.code.rawValue))
    } ?? "\(error.localizedDescription)"
  }
}
