import Control
import Domain
import Foundation
import Glibc
import HTTPAPI
import Inference
import InferenceProtocol
import Logging
import Statistics
import Storage

extension VigiaServer {
  /// What would refuse the start, looked at while the disk is still as it was.
  static func checkBeforeAnythingIsMade(
    _ configuration: VigiaConfiguration
  ) async throws(StartError) {
    if let pid = InstanceLock.holder(of: configuration.dataDirectory) {
      throw .alreadyRunning(directory: configuration.dataDirectory, pid: pid)
    }
    do throws(HTTPServerError) {
      try await HTTPServers.checkAddresses(listeners(of: configuration))
    } catch {
      throw .listen(error.description)
    }
    try checkRepository(configuration)
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

  static func listeners(of configuration: VigiaConfiguration) -> HTTPServers.Settings {
    HTTPServers.Settings(
      host: configuration.listen.host, port: configuration.listen.port,
      threads: configuration.eventLoops ?? max(2, ProcessInfo.processInfo.activeProcessorCount),
      socketPath: configuration.socket)
  }

  static func info(_ configuration: VigiaConfiguration, _ options: Options) -> ServerInfo {
    ServerInfo(
      version: Vigia.version, environment: configuration.environment,
      host: ProcessInfo.processInfo.hostName, listen: "\(configuration.listen)", pid: getpid(),
      startedAt: .now, isReadOnly: options.isReadOnly, isDemo: options.isDemo)
  }

  /// What the HTTP face stands on.
  static func apiServices(
    _ configuration: VigiaConfiguration, dataPlane: DataPlane, control: ControlPlane,
    recorder: Recorder, source: LocalConsoleSource, authenticator: Authenticator, logger: Logger
  ) -> APIServices {
    // Joining may wait for the disk: on a thread of its own, not on one that answers requests.
    let labeller = Worker(name: "vigia-labels")
    let keys = routingHeaders(of: configuration)
    var services = APIServices(
      dataPlane: dataPlane, source: source,
      perform: { command, principal in await control.perform(command, by: principal) },
      announce: { notice, principal throws(SourceError) in
        try await control.announce(notice, by: principal)
      },
      labels: { model, batch throws(SourceError) in
        guard !dataPlane.versions(of: model).isEmpty else {
          throw .notFound(
            reason:
              "no model \"\(LogText.escaped(model))\" here; there are \(dataPlane.models.joined(separator: ", "))"
          )
        }
        return await labeller.run { recorder.join(model: model, batch, now: .now) }
      },
      metrics: { await control.metricsText(as: $0) },
      tritonMetrics: { await control.tritonMetricsText() }, routingKeyHeader: { keys[$0] },
      checks: RequestChecks(
        hosts: HostRule(
          listen: configuration.listen.host,
          names: configuration.externalURL.flatMap { URL(string: $0)?.host() }.map { [$0] } ?? []),
        authenticator: authenticator,
        origins: OriginRule(configuration.corsOrigins)),
      identity: ServerIdentity(version: Vigia.version), logger: logger,
      logsRequests: configuration.logsRequests)
    services.limits.answerBody = configuration.engine.maxAnswer
    services.alerts = { await control.alerts() }
    services.query = { question throws(MetricQueryFailure) in try await control.answer(question) }
    return services
  }

  /// Whether there is one model file or remote version at all, before anything is made on the disk. Hashes nothing.
  static func checkRepository(_ configuration: VigiaConfiguration) throws(StartError) {
    guard configuration.models.allSatisfy(\.remotes.isEmpty) else { return }
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

  static func charters(of configuration: VigiaConfiguration) -> [ModelCharter] {
    configuration.models.map { model in
      ModelCharter(
        name: model.name, champion: model.champion, challenger: model.challenger,
        shadow: model.shadow, objective: model.objective)
    }
  }

  /// What the judging loops stand on.
  static func judgement(
    _ configuration: VigiaConfiguration, _ stores: OpenStores
  ) -> JudgementServices {
    let recorder = stores.recorder
    return JudgementServices(
      metrics: stores.metrics, useReference: { recorder.setReference($0) },
      useSlowLimits: { recorder.setSlowLimits($0) },
      trainingReference: { version, inputs, id, now in
        Result { () throws(TableError) in
          try trainingReference(configuration, version, inputs, id, now)
        }.mapError { ReferenceFailure($0.description) }
      },
      withoutRedacted: { reference, inputs in
        let capture = configuration.model(reference.version.model)?.capture ?? CapturePolicy()
        return reference.without(
          capture.redacted, FeatureTypes(inputs, names: capture.featureNames))
      },
      mayKeepValues: { model in
        let capture = configuration.model(model)?.capture ?? CapturePolicy()
        return capture.keepsRequests && capture.retention >= DriftWatch.referenceSeconds
      },
      routingHeaders: routingHeaders(of: configuration),
      price: configuration.machinePrice)
  }

  /// That of the training file beside a version's model, without the features that must not be kept; nil: there is none.
  static func trainingReference(
    _ configuration: VigiaConfiguration, _ version: ModelVersion, _ inputs: [TensorMetadata],
    _ id: Int64, _ now: Timestamp
  ) throws(TableError) -> FrozenReference? {
    let capture = configuration.model(version.model)?.capture
    return try TrainingReference.read(
      repository: configuration.modelRepository, version: version, id: id, now: now,
      types: FeatureTypes(inputs, names: capture?.featureNames ?? []),
      redacted: capture?.redacted ?? [])
  }

  static func routingHeaders(of configuration: VigiaConfiguration) -> [String: String] {
    var headers: [String: String] = [:]
    for model in configuration.models {
      if case .header(let name) = model.routingKey { headers[model.name] = name }
    }
    return headers
  }
}
