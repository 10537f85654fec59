import Control
import HTTPAPI

/// A line for each setting: its value, and which source won.
enum SettingChecks {
  static func checks(_ configuration: VigiaConfiguration) -> [DoctorCheck] {
    Setting.allCases.map { setting in
      DoctorCheck(
        "setting \(setting.rawValue)", .ok,
        "\(value(of: setting, in: configuration)) (\(configuration.origin(of: setting)))")
    }
  }

  private static func value(of setting: Setting, in configuration: VigiaConfiguration) -> String {
    switch setting {
    case .listen: configuration.listen.description
    case .socket: configuration.socket
    case .dataDirectory: configuration.dataDirectory
    case .modelRepository: configuration.modelRepository
    case .models:
      configuration.models.isEmpty
        ? "all in the repository" : configuration.models.map(\.name).joined(separator: ", ")
    case .rules:
      configuration.rules.isEmpty ? "none" : configuration.rules.joined(separator: ", ")
    case .runbooks: configuration.runbooks ?? "none"
    case .notify:
      configuration.receivers.isEmpty
        ? "nobody" : configuration.receivers.map(\.name).joined(separator: ", ")
    case .sources:
      configuration.sources.isEmpty
        ? "none" : configuration.sources.map(\.name).joined(separator: ", ")
    case .inhibitRules: "\(configuration.inhibitions.count) rules"
    case .externalURL: configuration.externalURL ?? "none"
    case .theme: configuration.theme
    case .keys:
      configuration.keys.isEmpty ? "the usual ones" : "\(configuration.keys.count) changed"
    case .mouse: configuration.usesMouse ? "yes" : "no"
    case .bell: configuration.ringsBell ? "yes" : "no"
    case .desktopMessages: configuration.notifiesDesktop ? "yes" : "no"
    case .links: configuration.showsLinks ? "yes" : "no"
    case .onnxRuntime: configuration.onnxRuntime ?? "searched"
    case .tokensFile: configuration.tokensFile ?? "none"
    case .certificate: configuration.tls?.certificate ?? "none"
    case .privateKey: configuration.tls?.privateKey ?? "none"
    case .corsOrigins:
      configuration.corsOrigins.isEmpty
        ? "none" : configuration.corsOrigins.map(\.description).joined(separator: ", ")
    case .logRequests: configuration.logsRequests ? "yes" : "failures only"
    case .machinePrice: configuration.machinePrice?.description ?? "not given"
    case .environment: configuration.environment.isEmpty ? "none" : configuration.environment
    case .lanes: configuration.lanes.map { "\($0)" } ?? "as the machine has cores"
    case .eventLoops: configuration.eventLoops.map { "\($0)" } ?? "as the machine has cores"
    case .threads: "\(configuration.threads)"
    case .providers:
      configuration.engine.providers.isEmpty
        ? "cpu" : configuration.engine.providers.joined(separator: ", ")
    case .providerFallback: configuration.engine.fallsBack ? "yes" : "no"
    case .loadCheck: "\(configuration.engine.loadCheck?.description ?? "off")"
    case .modelMemory: configuration.engine.modelMemory.description
    case .maxAnswer: "\(configuration.engine.maxAnswer >> 10) KiB"
    case .readOnly: configuration.isReadOnly ? "yes" : "no"
    case .insecure: configuration.isInsecure ? "yes" : "no"
    }
  }
}
