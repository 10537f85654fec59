package import Domain
import Foundation
package import Inference
import InferenceProtocol
import NIOCore
import Synchronization

/// Makes running versions of what the configuration says under `remotes`.
package final class RemoteLoader: Sendable {
  /// What a load of one version may take, its warm-up included.
  private static let limit = Duration.seconds(10)
  /// Bytes of a description that are looked at.
  private static let descriptionBytes = 1 << 20

  private let specs: [ModelVersion: RemoteSpec]
  private let client: UpstreamClient
  private let queue: @Sendable (_ model: String) -> RemoteQueue.Limits
  private let rules: EjectionRules
  private let log: RemoteEngine.Log
  private let champion = Mutex<(@Sendable (String) -> ModelSignature?)?>(nil)

  /// - Parameter queue: how the requests of a model wait.
  package init(
    _ specs: [ModelVersion: RemoteSpec], client: UpstreamClient = UpstreamClient(),
    queue: @escaping @Sendable (_ model: String) -> RemoteQueue.Limits = { _ in
      RemoteQueue.Limits()
    }, rules: EjectionRules = EjectionRules(),
    log: @escaping RemoteEngine.Log = { _ in }
  ) {
    self.specs = specs
    self.client = client
    self.queue = queue
    self.rules = rules
    self.log = log
  }

  /// What the data plane takes for the files of these versions.
  package var files: [ModelFile] {
    specs.map { version, spec in
      ModelFile(
        remote: version, at: Self.place(version, spec),
        identity: spec.identity(model: version.model))
    }
  }

  /// From where the signature comes when neither the upstream nor the configuration has one.
  package func useChampion(_ signature: @escaping @Sendable (String) -> ModelSignature?) {
    champion.withLock { $0 = signature }
  }

  package func shutdown() async { await client.shutdown() }

  /// Asks all upstreams what they have, and each for one row of zeros. One that answers is enough.
  package func load(_ file: ModelFile) async throws(InferenceError) -> any Engine {
    guard let spec = specs[file.version] else { throw .notLoaded(file.version) }
    var looks = await look(at: spec, file)
    let signature = try signature(spec, file, looks)
    await warmUp(&looks, spec, signature)
    guard let roundTrip = looks.compactMap(\.roundTrip).min() else {
      throw .load(
        file.version, path: file.path,
        .remote(reason: looks.compactMap(\.problem).joined(separator: "; ")))
    }
    let warnings = looks.compactMap { look in look.problem.map { "upstream \($0)" } }
    return RemoteEngine(
      RemoteEngine.Facts(
        file: file, spec: spec, signature: signature,
        platform: looks.lazy.compactMap { $0.description?.platform }.first { !$0.isEmpty }
          .map(UpstreamText.line) ?? "remote",
        warnings: warnings, dialects: looks.map(\.dialect), descriptions: looks.map(\.description),
        sickness: looks.map(\.problem), roundTrip: roundTrip,
        rowOutputs: Self.rowOutputs(looks)), client: client, queue: queue(file.version.model),
      rules: rules, log: log)
  }

  /// What one upstream said of itself.
  struct Look: Sendable {
    var upstream: UpstreamAddress
    var dialect: UpstreamDialect
    var description: ModelDescription?
    /// Why it gives no description: a status, or nothing at all.
    var silence: String?
    /// Why it cannot be used; it begins with its address.
    var problem: String?
    /// Nanoseconds of a warm-up that went well.
    var roundTrip: Int64?
    /// Outputs that had one row for one row, and two for two; nil where that was not seen.
    var rowOutputs: Set<String>?
  }

  /// Those of which all that were asked have a row for each row.
  private static func rowOutputs(_ looks: [Look]) -> Set<String> {
    let seen = looks.compactMap(\.rowOutputs)
    return seen.dropFirst().reduce(seen.first ?? []) { $0.intersection($1) }
  }

  private func look(at spec: RemoteSpec, _ file: ModelFile) async -> [Look] {
    await withTaskGroup(of: (Int, Look).self) { group in
      for (index, upstream) in spec.upstreams.enumerated() {
        group.addTask { (index, await self.look(at: upstream, spec, file.version.model)) }
      }
      var looks: [(Int, Look)] = []
      for await look in group { looks.append(look) }
      return looks.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func look(
    at upstream: UpstreamAddress, _ spec: RemoteSpec, _ model: String
  ) async -> Look {
    let plain = UpstreamDialect(spec, model: model, server: nil)
    let hello = await client.ask(plain.get("/v2", at: upstream), within: Self.limit / 4)
    if case .failure(let failure) = hello, let text = Self.text(of: failure) {
      return Look(
        upstream: upstream, dialect: plain.checked(by: plain.healthPaths[0]),
        problem: "\(upstream) \(text)")
    }
    let server = (try? hello.get()).flatMap { Self.decoded(ServerDescription.self, in: $0) }
    var look = Look(
      upstream: upstream, dialect: UpstreamDialect(spec, model: model, server: server))
    switch await client.ask(
      look.dialect.get(look.dialect.modelPath, at: upstream), within: Self.limit / 4)
    {
    case .success(let reply) where reply.status == 200:
      look.description = Self.description(in: reply)
      if look.description == nil { look.silence = "its metadata cannot be read" }
    case .success(let reply):
      look.silence = "its metadata answer \(reply.status): \(UpstreamText.problem(in: reply.body))"
    case .failure(let failure):
      look.silence = Self.text(of: failure) ?? "it gives no metadata"
    }
    look.dialect.healthPath = await healthPath(of: look)
    return look
  }

  /// The first of the paths that the upstream knows, ready or not.
  private func healthPath(of look: Look) async -> String? {
    for path in look.dialect.healthPaths {
      let outcome = await client.ask(
        look.dialect.get(path, at: look.upstream), within: Self.limit / 8)
      if let status = try? outcome.get().status, ![404, 405, 501].contains(status),
        status < 500 || status == 503
      {
        return path
      }
    }
    return nil
  }

  private func signature(
    _ spec: RemoteSpec, _ file: ModelFile, _ looks: [Look]
  ) throws(InferenceError) -> ModelSignature {
    let refuse = { (reason: String) in
      InferenceError.load(file.version, path: file.path, .remote(reason: reason))
    }
    guard let first = looks.first(where: { $0.problem == nil }) else {
      throw refuse(looks.compactMap(\.problem).joined(separator: "; "))
    }
    let speaking = looks.filter { $0.description != nil }
    let told = speaking.first ?? first
    if let other = speaking.first(where: {
      $0.description?.inputs != told.description?.inputs
        || $0.description?.outputs != told.description?.outputs
    }) {
      throw refuse("\(told.upstream) and \(other.upstream) have models of different shapes")
    }
    var description = told.description ?? ModelDescription()
    // A request goes to any of them: what it may name is what each knows.
    description.optionalInputs?.removeAll { input in
      !speaking.allSatisfy { $0.description?.optionalInputs?.contains(input) == true }
    }
    guard let inputs = description.allInputs,
      let outputs = ModelDescription.tensors(told.description?.outputs)
    else { throw refuse("\(told.upstream) names a datatype that V2 does not have") }
    let champion = champion.withLock { $0 }?(file.version.model)
    let signature = ModelSignature(
      described: [spec.inputs, inputs, champion?.allInputs ?? []].first { !$0.isEmpty } ?? [],
      outputs: [spec.outputs, outputs, champion?.outputs ?? []].first { !$0.isEmpty } ?? [])
    guard !signature.inputs.isEmpty, !signature.outputs.isEmpty else {
      let reason = told.silence ?? "its metadata have no inputs and outputs"
      let place = "models.\(file.version.model).remotes.\(file.version.version)"
      throw refuse(
        "what the model takes and gives is not known: \(told.upstream): \(reason); add inputs and "
          + "outputs under \(place), or load a champion that has them")
    }
    return signature
  }

  private func warmUp(_ looks: inout [Look], _ spec: RemoteSpec, _ signature: ModelSignature) async
  {
    for index in looks.indices where looks[index].problem == nil {
      let start = MonotonicTime.now
      switch await zeros(rows: 1, from: looks[index], spec, signature) {
      case .success(let outputs):
        looks[index].roundTrip = MonotonicTime.now - start
        looks[index].rowOutputs = await rowOutputs(outputs, looks[index], spec, signature)
      case .failure(let problem):
        looks[index].problem = "\(looks[index].upstream) \(problem) (to a request of zeros)"
      }
    }
  }

  private func zeros(
    rows: Int, from look: Look, _ spec: RemoteSpec, _ signature: ModelSignature
  ) async -> Result<[Tensor], InferenceError.UpstreamProblem> {
    let call: UpstreamClient.Call
    do throws(InferenceError.InvalidRequest) {
      call = try look.dialect.infer(
        InferRequest(inputs: signature.zeros(rows: rows)), hops: 1, at: look.upstream)
    } catch {
      preconditionFailure("zeros and empty texts are in JSON what they are")
    }
    let limit = min(spec.timeout, Self.limit / 2)
    return UpstreamAnswer(
      await client.ask(call, within: limit), signature: signature,
      wanted: signature.outputs.map(\.name), limit: limit
    ).result
  }

  /// Metadata say -1 of rows and of any other length. Who cannot tell by two rows has said nothing against it.
  ///
  /// - Parameter one: the answer to one row.
  private func rowOutputs(
    _ one: [Tensor], _ look: Look, _ spec: RemoteSpec, _ signature: ModelSignature
  ) async -> Set<String>? {
    let open = Set(signature.outputs.filter { $0.shape.first == -1 }.map(\.name))
    func having(_ rows: Int, _ outputs: [Tensor]) -> Set<String> {
      Set(outputs.filter { $0.shape.first == rows }.map(\.name)).intersection(open)
    }
    let candidates = having(1, one)
    guard signature.isBatchable, !candidates.isEmpty,
      case .success(let two) = await zeros(rows: 2, from: look, spec, signature)
    else { return nil }
    return candidates.intersection(having(2, two))
  }

  static func description(in reply: UpstreamReply) -> ModelDescription? {
    decoded(ModelDescription.self, in: reply)
  }

  private static func decoded<Value: Decodable>(
    _ type: Value.Type, in reply: UpstreamReply
  ) -> Value? {
    guard reply.status == 200, reply.body.count <= descriptionBytes else { return nil }
    return try? JSONDecoder().decode(type, from: Data(reply.body))
  }

  /// Why an upstream is not there; nil where it is there and only its answer is of no use.
  static func text(of failure: UpstreamFailure) -> String? {
    switch failure {
    case .notSent(let reason): "cannot be reached: \(reason)"
    case .timedOut: "gives no answer"
    case .lost(let reason): "gives no whole answer: \(reason)"
    case .tooLarge, .noRoom: nil
    }
  }

  private static func place(_ version: ModelVersion, _ spec: RemoteSpec) -> String {
    let path = UpstreamDialect(spec, model: version.model, server: nil).modelPath
    return spec.upstreams.map { "\($0)\(path)" }.joined(separator: " ")
  }
}

extension UpstreamDialect {
  func checked(by path: String) -> UpstreamDialect {
    var dialect = self
    dialect.healthPath = path
    return dialect
  }
}
