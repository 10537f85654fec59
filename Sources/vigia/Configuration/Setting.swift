/// Every setting that is one value, under the name it has in `vigia.yaml`.
///
/// Each is also an environment variable; a flag beats the variable, the variable beats the file.
package enum Setting: String, CaseIterable, Sendable {
  case listen
  case socket
  case dataDirectory = "data_dir"
  case modelRepository = "model_repository"
  case models
  case rules
  case runbooks
  case notify
  case sources
  case inhibitRules = "inhibit_rules"
  case externalURL = "external_url"
  case theme
  case keys
  case mouse
  case bell = "console.bell"
  case desktopMessages = "console.notify"
  case links = "console.links"
  case onnxRuntime = "onnxruntime"
  case tokensFile = "auth.tokens_file"
  case certificate = "tls.cert"
  case privateKey = "tls.key"
  case corsOrigins = "cors.origins"
  case logRequests = "log_requests"
  case machinePrice = "machine_price"
  case environment
  case lanes
  case eventLoops = "event_loops"
  case threads
  case providers
  case providerFallback = "provider_fallback"
  case loadCheck = "load_check"
  case modelMemory = "model_memory"
  case maxAnswer = "max_answer"
  case readOnly = "read_only"
  /// By flag or variable only: a file that is copied about must not open a port to the world.
  case insecure

  /// `VIGIA_DATA_DIR` for `data_dir`, `VIGIA_TLS_CERT` for `tls.cert`.
  package var variable: String {
    "VIGIA_" + rawValue.uppercased().replacing(".", with: "_")
  }

  /// `--data-dir` for `data_dir`.
  package var flag: String {
    "--" + rawValue.replacing(".", with: "-").replacing("_", with: "-")
  }

  package var isAllowedInFile: Bool { self != .insecure }

  /// Variables that steer Vigia and are no setting of the file.
  static let otherVariables: Set<String> = [
    "VIGIA_ATTACH", "VIGIA_CONFIG", "VIGIA_EXAMPLES", "VIGIA_RECORDING", "VIGIA_TOKEN",
  ]

  /// The last part of the name: what stands before the colon in the file.
  var leaf: String { rawValue.split(separator: ".").last.map(String.init) ?? rawValue }

  /// `auth`, `tls`, `cors` or `console`, for a setting that stands in such a block.
  var section: String? {
    let parts = rawValue.split(separator: ".")
    return parts.count == 2 ? String(parts[0]) : nil
  }

  /// The keys of the file's outermost mapping.
  static let topLevelKeys: [String] = {
    var keys: [String] = []
    for setting in allCases where setting.isAllowedInFile {
      let key = setting.section ?? setting.rawValue
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }()
}

/// Where the value of a setting came from.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
  case flag(String)
  case variable(String)
  case file(path: String, line: Int)
  case standard

  package var description: String {
    switch self {
    case .flag(let name): "flag \(name)"
    case .variable(let name): "environment \(name)"
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "default"
    }
  }
}
