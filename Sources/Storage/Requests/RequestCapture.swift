import Domain
import InferenceProtocol

/// Chooses the requests that are kept whole, between two flushes.
///
/// Every request that failed is kept; of the others as many as `limit` a model in a second, drawn by the random part of
/// their ids, so that what is kept stands for what came. Those come with their tensors, or not at all, but for requests that
/// are too large by themselves and for those whose tensors must not be kept.
struct RequestCapture {
  /// Of requests that did not fail, a model and flush.
  static let limit = 500
  /// Failed ones: an outage must not fill the ring with copies of itself.
  static let failureLimit = 500
  /// Bytes of tensors between two flushes.
  static let byteLimit = 4 << 20

  private(set) var pending: [SeriesKey: [CapturedRequest]] = [:]
  /// Of the versions of which requests were to be blanked: what of `redact` the last one lacked.
  private(set) var redactions: [ModelVersion: RedactionResult] = [:]
  private var models: [Tally] = []
  private var places: [String: Int] = [:]
  /// Of the model that the last request asked: the next one mostly asks it, too.
  private var newest = 0
  private var bytes = 0
  private let policy: @Sendable (String) -> CapturePolicy

  private struct Tally {
    let model: String
    var seen = 0
    var kept = 0
    var failed = 0
    /// Of the ids' random numbers: those below are kept. From the flush before.
    var threshold = UInt64.max
    var policy: CapturePolicy
  }

  init(policy: @escaping @Sendable (String) -> CapturePolicy) { self.policy = policy }

  mutating func add(
    _ record: PredictionRecord, _ tensors: PredictionTensors?, layout: () -> FeatureLayout?
  ) {
    let place = place(of: record.version.model)
    guard models[place].policy.keepsRequests else { return }
    let size = tensors?.byteCount ?? 0
    if record.outcome == .ok {
      models[place].seen += 1
      // Of a busy version not all tensors are looked at, see `TensorSampling`: of the rest there is nothing to run again.
      guard tensors != nil, record.id.draw <= models[place].threshold,
        models[place].kept < Self.limit * 2,
        bytes + size <= Self.byteLimit || size > Self.byteLimit
      else { return }
      models[place].kept += 1
    } else {
      guard models[place].failed < Self.failureLimit else { return }
      models[place].failed += 1
    }
    var kept = tensors
    if bytes + size > Self.byteLimit { kept = nil } else { bytes += size }
    let redacted =
      kept.map {
        blank(
          &kept, $0, rows: max(1, record.rows), layout(), models[place].policy.redacted,
          of: record.version)
      } ?? []
    let key = SeriesKey(version: record.version, variant: record.variant)
    pending[key, default: []].append(
      CapturedRequest(record, tensors: kept, redacted: redacted))
  }

  private mutating func place(of model: String) -> Int {
    if newest < models.count, models[newest].model == model { return newest }
    newest = places[model] ?? models.count
    if newest == models.count {
      models.append(Tally(model: model, policy: policy(model)))
      places[model] = newest
    }
    return newest
  }

  /// Overwrites the values of redacted features with zeros, or with empty text. Where one of them is not found, because the
  /// layout is another or its name is misspelt, none of the tensors are kept.
  private mutating func blank(
    _ kept: inout PredictionTensors?, _ tensors: PredictionTensors, rows: Int,
    _ layout: FeatureLayout?, _ names: Set<String>, of version: ModelVersion
  ) -> [String] {
    guard !names.isEmpty else { return [] }
    guard let layout, layout.fits(tensors.featureInputs, rows: rows) else {
      kept = nil
      return names.sorted()
    }
    let features = layout.columns.map(\.name) + tensors.inputs.map(\.name)
    // An input that the request left out has nothing to blank.
    let absent = Set(tensors.optional.map(\.name)).intersection(names).subtracting(features)
    let known = features + absent.sorted()
    let result = RedactionResult(missing: names.subtracting(known).sorted(), known: known)
    redactions[version] = result
    guard result.missing.isEmpty else {
      kept = nil
      return names.sorted()
    }
    var blanked = tensors
    for column in layout.columns where names.contains(column.name) {
      blanked.inputs[column.tensor].blank(offset: column.offset, stride: column.stride)
    }
    for (index, tensor) in tensors.inputs.enumerated() where names.contains(tensor.name) {
      blanked.inputs[index].blank(offset: 0, stride: 1)
    }
    kept = blanked
    return names.subtracting(absent).sorted()
  }

  /// Hands over what was kept so far; what it may keep until the flush is what is left.
  mutating func takeKept() -> [SeriesKey: [CapturedRequest]] {
    defer { pending = [:] }
    return pending
  }

  /// Hands over what was kept, and begins anew.
  mutating func take() -> [SeriesKey: [CapturedRequest]] {
    defer {
      pending = [:]
      redactions = [:]
      bytes = 0
      for (place, tally) in models.enumerated() {
        var next = Tally(model: tally.model, policy: tally.policy)
        if tally.seen > Self.limit {
          next.threshold = UInt64(Double(UInt64.max) * Double(Self.limit) / Double(tally.seen))
        }
        models[place] = next
      }
    }
    return pending
  }
}

/// What of a model's `redact` was found in a request.
package struct RedactionResult: Sendable, Equatable {
  /// Names that none of its features and inputs has: none of its tensors is kept.
  package var missing: [String]
  /// Those of its features and inputs.
  package var known: [String]
}

extension Tensor {
  /// Overwrites one element in `stride`, from `offset` on.
  fileprivate mutating func blank(offset: Int, stride: Int) {
    switch storage {
    case .bytes(var bytes):
      let size = datatype.byteSize ?? 1
      for element in Swift.stride(from: offset, to: bytes.count / size, by: stride) {
        for byte in element * size..<(element + 1) * size { bytes[byte] = 0 }
      }
      storage = .bytes(bytes)
    case .strings(var strings):
      for element in Swift.stride(from: offset, to: strings.count, by: stride) {
        strings[element] = []
      }
      storage = .strings(strings)
    }
  }
}
