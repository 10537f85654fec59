package import InferenceProtocol

/// Asks a version that was just loaded for answers before anybody else does: with zeros, with the model's last
/// requests, and, where zeros tell nothing, with two made-up rows.
///
/// It is refused when nothing that it must be able to answer is answered, or when an output holds NaN each time. One
/// bad answer alone is a warning: zeros may lie outside of what a model is made for (a logarithm, an encoder of
/// texts), and whoever promotes it is shown the recent requests by the preflight.
package struct TrialRuns {
  let file: ModelFile
  let signature: ModelSignature
  let run: ModelServer.Run
  /// Requests of this model's traffic; those that do not fit the signature are counted, not run.
  var recent: [InferRequest]
  /// Whether NaN each time is a reason to refuse, or to warn.
  var refusesNaN: Bool
  /// No further recent request is tried once these nanoseconds have passed.
  var budget: Int64
  let clock: RunClock

  package init(
    file: ModelFile, signature: ModelSignature, recent: [InferRequest] = [],
    refusesNaN: Bool = true, budget: Duration = .seconds(1), clock: RunClock = .system,
    run: @escaping ModelServer.Run
  ) {
    self.file = file
    self.signature = signature
    self.recent = recent
    self.refusesNaN = refusesNaN
    self.budget = budget.nanoseconds
    self.clock = clock
    self.run = run
  }

  /// Blocks for some runs of the model.
  ///
  /// - Throws: `load` with `warmUp` or `notANumber`.
  package func result() throws(InferenceError) -> WarmUp {
    var tally = Tally(signature: signature)
    let zeros = attempt(signature.zeros(rows: 1), "zeros", &tally)
    let start = clock.now()
    var (tried, unfit) = (0, 0)
    for request in recent where clock.now() - start < budget || tried == 0 {
      guard (try? signature.check(request)) != nil, signature.hasRows(request.inputs)
      else {
        unfit += 1
        continue
      }
      tried += 1
      _ = attempt(request.inputs, "recent requests", &tally)
    }
    if !tally.isConvincing {
      for (name, inputs) in signature.madeUpRows { _ = attempt(inputs, name, &tally) }
    }
    if !tally.isAnswered { return try unanswered(zeros ?? "", tried: tried) }
    var warnings = tally.warnings(zeros: zeros, tried: tried)
    if unfit > 0 {
      warnings.append("\(unfit) of \(recent.count) recent requests do not fit its signature")
    }
    if let output = tally.alwaysNaN.sorted().first {
      let trials = tally.trials(tried: tried)
      guard !refusesNaN else {
        throw .load(
          file.version, path: file.path, .notANumber(output: output, trials: trials))
      }
      warnings.append("\"\(output)\" held NaN for each of: \(trials)")
    }
    return WarmUp(sample: tally.sample, warnings: warnings)
  }

  /// - Returns: why it failed; nil when it was answered.
  private func attempt(_ inputs: [Tensor], _ kind: String, _ tally: inout Tally) -> String? {
    do throws(InferenceError) {
      tally.note(kind, inputs, try run(inputs, signature.outputs.map(\.name), nil))
      return nil
    } catch {
      let reason = error.reasonOfEngine
      tally.noteFailure(kind, reason)
      return reason
    }
  }

  /// Not one run was answered. That condemns a version whose inputs leave no room for a wrong guess (no texts, no
  /// whole numbers, which may be places or lengths, no open lengths but the rows), or that had real requests to answer.
  private func unanswered(_ reason: String, tried: Int) throws(InferenceError) -> WarmUp {
    let isGuessable = signature.inputs.allSatisfy {
      $0.datatype.isFloatingPoint && !$0.takesAnyShape && !$0.shape.dropFirst().contains(-1)
    }
    guard !isGuessable, tried == 0 else {
      throw .load(file.version, path: file.path, .warmUp(reason: reason))
    }
    return WarmUp(
      sample: nil,
      warnings: ["no trial run was answered, so its cost is not known: with zeros: \(reason)"])
  }
}

/// What was answered, and how.
private struct Tally {
  init(signature: ModelSignature) { self.signature = signature }

