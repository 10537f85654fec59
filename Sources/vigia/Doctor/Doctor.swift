import Foundation
import HTTPAPI

/// Looks at everything that Vigia needs, changes nothing, and says of each what to do.
package struct Doctor: Sendable {
  private let loaded: ConfigurationLoader.Result
  private let environment: [String: String]
  private let probes: Probes

  /// What the doctor asks of others.
  package struct Probes: Sendable {
    /// Finds and loads ONNX Runtime.
    package var library: @Sendable (VigiaConfiguration?) async -> LibraryFinding
    /// Says who answers at the configuration's address, when that is a Vigia: `vigia 0.1.0, pid 4711`.
    package var runningVigia: @Sendable (VigiaConfiguration) async -> String?
    package var terminalSize: TerminalSize?
    /// The first line of `swift --version`; nil without a toolchain.
    package var toolchain: @Sendable () async -> String?

    package init(
      library: @escaping @Sendable (VigiaConfiguration?) async -> LibraryFinding,
      runningVigia: @escaping @Sendable (VigiaConfiguration) async -> String?,
      terminalSize: TerminalSize? = .current(),
      toolchain: (@Sendable () async -> String?)? = nil
    ) {
      self.library = library
      self.runningVigia = runningVigia
      self.terminalSize = terminalSize
      self.toolchain = toolchain ?? { await Toolchain.version() }
    }
  }

  package init(
    loaded: ConfigurationLoader.Result,
    environment: [String: String] = ProcessInfo.processInfo.environment, probes: Probes
  ) {
    self.loaded = loaded
    self.environment = environment
    self.probes = probes
  }

  package func examine() async -> DoctorReport {
    var checks = configurationChecks()
    checks.append(Self.toolchain(await probes.toolchain()))
    checks.append(await probes.library(loaded.configuration).check)
    checks += TerminalCheck(environment: environment, size: probes.terminalSize).checks()
    if let configuration = loaded.configuration {
      checks += DataFolderCheck(path: configuration.dataDirectory).checks()
      checks.append(Self.socket(configuration))
      checks.append(await listen(configuration))
      checks += RepositoryCheck(configuration: configuration).checks()
      checks += SettingChecks.checks(configuration)
    }
    return DoctorReport(checks: checks)
  }

  private func configurationChecks() -> [DoctorCheck] {
    var checks = loaded.diagnostics.map { diagnostic in
      DoctorCheck(
        "configuration", diagnostic.isError ? .fail : .warn, diagnostic.description,
        action: diagnostic.isError ? "correct it; until then nothing starts" : "unset or rename it")
    }
    if let configuration = loaded.configuration {
      let name = configuration.file ?? "no vigia.yaml here: standard values"
      checks.insert(DoctorCheck("configuration", .ok, name), at: 0)
    }
    return checks
  }

  private static func toolchain(_ version: String?) -> DoctorCheck {
    guard let version else {
      return DoctorCheck(
        "toolchain", .warn, "no swift in PATH",
        action: "only needed to build; see swift.org/install")
    }
    return DoctorCheck("toolchain", .ok, version)
  }

  /// Its length was checked when the configuration was read.
  private static func socket(_ configuration: VigiaConfiguration) -> DoctorCheck {
    let bytes = configuration.socket.utf8.count
    return DoctorCheck("socket", .ok, "\(configuration.socket) (\(bytes) of 107 bytes)")
  }

  private func listen(_ configuration: VigiaConfiguration) async -> DoctorCheck {
    let address = configuration.listen
    switch PortProbe.probe(host: address.host, port: address.port) {
    case .free: return DoctorCheck("port", .ok, "\(address) is free")
    case .inUse:
      if let name = await probes.runningVigia(configuration) {
        return DoctorCheck("port", .ok, "\(address) is answered by \(name)")
      }
      return DoctorCheck(
        "port", .fail, "\(address) is taken by another program",
        action: "stop that one, or give another with --listen or VIGIA_LISTEN")
    case .denied:
      return DoctorCheck(
        "port", .fail, "\(address): permission denied", action: "take a port from 1024 up")
    case .noSuchAddress(let reason):
      return DoctorCheck(
        "port", .fail, "\(address): \(reason)",
        action: "listen on an address of this machine, such as 127.0.0.1:8080")
    }
  }
}

/// What came of the search for ONNX Runtime's shared library.
package enum LibraryFinding: Sendable, Equatable {
  /// - Parameter rule: which place it was found by: "onnxruntime in vigia.yaml", ".runtime above the executable".
  case loaded(path: String, rule: String, version: String)
  case broken(path: String, rule: String, reason: String)
  case missing(searched: [String])

  package var check: DoctorCheck {
    let name = "ONNX Runtime"
    switch self {
    case .loaded(let path, let rule, let version):
      return DoctorCheck(name, .ok, "\(version), \(path) (\(rule))")
    case .broken(let path, let rule, let reason):
      return DoctorCheck(
        name, .fail, "\(path) (\(rule)): \(reason)",
        action: "run scripts/setup, or name another with VIGIA_ONNXRUNTIME")
    case .missing(let searched):
      return DoctorCheck(
        name, .fail, "not found in \(searched.joined(separator: ", "))",
        action: "run scripts/setup, or name it with VIGIA_ONNXRUNTIME")
    }
  }
}
