import Domain
import InferenceProtocol
import Synchronization

/// One request from its admission to its one answer and its one record.
final class Admission: Sendable {
  let plane: DataPlane
  let call: InferenceCall
  let id: RequestID
  /// Of the split under which it was admitted; it stays when the request moves to another version: what it waited there says
  /// nothing of a later split.
  let revision: Int64
  /// From the beginning: see `isOutsideSplit(_:isMoved:)`.
  private let cameToBrokenSplit: Bool
  private let answer: InferenceAnswer

  init(
    plane: DataPlane, call: InferenceCall, id: RequestID, route: ModelRoute,
    answer: @escaping InferenceAnswer
  ) {
    self.plane = plane
    self.call = call
    self.id = id
    revision = route.revision ?? 0
    cameToBrokenSplit = call.version == nil && route.isSplitBroken
    self.answer = answer
  }

  /// See `PredictionRecord.isOutsideSplit`.
  ///
  /// - Parameter route: under which it is answered.
  private func isOutsideSplit(_ route: ModelRoute, isMoved: Bool) -> Bool {
    cameToBrokenSplit
      || (call.version == nil && (isMoved || (route.revision ?? 0) != revision))
  }

  /// Where the request stands on the line that the split cuts.
  var position: Double {
    RoutingHash.position(model: call.model, key: call.routingKey ?? id.description)
  }

  /// The key's place on the line, as what stands for the key: only while there is a split to stick to.
  private func stickyKey(_ variant: Variant) -> UInt64? {
    guard call.routingKey != nil, !cameToBrokenSplit,
      variant == .champion || variant == .challenger,
      plane.routes.models[call.model]?.split?.challenger != nil
    else { return nil }
    return position.bitPattern
  }

  /// Gives the request to `slot`, in which it has been let in.
  ///
  /// - Parameters:
  ///   - generation: of the deployments among which `slot` was found.
  ///   - isMoved: it waited for another version before, which no longer serves.
  func run(
    on slot: LoadedSlot, as variant: Variant, route: ModelRoute, generation: Int, isMoved: Bool
  ) {
    let signature = slot.engine.signature
    let isOutside = isOutsideSplit(route, isMoved: isMoved)
    do throws(InferenceError) {
      try signature.check(call.request)
    } catch {
      slot.leave()
      let failure = mismatch(error, slot, route.before(variant))
      // What counts against the version has the rows that the one before it takes; a client's fault has none.
      var rows = 0
      if case .signatureChanged = failure, let before = route.before(variant) {
        rows = before.engine.signature.rows(of: call.request.inputs)
      }
      return finish(.failure(failure), slot.version, variant, rows: rows, isOutside: isOutside)
    }
    let rows = signature.rows(of: call.request.inputs)
    let wanted = call.request.outputs.map(\.name)
    // The class is computed for the record even where the client did not ask for it.
    let extra = slot.labelOutput.flatMap { wanted.isEmpty || wanted.contains($0) ? nil : $0 }
    let longest = plane.longestTimeout(on: slot)
    let timeout = call.request.timeout(atMost: longest)
    var job = EngineJob(
      inputs: call.request.inputs, outputs: extra.map { wanted + [$0] } ?? wanted, rows: rows,
      priorityLevel: plane.priorityLevel(of: call.request), deadline: call.startedAt + timeout,
      timeout: timeout, lastDeadline: call.startedAt + longest,
      mayRunInline: call.mayRunInline && !isMoved, isMovable: variant != .direct,
      wasAdmitted: isMoved)
    job.requestID = id
    job.hops = call.hops
    job.presence = call.presence
    job.turn = call.turn
    job.takeParameters(of: call.request)
    slot.engine.submit(job) { answer in
      defer { slot.leave() }
      switch answer {
      case .withdrawn:
        self.plane.move(self)
      case .failed(let error, let queueTime, let computeTime):
        self.finish(
          .failure(error), slot.version, variant, rows: rows,
          queueTime: isMoved ? self.waited(computeTime) : queueTime, computeTime: computeTime,
          tensors: self.tensors(signature), isOutside: isOutside)
        self.shadow(route, variant, rows: rows, isOutside: isOutside)
      case .done(var outputs, let queueTime, let computeTime):
        slot.noteAnswer(to: self.call.arrivedAt)
        let predictions = PredictedValue.each(of: outputs, label: slot.labelOutput, rows: rows)
        let tensors = self.tensors(signature, outputs)
        if extra != nil { outputs.removeLast() }
        let reply = self.sendable(outputs)
        if case .failure = reply {
          slot.replies.refused(nanoseconds: queueTime + computeTime)
        }
        self.finish(
          reply, slot.version, variant, rows: rows,
          queueTime: isMoved ? self.waited(computeTime) : queueTime, computeTime: computeTime,
          predictions: predictions, tensors: tensors, isOutside: isOutside, from: slot)
        route.recent.keep(self.call.request, at: self.call.startedAt)
        self.shadow(route, variant, rows: rows, isOutside: isOutside)
      }
    }
    // The split may have changed between the look at the table and the queue: then nobody has withdrawn this one yet.
    if generation != plane.generation { plane.withdrawIfNotServing(slot) }
  }

  /// A request that does not fit a version is its client's fault, unless the version `before` it takes the request:
  /// then the change was ours, and counts against the version.
  private func mismatch(
    _ error: InferenceError, _ slot: LoadedSlot, _ before: LoadedSlot?
  ) -> InferenceError {
    guard case .invalid(let problem) = error, let before, before !== slot,
      (try? before.engine.signature.check(call.request)) != nil
    else { return error }
    return .signatureChanged(slot.version, before: before.version, problem)
  }