  let signature: ModelSignature
  /// Of the rows that were answered, the one with the largest extent: what it costs, shorter ones do not exceed.
  private(set) var sample: [Tensor]?
  /// Outputs that held NaN in each answer so far; nil before the first.
  private var nanInAll: Set<String>?
  private var kinds: [String] = []
  /// By kind: failures with the first one's reason, and answers with a number that is not finite.
  private var failures: [String: (count: Int, reason: String)] = [:]
  private var notFinite: [String: (count: Int, output: String)] = [:]

  var alwaysNaN: Set<String> { nanInAll ?? [] }
  /// Requests that name an optional input are answered, and are no sample.
  var isAnswered: Bool { !kinds.isEmpty }
  var isConvincing: Bool { sample != nil && alwaysNaN.isEmpty }

  mutating func note(_ kind: String, _ inputs: [Tensor], _ outputs: [Tensor]) {
    if !kinds.contains(kind) { kinds.append(kind) }
    if !signature.hasOverride(inputs) { keepLarger(inputs) }
    let nan = Set(outputs.filter(\.holdsNaN).map(\.name))
    nanInAll = nanInAll?.intersection(nan) ?? nan
    if let output = outputs.first(where: { !$0.isFinite }) {
      notFinite[kind, default: (0, output.name)].count += 1
    }
  }

  /// Of a request with several rows, what one of them is like is all that a sample is for.
  private mutating func keepLarger(_ inputs: [Tensor]) {
    let row = signature.isBatchable ? inputs.map { $0.repeated(rows: 1) } : inputs
    guard let known = sample else {
      sample = row
      return
    }
    if signature.rows(of: row) == 1, row.extent > known.extent { sample = row }
  }

  mutating func noteFailure(_ kind: String, _ reason: String) {
    failures[kind, default: (0, reason)].count += 1
  }

  func trials(tried: Int) -> String {
    kinds.map { $0 == "recent requests" ? "\(tried) \($0)" : $0 }.joined(separator: ", ")
  }

  func warnings(zeros: String?, tried: Int) -> [String] {
    var lines: [String] = []
    if let zeros { lines.append("a run with zeros fails: \(zeros)") }
    if let (_, output) = notFinite["zeros"] {
      lines.append("a run with zeros gives numbers in \"\(output)\" that are not finite")
    }
    if let (count, reason) = failures["recent requests"] {
      lines.append("\(count) of \(tried) recent requests fail: \(reason)")
    }
    if let (count, output) = notFinite["recent requests"] {
      lines.append(
        "\(count) of \(tried) recent requests get numbers in \"\(output)\" that are not finite")
    }
    return lines
  }
}

extension ModelSignature {
  /// Of a checked request.
  fileprivate func hasRows(_ tensors: [Tensor]) -> Bool {
    ordered(inputs: tensors).prefix(inputs.count).allSatisfy { $0.shape.first != 0 }
  }

  /// Small numbers of both signs, and short texts, for a version that zeros tell nothing about.
  fileprivate var madeUpRows: [(name: String, inputs: [Tensor])] {
    [
      ("ones", zeros(rows: 1).map { $0.filled { _ in 1 } }),
      ("a made-up row", zeros(rows: 1).map { $0.filled { [2, 0.5, -1.5, 1][$0 % 4] } }),
    ]
  }
}

extension Tensor {
  /// The same shape with these values; whole and not negative where the type has no others.
  fileprivate func filled(_ value: (_ index: Int) -> Float) -> Tensor {
    var copy = self
    guard let width = datatype.byteSize else {
      copy.storage = .strings((0..<elementCount).map { Array("\(Int(value($0)))".utf8) })
      return copy
    }
    let bytes = (0..<elementCount).flatMap { index -> [UInt8] in
      let value = value(index)
      let bits: UInt64 =
        switch datatype {
        case .fp16: UInt64(Float16(value).bitPattern)
        case .bf16: UInt64(value.bitPattern >> 16)
        case .fp32: UInt64(value.bitPattern)
        case .fp64: Double(value).bitPattern
        default: value > 0 ? 1 : 0
        }
      return (0..<width).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 * 8)) }
    }
    copy.storage = .bytes(bytes)
    return copy
  }
}
