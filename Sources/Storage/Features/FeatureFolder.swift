import Domain
import InferenceProtocol
import Statistics

/// Counts features, scores and predicted classes by the bins of each version's reference, between two flushes; of a
/// version without a final one it keeps a sample of rows.
struct FeatureFolder {
  /// Rows of a version that are counted between two flushes; further ones are not looked at.
  static let rowLimit = 20_000
  /// Rows that a sample holds.
  static let sampleLimit = 500

  private(set) var counts: [SecondKey: FeatureCounts] = [:]
  private var versions: [ModelVersion: Watched] = [:]
  private let policy: @Sendable (String) -> CapturePolicy

  private struct Watched {
    var names: [String]
    /// Neither sampled nor counted: a reference would hold their values.
    var redacted: Set<String>
    var layout: FeatureLayout?
    var score: ScoreColumn?
    var reference: FrozenReference?
    /// Where the reference's features stand; made anew when it or the layout changes.
    var sources: [Source] = []
    var rows = 0
    var sample: FeatureSample?

    init(_ policy: CapturePolicy) {
      names = policy.featureNames
      redacted = policy.redacted
    }

    /// The columns that may be looked at.
    var columns: [FeatureLayout.Column] {
      (layout?.columns ?? []).filter { !redacted.contains($0.name) }
    }
  }

  private enum Source {
    case column(FeatureLayout.Column)
    case score
    case predictedClass
    /// The version's inputs have no such feature any more.
    case none
  }

  init(policy: @escaping @Sendable (String) -> CapturePolicy) { self.policy = policy }

  /// From now on rows are counted by these bins.
  mutating func setReference(_ reference: FrozenReference) {
    var watched = watched(reference.version)
    watched.reference = reference
    versions[reference.version] = watched
    locate(reference.version)
  }

  /// Where the features of a version stand, once a request showed it.
  func layout(of version: ModelVersion) -> FeatureLayout? { versions[version]?.layout }

  private func watched(_ version: ModelVersion) -> Watched {
    versions[version] ?? Watched(policy(version.model))
  }

  /// Takes in one answered request.
  ///
  /// - Returns: the rows' scores as a label needs them.
  mutating func add(_ record: PredictionRecord, _ tensors: PredictionTensors) -> [Float] {
    let rows = max(1, record.rows)
    learn(record.version, tensors, rows: rows)
    guard let watched = versions[record.version] else { return [] }
    let kept = watched.score?.kept(of: tensors.outputs, rows: rows) ?? []
    guard record.variant != .direct, watched.rows < Self.rowLimit else { return kept }
    versions[record.version]?.rows += rows
    if watched.reference?.isProvisional ?? true { keepSample(record, tensors, rows: rows) }
    count(record, tensors, watched, rows: rows)
    return kept
  }

  /// Notes the form of a version's tensors, when it is not the one that is known.
  private mutating func learn(_ version: ModelVersion, _ tensors: PredictionTensors, rows: Int) {
    if let layout = versions[version]?.layout, layout.fits(tensors.inputs, rows: rows) { return }
    var watched = watched(version)
    watched.layout = FeatureLayout(tensors.inputs, rows: rows, names: watched.names)
    watched.score = ScoreColumn(tensors.outputs, rows: rows)
    watched.sample = nil
    versions[version] = watched
    locate(version)
  }

  private mutating func locate(_ version: ModelVersion) {
    guard let watched = versions[version], let reference = watched.reference else { return }
    let columns = watched.columns
    let names = reference.features.filter { $0.role == .feature }.map(\.name)
    // A training file has names of its own where the configuration gives none: then their order counts.
    let isByOrder =
      columns.count == names.count && !columns.contains { names.contains($0.name) }
    var rest = columns[...]
    versions[version]?.sources = reference.features.map { feature in
      switch feature.role {
      case .score: return .score
      case .predictedClass: return .predictedClass
      case .feature:
        let column = isByOrder ? rest.popFirst() : columns.first { $0.name == feature.name }
        return column.map { .column($0) } ?? .none
      }
    }
  }