  /// Nanoseconds outside of the engine: of a request that moved, the queue that it left knows nothing any more.
  private func waited(_ computeTime: Int64) -> Int64 {
    plane.settings.monotonicNow() - call.startedAt - computeTime
  }

  /// The one record, then the one answer: a label that comes back at once finds its prediction. Where printing may still
  /// refuse the reply, the record waits for that.
  ///
  /// - Parameters:
  ///   - wasGiven: whether the request was given to the version, not only counted with it.
  ///   - slot: whose outputs these are; nil for a failure.
  func finish(
    _ result: Result<[Tensor], InferenceError>, _ version: ModelVersion, _ variant: Variant,
    rows: Int, queueTime: Int64 = 0, computeTime: Int64 = 0, predictions: PredictedValues = [],
    tensors: PredictionTensors? = nil, isOutside: Bool = false, wasGiven: Bool = true,
    from slot: LoadedSlot? = nil
  ) {
    let trace = InferenceTrace(
      version: version, variant: variant, queueTime: queueTime, computeTime: computeTime,
      totalTime: plane.settings.monotonicNow() - call.startedAt)
    switch result {
    case .success(let outputs):
      let response = InferResponse(
        modelName: version.model, modelVersion: version.version, id: call.request.id,
        outputs: outputs)
      var reply = InferenceReply(requestID: id, trace: trace, response: response)
      if response.longestBody > plane.settings.answerBytes {
        reply.unprinted = unprinted(slot, trace) { outcome, error in
          self.record(
            trace, outcome, error, rows: rows, predictions: predictions, tensors: tensors,
            isOutside: isOutside)
        }
      } else {
        record(
          trace, outcomeOfReply, rows: rows, predictions: predictions, tensors: tensors,
          isOutside: isOutside)
      }
      answer(.success(reply), nil)
    case .failure(let error):
      countRefusal(error)
      record(
        trace, error.outcome, error, rows: rows, predictions: predictions, tensors: tensors,
        isOutside: isOutside)
      answer(.failure(error), wasGiven ? trace : nil)
    }
  }

  /// Answers a request for which there is no version that it could be recorded against.
  func refuse(_ error: InferenceError) {
    countRefusal(error)
    answer(.failure(error), nil)
  }

  func countRefusal(_ error: InferenceError) {
    guard let reason = error.refusalReason else { return }
    plane.routes.models[call.model]?.refusals.add(reason)
  }

  /// Copies the request to the shadow, after the answer went out.
  private func shadow(
    _ route: ModelRoute, _ variant: Variant, rows: Int, isOutside: Bool
  ) {
    guard let slot = route.shadow, variant != .direct, slot.enter() else { return }
    guard (try? slot.engine.signature.check(call.request)) != nil else { return slot.leave() }
    let start = plane.settings.monotonicNow()
    let timeout = plane.longestTimeout(on: slot)
    var job = EngineJob(
      inputs: call.request.inputs, rows: rows, priority: .shadow, deadline: start + timeout,
      timeout: timeout, mayRunInline: false)
    job.requestID = id
    job.hops = call.hops
    job.takeLastingParameters(of: call.request)
    slot.engine.submit(job) { answer in
      defer { slot.leave() }
      switch answer {
      case .withdrawn:
        slot.shadowDropped.add(1, ordering: .relaxed)
      case .failed(let error, let queueTime, let computeTime):
        self.record(
          self.shadowTrace(slot, queueTime, computeTime, since: start), error.outcome, error,
          rows: rows, tensors: self.tensors(slot.engine.signature), isOutside: isOutside)
      case .done(let outputs, let queueTime, let computeTime):
        self.record(
          self.shadowTrace(slot, queueTime, computeTime, since: start), .ok, rows: rows,
          predictions: PredictedValue.each(of: outputs, label: slot.labelOutput, rows: rows),
          tensors: self.tensors(slot.engine.signature, outputs), isOutside: isOutside)
      }
    }
  }

  private func shadowTrace(
    _ slot: LoadedSlot, _ queueTime: Int64, _ computeTime: Int64, since start: MonotonicTime
  ) -> InferenceTrace {
    InferenceTrace(
      version: slot.version, variant: .shadow, queueTime: queueTime, computeTime: computeTime,
      totalTime: plane.settings.monotonicNow() - start)
  }

  /// As they are recorded: what is told of features by their place holds whatever order a client chose.
  private func tensors(_ signature: ModelSignature, _ outputs: [Tensor] = []) -> PredictionTensors {
    PredictionTensors(
      inputs: signature.ordered(inputs: call.request.inputs),
      outputs: signature.ordered(outputs: outputs), required: signature.inputs.count,
      optional: signature.optionalInputs)
  }

  private func record(
    _ trace: InferenceTrace, _ outcome: Outcome, _ error: InferenceError? = nil, rows: Int,
    predictions: PredictedValues = [], tensors: PredictionTensors? = nil, isOutside: Bool
  ) {
    var record = PredictionRecord(
      id: id, clientRequestID: call.request.id, version: trace.version, variant: trace.variant,
      client: call.client, outcome: outcome, revision: revision,
      routingKey: stickyKey(trace.variant), arrivedAt: call.arrivedAt,
      queueTime: trace.queueTime, computeTime: trace.computeTime, totalTime: trace.totalTime,
      rows: rows, predictions: predictions, error: error?.description)
    if case .shed? = error { record.isShedByOperator = true }
    record.isOutsideSplit = cameToBrokenSplit || isOutside
    plane.record(record, tensors)
  }
}
