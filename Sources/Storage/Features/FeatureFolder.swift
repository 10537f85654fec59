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

  private var counts: [SecondKey: FeatureCounts] = [:]
  private var versions: [Watched] = []
  private var places: [ModelVersion: Int] = [:]
  /// Of the version that the last request asked: the next one mostly asks it, too.
  private var newest = 0
  private let policy: @Sendable (String) -> CapturePolicy

  private struct Watched {
    let version: ModelVersion
    var names: [String]
    /// Neither sampled nor counted: a reference would hold their values.
    var redacted: Set<String>
    var layout: FeatureLayout?
    var outputs = OutputForms()
    var score: ScoreColumn?
    var reference: FrozenReference?
    /// Where the reference's features stand; made anew when it or the layout changes.
    var sources: [Source] = []
    var rows = 0
    var sample: FeatureSample?
    /// What the last request counted in, apart from the others, and on the reference's bins.
    var open: (variant: Variant, minute: Int64, counts: FeatureCounts)?

    init(_ version: ModelVersion, _ policy: CapturePolicy) {
      self.version = version
      names = policy.featureNames
      redacted = policy.redacted
    }

    func key(_ variant: Variant, _ minute: Int64) -> SecondKey {
      SecondKey(series: SeriesKey(version: version, variant: variant), second: minute)
    }

    /// The columns that may be looked at.
    var columns: [FeatureLayout.Column] {
      guard let layout else { return [] }
      return layout.columns.filter { !layout.isNamed($0, in: redacted) }
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
    let place = place(of: reference.version)
    close(place)
    versions[place].reference = reference
    locate(place)
  }

  /// Where the features of a version stand, once a request showed it.
  func layout(of version: ModelVersion) -> FeatureLayout? {
    places[version].flatMap { versions[$0].layout }
  }

  /// The classes that a version predicts as its reference has them; nil: none known.
  func predictedClasses(of version: ModelVersion) -> FrozenBins? {
    places[version].flatMap { versions[$0].reference?.predictedClasses }
  }

  private mutating func place(of version: ModelVersion) -> Int {
    if newest < versions.count, versions[newest].version == version { return newest }
    newest = places[version] ?? versions.count
    if newest == versions.count {
      versions.append(Watched(version, policy(version.model)))
      places[version] = newest
    }
    return newest
  }

  /// Takes in one answered request.
  ///
  /// - Returns: the rows' scores as a label needs them.
  mutating func add(_ record: PredictionRecord, _ tensors: PredictionTensors) -> [Float] {
    let rows = max(1, record.rows)
    let place = place(of: record.version)
    learn(place, tensors, rows: rows)
    let kept = versions[place].score?.kept(of: tensors.outputs, rows: rows) ?? []
    guard record.variant != .direct, versions[place].rows < Self.rowLimit else { return kept }
    versions[place].rows += rows
    if versions[place].reference?.isProvisional ?? true {
      keepSample(record, place, tensors, rows: rows)
    }
    count(record, place, tensors, rows: rows)
    return kept
  }

  /// Notes the form of a version's tensors, when it is not the one that is known.
  private mutating func learn(_ place: Int, _ tensors: PredictionTensors, rows: Int) {
    if versions[place].outputs.learn(tensors.outputs, rows: rows) {
      let score = ScoreColumn(versions[place].outputs)
      // What was sampled so far has other scores, or none.
      if score != versions[place].score { versions[place].sample = nil }
      versions[place].score = score
    }
    let inputs = tensors.featureInputs
    if versions[place].layout?.fits(inputs, rows: rows) == true { return }
    versions[place].layout = FeatureLayout(
      inputs, rows: rows, names: versions[place].names)
    versions[place].sample = nil
    locate(place)
  }

  private mutating func locate(_ place: Int) {
    guard let reference = versions[place].reference else { return }
    let columns = versions[place].columns
    let names = reference.features.filter { $0.role == .feature }.map(\.name)
    let isByOrder = FeatureLayout.isByOrder(names, columns.map(\.name))
    var rest = columns[...]
    versions[place].sources = reference.features.map { feature in
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
    _ record: PredictionRecord, _ place: Int, _ tensors: PredictionTensors, rows: Int
  ) {
    guard let reference = versions[place].reference else { return }
    let minute = Tier.minute.floor(record.answeredAt.seconds)
    if let open = versions[place].open, open.minute != minute || open.variant != record.variant {
      close(place)
    }
    var one =
      versions[place].open?.counts
      ?? counts.removeValue(forKey: versions[place].key(record.variant, minute))
      .flatMap { $0.isOn(reference) ? $0 : nil }
      ?? FeatureCounts(
        reference: reference.id, features: reference.features.map { BinCounts($0.bins) })
    // Else each addition would copy what is held here, too.
    versions[place].open = nil
    let scores = versions[place].score?.scores(of: tensors.outputs, rows: rows) ?? []
    for (index, source) in versions[place].sources.enumerated() {
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
    versions[place].open = (record.variant, minute, one)
  }

  private mutating func close(_ place: Int) {
    guard let (variant, minute, open) = versions[place].open else { return }
    versions[place].open = nil
    counts[versions[place].key(variant, minute)] = open
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
    _ record: PredictionRecord, _ place: Int, _ tensors: PredictionTensors, rows: Int
  ) {
    guard versions[place].layout != nil,
      versions[place].sample?.rows ?? 0 < Self.sampleLimit
    else { return }
    let (columns, score) = (versions[place].columns, versions[place].score)
    let scores = score?.scores(of: tensors.outputs, rows: rows) ?? []
    // A client that did not ask for the scores: they are not missing, and are not counted as missing later either.
    guard score == nil || !scores.isEmpty else { return }
    var sample = versions[place].sample ?? Self.emptySample(record, columns, score)
    // Else each addition would copy what is held here, too.
    versions[place].sample = nil
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
    versions[place].sample = sample
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

  /// Hands over what was counted so far; samples go on until the flush.
  mutating func takeCounts() -> [SecondKey: FeatureCounts] {
    for place in versions.indices { close(place) }
    defer { counts = [:] }
    return counts
  }

  /// Hands over what was counted and sampled, and begins anew.
  mutating func take() -> (counts: [SecondKey: FeatureCounts], samples: [FeatureSample]) {
    for place in versions.indices { close(place) }
    defer {
      counts = [:]
      for place in versions.indices {
        versions[place].rows = 0
        versions[place].sample = nil
      }
    }
    return (counts, versions.compactMap(\.sample))
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

  /// As a class: whether these have none like it.
  func isUnseen(by classes: FrozenBins) -> Bool {
    switch self {
    case .integer(let value): classes.cell(of: Double(value)) < FrozenBins.specialCount
    case .number(let value): classes.cell(of: value) < FrozenBins.specialCount
    case .text(let value): classes.cell(of: value) < FrozenBins.specialCount
    }
  }
}
