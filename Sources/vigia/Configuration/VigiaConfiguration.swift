package import Alerting
package import Control
package import Domain
package import HTTPAPI
package import Integrations
package import Storage

/// What `vigia.yaml`, the environment and the flags say together. All paths are absolute.
package struct VigiaConfiguration: Sendable, Equatable {
  /// The file it was read from, as it was named; nil when there is none.
  package var file: String?
  package var listen = ListenAddress(host: "127.0.0.1", port: 8080)
  package var socket: String
  package var dataDirectory: String
  package var modelRepository: String
  /// In the order of the file. Empty: whatever the repository holds.
  package var models: [ModelConfiguration] = []
  /// Paths in which `*` and `?` may stand for parts of a file's name.
  package var rules: [String] = []
  package var runbooks: String?
  /// Who is told of alerts.
  package var receivers: [ReceiverConfiguration] = []
  /// Beside those of the rules that come with Vigia.
  package var inhibitions: [InhibitRule] = []
  /// Other servers whose series are asked for.
  package var sources: [SourceConfiguration] = []
  /// Where people reach this server, without a slash at the end: for the links in what they are told.
  package var externalURL: String?
  package var theme = "default-dark"
  /// Keys of the console that are not the usual ones. They are looked at by the console alone: a server starts
  /// whatever stands there.
  package var keys: [ConfiguredKey] = []
  /// Whether clicks and the wheel do something in the console.
  package var usesMouse = true
  /// Whether a new page rings the console's terminal, and whether it shows a message of the desktop.
  package var ringsBell = false
  package var notifiesDesktop = false
  /// Whether links of a page lead somewhere, on terminals that are known to show them.
  package var showsLinks = true
  package var onnxRuntime: String?
  package var tokensFile: String?
  package var tls: TLSFiles?
  /// Sites whose pages may read this server; empty: none.
  package var corsOrigins: [WebOrigin] = []
  /// A line in the log for each request, not only for failures.
  package var logsRequests = false
  /// For the cost of a prediction; nil: not told.
  package var machinePrice: MachinePrice?
  /// As `production`; empty when not given.
  package var environment = ""
  /// Worker threads for models too dear to run inline; nil: as many as fit the machine.
  package var lanes: Int?
  /// Threads that read requests and run the models that are cheap enough; each has its share of the connections. Nil: one
  /// a core, two at least.
  package var eventLoops: Int?
  /// Threads that one run of a model may use.
  package var threads = 1
  package var engine = EngineConfiguration()
  package var isReadOnly = false
  package var isInsecure = false
  /// Only of settings that something set.
  package var origins: [Setting: SettingOrigin] = [:]

  /// A configuration of standard values.
  ///
  /// - Parameters:
  ///   - dataDirectory: absolute; the socket is put inside.
  ///   - modelRepository: absolute.
  package init(dataDirectory: String, modelRepository: String) {
    self.dataDirectory = dataDirectory
    self.modelRepository = modelRepository
    socket = dataDirectory + "/vigia.sock"
  }

  package func origin(of setting: Setting) -> SettingOrigin { origins[setting] ?? .standard }

  package func model(_ name: String) -> ModelConfiguration? { models.first { $0.name == name } }

  package var isProduction: Bool { environment == "production" }
}

/// A model's part of the configuration: the seed of its deployment, and its objectives.
package struct ModelConfiguration: Sendable, Equatable {
  package var name: String
  package var champion: String
  package var challenger: Deployment.Challenger?
  package var shadow: String?
  package var routingKey: RoutingKey
  package var objective: ServiceObjective?
  package var running = ModelRunning()
  package var capture = CapturePolicy()
  /// Versions that run on other servers.
  package var remotes: [String: RemoteSpec] = [:]

  package init(
    name: String, champion: String, challenger: Deployment.Challenger? = nil,
    shadow: String? = nil, routingKey: RoutingKey = .requestID, objective: ServiceObjective? = nil
  ) {
    self.name = name
    self.champion = champion
    self.challenger = challenger
    self.shadow = shadow
    self.routingKey = routingKey
    self.objective = objective
  }

  /// Versions that the configuration names, each once.
  package var versions: [String] {
    var names = [champion]
    for version in [challenger?.version, shadow] {
      if let version, !names.contains(version) { names.append(version) }
    }
    return names
  }
}

/// What decides which version a request goes to.
package enum RoutingKey: Sendable, Equatable, CustomStringConvertible {
  /// Each request on its own.
  case requestID
  /// The value of this header; requests without it go by their id.
  case header(String)

  package var description: String {
    switch self {
    case .requestID: "request_id"
    case .header(let name): "header:\(name)"
    }
  }
}

package struct TLSFiles: Sendable, Equatable {
  package var certificate: String
  package var privateKey: String

  package init(certificate: String, privateKey: String) {
    self.certificate = certificate
    self.privateKey = privateKey
  }
}