  private mutating func count(
    _ record: PredictionRecord, _ tensors: PredictionTensors, _ watched: Watched, rows: Int
  ) {
    guard let reference = watched.reference else { return }
    let second = record.answeredAt.seconds
    let key = SecondKey(
      series: SeriesKey(version: record.version, variant: record.variant),
      second: Tier.minute.floor(second))
    var one =
      counts.removeValue(forKey: key)
      ?? FeatureCounts(
        reference: reference.id, features: reference.features.map { BinCounts($0.bins) })
    if !one.isOn(reference) {
      one = FeatureCounts(
        reference: reference.id, features: reference.features.map { BinCounts($0.bins) })
    }
    let scores = watched.score?.scores(of: tensors.outputs, rows: rows) ?? []
    for (index, source) in watched.sources.enumerated() {
      let bins = reference.features[index].bins
      switch source {
      case .column(let column):
        let tensor = tensors.inputs[column.tensor]
        for row in 0..<rows {
          one.features[index].add(Self.cell(of: tensor, column, row: row, bins))
        }
      case .score:
        for score in scores {
          one.features[index].add(
            score.isNaN ? FrozenBins.missingCell : bins.cell(of: Double(score)))
        }
      case .predictedClass:
        for value in record.predictions {
          switch value {
          case .integer(let level): one.features[index].add(bins.cell(of: Double(level)))
          case .text(let level): one.features[index].add(bins.cell(of: level))
          case .number: continue
          }
        }
      case .none:
        one.features[index].add(FrozenBins.missingCell, count: Int64(rows))
      }
    }
    counts[key] = one
  }

  private static func cell(
    of tensor: Tensor, _ column: FeatureLayout.Column, row: Int, _ bins: FrozenBins
  ) -> Int {
    let position = row * column.stride + column.offset
    if column.isText { return bins.cell(of: tensor.text(at: position) ?? "") }
    let number = tensor.number(at: position) ?? .nan
    // Models are given NaN where a value is missing.
    return number.isNaN ? FrozenBins.missingCell : bins.cell(of: number)
  }

  private mutating func keepSample(
    _ record: PredictionRecord, _ tensors: PredictionTensors, rows: Int
  ) {
    guard let watched = versions[record.version], watched.layout != nil else { return }
    let columns = watched.columns
    var sample = watched.sample ?? Self.emptySample(record, columns, watched.score)
    guard sample.rows < Self.sampleLimit else { return }
    let scores = watched.score?.scores(of: tensors.outputs, rows: rows) ?? []
    for index in sample.columns.indices {
      switch sample.columns[index].declaration.role {
      case .feature:
        let column = columns[index]
        let tensor = tensors.inputs[column.tensor]
        for row in 0..<rows {
          let position = row * column.stride + column.offset
          sample.columns[index].values.append(
            number: tensor.number(at: position) ?? .nan, text: tensor.text(at: position) ?? "")
        }
      case .score:
        for row in 0..<rows {
          let score = row < scores.count ? Double(scores[row]) : .nan
          sample.columns[index].values.append(number: score, text: "")
        }
      case .predictedClass:
        for row in 0..<rows {
          let level = row < record.predictions.count ? record.predictions[row].level : nil
          sample.columns[index].values.append(number: .nan, text: level ?? "")
        }
      }
    }
    versions[record.version]?.sample = sample
  }

  private static func emptySample(
    _ record: PredictionRecord, _ watched: [FeatureLayout.Column], _ score: ScoreColumn?
  ) -> FeatureSample {
    var columns = watched.map { column in
      FeatureSample.Column(
        declaration: FeatureDeclaration(
          name: column.name, kind: column.isText ? .categorical : .numeric),
        values: column.isText ? .texts([]) : .numbers([]))
    }
    if score != nil {
      columns.append(
        .init(
          declaration: FeatureDeclaration(name: "score", kind: .numeric, role: .score),
          values: .numbers([])))
    }
    if record.predictions.first?.level != nil {
      columns.append(
        .init(
          declaration: FeatureDeclaration(
            name: "predicted class", kind: .categorical, role: .predictedClass),
          values: .texts([])))
    }
    return FeatureSample(version: record.version, columns: columns)
  }

  /// Hands over what was counted and sampled, and begins anew.
  mutating func take() -> (counts: [SecondKey: FeatureCounts], samples: [FeatureSample]) {
    defer {
      counts = [:]
      for version in versions.keys {
        versions[version]?.rows = 0
        versions[version]?.sample = nil
      }
    }
    return (counts, versions.values.compactMap(\.sample))
  }
}

extension FeatureSample.Values {
  mutating func append(number: Double, text: String) {
    switch self {
    case .numbers(var values):
      self = .numbers([])
      values.append(number)
      self = .numbers(values)
    case .texts(var values):
      self = .texts([])
      values.append(text)
      self = .texts(values)
    }
  }
}

extension PredictedValue {
  /// The name of a predicted class; nil for a regression's value.
  var level: String? {
    switch self {
    case .integer(let value): "\(value)"
    case .text(let value): value
    case .number: nil
    }
  }
}
