package import Domain
package import InferenceProtocol
import Synchronization

/// Where requests meet models: repository, memory, split, engines.
///
/// The request path reads one immutable table and never suspends. Loading, switching and unloading replace that table;
/// none of them waits for a run.
package final class DataPlane: Sendable {
  /// Makes a running version of a file.
  package typealias Loader =
    @Sendable (ModelFile) async throws(InferenceError) -> any Engine
  /// Likewise, warmed up with the last requests of the model's traffic.
  package typealias WarmLoader =
    @Sendable (ModelFile, _ recent: [InferRequest]) async throws(InferenceError) -> any Engine

  /// Takes one record of each request, with its tensors where they reached a model.
  package typealias Record = @Sendable (PredictionRecord, PredictionTensors?) -> Void

  let repository: ModelRepository
  let loader: WarmLoader
  let settings: DataPlaneSettings
  let record: Record
  private let table = Mutex(RoutingTable())
  let loading = Mutex(LoadingStates())
  let hashes = FileHashes()
  /// Servers behind remote versions that are left out, until when.
  let leftOut = Mutex<[ModelVersion: [String: MonotonicTime]]>([:])
  let doubtsOfGone = Mutex<[Doubt]>([])
  private let isStopping = Atomic(false)
  private let isStarting = Atomic(false)
  private let isBroughtUp = Atomic(false)
  private let generations = Atomic(0)
  private let requestIDs = RequestIDSource()

  /// Knows no model before the first `rescan`.
  ///
  /// - Parameter record: called once for each request, on the request path: it must not block.
  package init(
    repository: ModelRepository, warmLoader: @escaping WarmLoader,
    settings: DataPlaneSettings = DataPlaneSettings(),
    record: @escaping Record
  ) {
    self.repository = repository
    loader = warmLoader
    self.settings = settings
    self.record = record
  }

  package convenience init(
    repository: ModelRepository, loader: @escaping Loader,
    settings: DataPlaneSettings = DataPlaneSettings(),
    record: @escaping Record
  ) {
    self.init(
      repository: repository,
      warmLoader: { (file, _) throws(InferenceError) in try await loader(file) },
      settings: settings, record: record)
  }

  /// Answers a request, and records it once. Never blocks for longer than an inline run.
  ///
  /// - Parameter answer: called exactly once: before this returns, or later on any thread.
  package func infer(_ call: InferenceCall, answer: @escaping InferenceAnswer) {
    let generation = generation
    guard let route = routes.models[call.model] else {
      return answer(.failure(.unknownModel(call.model)), nil)
    }
    let admission = Admission(
      plane: self, call: call, id: call.id ?? newRequestID(at: call.arrivedAt),
      route: route, answer: answer)
    guard !isStopping.load(ordering: .relaxed) else {
      return refuse(admission, .stopping, route)
    }
    if let gate = route.gate, let error = refusal(of: admission, by: gate) {
      return refuse(admission, error, route)
    }
    start(admission, route, generation, isMoved: false)
  }

  /// The same for whoever does not ask where a request went that failed.
  package func infer(
    _ call: InferenceCall,
    reply: @escaping @Sendable (Result<InferenceReply, InferenceError>) -> Void
  ) {
    infer(call) { result, _ in reply(result) }
  }

  /// The identity of a request that arrives now: no other has it.
  package func newRequestID(at time: Timestamp) -> RequestID { requestIDs.next(at: time) }

  /// Why no request can reach this version, nor this model where there is none: nil for those that are in the repository.
  package func unknown(model: String, version: String?) -> InferenceError? {
    guard let route = routes.models[model] else { return .unknownModel(model) }
    guard let version, !route.versions.contains(version) else { return nil }
    return .unknownVersion(ModelVersion(model: model, version: version), known: route.versions)
  }

  /// Counts a request whose body could not be read, or for whose body there was no room, against the version that would have answered it.
  package func recordInvalid(
    model: String, version: String?, client: String, arrivedAt: Timestamp, id: RequestID? = nil,
    reason: RefusalReason = .malformed, error: String? = nil
  ) {
    guard let route = routes.models[model] else { return }
    route.refusals.add(reason)
    guard let version = version ?? route.split?.champion,
      route.versions.contains(version)
    else { return }
    record(
      PredictionRecord(
        id: id ?? newRequestID(at: arrivedAt),
        version: ModelVersion(model: model, version: version),
        variant: version == route.split?.champion ? .champion : .direct, client: client,
        outcome: reason == .tooManyBytes ? .shed : .invalid, revision: route.split?.revision ?? 0,
        arrivedAt: arrivedAt,
        totalTime: 0, rows: 0, error: error), nil)
  }

  /// Requests that were answered without a run since the start, by model and reason.
  package var refusals: [String: [RefusalReason: UInt64]] {
    routes.models.mapValues(\.refusals.all)
  }

  private func refusal(of admission: Admission, by gate: TrafficGate) -> InferenceError? {
    gate.refusal(
      of: admission.call.client,
      position: { RoutingHash.position(model: "shed", key: admission.id.description) },
      at: settings.monotonicNow())
  }

  /// From now on every request is refused with `stopping`.
  package func stopAdmitting() { isStopping.store(true, ordering: .sequentiallyConsistent) }

  /// Waits until all requests have left their engines.
  ///
  /// - Returns: whether that came before `timeout` passed.
  package func drain(timeout: Duration) async -> Bool {
    let deadline = MonotonicTime.now + timeout
    for slot in routes.models.values.flatMap(\.slots.values) {
      let left = Duration.nanoseconds(max(0, deadline - .now))
      guard await slot.idle(within: left) else { return false }
    }
    return true
  }

  /// Between the two the server is not ready, although the models that are there already answer: who reads its readiness
  /// would send requests for the others as well.
  package func beginStart() { isStarting.store(true, ordering: .sequentiallyConsistent) }
  package func endStart() {
    isStarting.store(false, ordering: .sequentiallyConsistent)
    isBroughtUp.store(true, ordering: .sequentiallyConsistent)
  }

  /// Whether each model was brought up once, or could not be.
  package var hasBeenBroughtUp: Bool { isBroughtUp.load(ordering: .relaxed) }

  var hasStarted: Bool { !isStarting.load(ordering: .relaxed) }
  var isAdmitting: Bool { !isStopping.load(ordering: .relaxed) }
  var routes: RoutingTable { table.withLock { $0 } }

  func update<Value>(_ change: (inout RoutingTable) -> Value) -> Value {
    table.withLock { change(&$0) }
  }

  /// Counts the deployments that were put into force: when it stands still, so does the split.
  var generation: Int { generations.load(ordering: .sequentiallyConsistent) }

  func splitChanged() { generations.add(1, ordering: .sequentiallyConsistent) }

  /// Moves what waits for a version that answers no traffic any more.
  func withdrawIfNotServing(_ slot: LoadedSlot) {
    let serving = routes.models[slot.version.model]?.serving ?? []
    if !serving.contains(slot.version.version) { slot.engine.withdrawQueued() }
  }

  /// Gives a request that was taken out of a queue to the version that serves now.
  func move(_ admission: Admission) {
    let generation = generation
    guard let route = routes.models[admission.call.model] else {
      return refuse(admission, .unknownModel(admission.call.model), nil)
    }
    start(admission, route, generation, isMoved: true)
  }

  /// Gives a request that waited for its version to that version. Where others have taken its room since then, it waits once
  /// more, within its own deadline.
  func startAgain(_ admission: Admission) {
    let generation = generation
    guard let route = routes.models[admission.call.model] else {
      return refuse(admission, .unknownModel(admission.call.model), nil)
    }
    start(admission, route, generation, isMoved: false)
  }

  /// The default timeout, or what the version was given where that is longer.
  ///
  /// - Parameter slot: nil while the version is not in memory.
  func longestTimeout(on slot: LoadedSlot?) -> Duration {
    max(settings.defaultTimeout, slot?.timeLimit ?? .zero)
  }

  /// That a request of a version may take, as far as it is in memory.
  package func longestTimeout(of version: ModelVersion) -> Duration {
    longestTimeout(on: routes.models[version.model]?.slots[version.version])
  }

  /// The request's `priority` parameter; 0 without one.
  func priorityLevel(of request: InferRequest) -> Int {
    guard !request.parameters.isEmpty, case .integer(let level)? = request.parameters["priority"]
    else { return 0 }
    return Int(clamping: level)
  }

  private func start(
    _ admission: Admission, _ route: ModelRoute, _ generation: Int, isMoved: Bool
  ) {
    var route = route
    // A version may be unloaded between the look at the table and the door: then the table has changed.
    for _ in 0..<8 {
      guard let (slot, variant) = target(of: admission, in: route) else {
        if bringBack(admission, route) { return }
        return refuse(admission, missing(admission, route), route)
      }
      if slot.enter() {
        return admission.run(
          on: slot, as: variant, route: route, generation: generation, isMoved: isMoved)
      }
      guard let next = routes.models[route.name] else { break }
      route = next
    }
    refuse(admission, missing(admission, route), route)
  }

  private func target(
    of admission: Admission, in route: ModelRoute
  ) -> (slot: LoadedSlot, variant: Variant)? {
    if let version = admission.call.version {
      guard let slot = route.slots[version] else { return nil }
      slot.noteUse(at: admission.call.startedAt)
      return (slot, .direct)
    }
    guard let (slot, variant) = route.route(at: { admission.position }) else { return nil }
    return slot.map { ($0, variant) }
  }

  private func missing(_ admission: Admission, _ route: ModelRoute) -> InferenceError {
    let version = admission.call.version ?? route.split?.champion
    guard let version else { return .noDeployment(route.name) }
    let wanted = ModelVersion(model: route.name, version: version)
    guard route.versions.contains(version) else {
      return .unknownVersion(wanted, known: route.versions)
    }
    // Without an engine nothing is loaded: that is the reason to tell, and how to get one.
    if case .engineUnavailable(let reason) = loading.withLock({ $0.failures[wanted] }) {
      return .engineUnavailable(reason: reason)
    }
    return notLoaded(wanted)
  }

  /// Answers without a run, and records it where there is a version to record it against.
  func refuse(_ admission: Admission, _ error: InferenceError, _ route: ModelRoute?) {
    let named = admission.call.version
    if let version = named ?? route?.split?.champion, route?.versions.contains(version) == true {
      admission.finish(
        .failure(error), ModelVersion(model: admission.call.model, version: version),
        named == nil ? .champion : .direct, rows: 0, wasGiven: false)
    } else {
      admission.refuse(error)
    }
  }
}
