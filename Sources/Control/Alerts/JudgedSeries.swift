import Domain
import PromQL
import Storage

/// What was judged in the past, as the series that it was then: drift, concept drift and the comparison with a challenger.
///
/// A conclusion stands from when it was drawn to the next of its kind, for a day at most, while the server ran and its version
/// was asked.
struct JudgedSeries {
  let store: MetricStore

  /// Names that it may have a past of.
  fileprivate static let names: Set<String> = Set(Kind.allCases.flatMap(\.names))

  static func mayAnswer(_ request: SeriesRequest) -> Bool { names.contains(where: request.mayBe) }

  /// Judgements that follow one another: each ends what the one before it said.
  private enum Kind: CaseIterable {
    case drift, quality, experiment

    var stored: [JudgementQuery.Kind] {
      switch self {
      // What was found against another reference says nothing any more.
      case .drift: [.drift, .reference]
      case .quality: [.quality]
      case .experiment: [.experiment, .standing]
      }
    }

    var names: [String] {
      let catalogue = SeriesCatalogue.self
      let series =
        switch self {
        case .drift:
          [
            catalogue.driftOpen, catalogue.driftedFeatures, catalogue.driftPSI, catalogue.driftP,
            catalogue.featureDrifted, catalogue.featureVanished,
          ]
        case .quality:
          [
            catalogue.conceptEvidence, catalogue.accuracy, catalogue.noChange, catalogue.majority,
            catalogue.logLoss, catalogue.brier, catalogue.calibration, catalogue.areaUnderCurve,
          ]
        case .experiment:
          [
            catalogue.experimentEvidence, catalogue.experimentEvents, catalogue.experimentVerdict,
            catalogue.sampleRatioP,
          ]
        }
      return series.map(\.name)
    }
  }

  /// Seconds for which a conclusion stands at most.
  private static let reach: Int64 = 86_400
  /// Of a comparison: it is kept about once a minute while it goes on, and of what is older than two days once an hour.
  private static let standing: (fresh: Int64, old: Int64, oldFrom: Int64) = (
    180, 3_720, 2 * 86_400
  )
  /// As many as one question of the store brings.
  private static let recordsMax = 10_000

  /// - Parameters:
  ///   - past: when the server ran, and when each version was asked, of the same window.
  ///   - pace: seconds from one sample to the next.
  /// - Throws: `StorageError`, and when there is more than a query may hold.
  func select(
    _ request: SeriesRequest, _ window: Window, _ past: MetricStore.CountedPast, pace: Int64
  ) throws -> [Series] {
    let wanted = Kind.allCases.filter { $0.names.contains(where: request.mayBe) }
    let asked = Dictionary(grouping: past.steps, by: \.key.version).mapValues { parts in
      Set(parts.flatMap { $0.value.map(\.from) }).sorted()
    }
    var found: [Series] = []
    let newest = try store.lastRecorded() ?? window.to
    var room = request.sampleLimit
    for (version, times) in asked.sorted(by: { $0.key < $1.key }) {
      let moments = Self.moments(past.recorded, asked: times, pace: pace)
      for kind in wanted {
        let course = try course(of: version, kind, window, newest: newest)
        found += try Self.series(course, over: moments, request, room: &room)
      }
    }
    return found
  }

  /// When a version's series were looked at: the server ran, and it was asked within the hour before.
  private static func moments(
    _ recorded: [Range<Int64>], asked: [Int64], pace: Int64
  ) -> [Int64] {
    guard var last = asked.first else { return [] }
    var later = asked.dropFirst()
    var moments: [Int64] = []
    for stretch in recorded where stretch.upperBound > asked[0] {
      while let next = later.first, next < stretch.upperBound {
        last = next
        later.removeFirst()
      }
      guard stretch.lowerBound - last <= StoredSeries.afterlife else { continue }
      var moment = max(stretch.lowerBound, (moments.last ?? .min / 2) + pace)
      while moment < stretch.upperBound {
        moments.append(moment)
        moment += pace
      }
    }
    return moments
  }

  /// What was said in a stretch of time, by series.
  private struct Conclusion {
    var from: Int64
    var to: Int64
    var values: [LabelSet: Double]
  }

  /// - Parameter newest: when the store's last second was: of what is older less is kept.
  private func course(
    of version: ModelVersion, _ kind: Kind, _ window: Window, newest: Int64
  ) throws(StorageError) -> [Conclusion] {
    var records: [JudgementRecord] = []
    for stored in kind.stored {
      records += try store.judgements(
        JudgementQuery(
          kind: stored, model: version.model, version: version.version,
          from: window.from - Self.reach, to: window.to, limit: Self.recordsMax))
    }
    records.sort { $0.time < $1.time }
    return records.indices.map { index in
      let time = records[index].time.seconds
      let longest =
        switch kind {
        case .drift, .quality: Self.reach
        case .experiment:
          newest - time > Self.standing.oldFrom ? Self.standing.old : Self.standing.fresh
        }
      let next = index + 1 < records.count ? records[index + 1].time.seconds : .max
      return Conclusion(
        from: time, to: min(next, time + longest), values: MetricsText(records[index]).values)
    }
  }

  private static func series(
    _ course: [Conclusion], over moments: [Int64], _ request: SeriesRequest, room: inout Int
  ) throws -> [Series] {
    var samples: [LabelSet: [Sample]] = [:]
    var wanted: [LabelSet: Bool] = [:]
    var index = 0
    var standing: (labels: Set<LabelSet>, to: Int64) = ([], .max)
    func end(_ labels: Set<LabelSet>, at second: Int64) {
      for label in labels {
        samples[label]?.append(Sample(time: second * 1_000, value: Sample.staleMarker))
      }
    }
    for conclusion in course where conclusion.from < conclusion.to {
      if conclusion.from > standing.to {
        end(standing.labels, at: standing.to)
        standing = ([], .max)
      }
      while index < moments.count, moments[index] < conclusion.from { index += 1 }
      let first = index
      while index < moments.count, moments[index] < conclusion.to { index += 1 }
      guard first < index else { continue }
      var said: Set<LabelSet> = []
      for (labels, value) in conclusion.values {
        let isWanted = wanted[labels] ?? request.matches(labels)
        wanted[labels] = isWanted
        guard isWanted else { continue }
        said.insert(labels)
        room -= index - first
        guard room >= 0 else { throw EvaluationError.tooManySamples(limit: request.sampleLimit) }
        samples[labels, default: []] += moments[first..<index].map {
          Sample(time: $0 * 1_000, value: value)
        }
      }
      end(standing.labels.subtracting(said), at: moments[first])
      standing = (said, conclusion.to)
    }
    if index < moments.count { end(standing.labels, at: standing.to) }
    return samples.map { Series(labels: $0.key, samples: $0.value) }
  }
}

extension MetricsText {
  /// What a judgement of the past said, as `/metrics` did.
  fileprivate init(_ record: JudgementRecord) {
    let version = record.version
    var judgement = ModelJudgement()
    var features: [ModelVersion: [FeatureVerdict]] = [:]
    switch record.content {
    case .drift(let window):
      judgement.drift = [DriftSummary(version.version, window)]
      features[version] = window.features
    case .reference:
      judgement.drift = [
        DriftSummary(version: version.version, state: .collecting, words: "", needed: 0)
      ]
    case .quality(let block): judgement.concept = [ConceptSummary(version.version, block)]
    case .experiment(let summary), .standing(let summary): judgement.experiment = summary
    case .effects: break
    }
    self.init()
    addDrift([(version.model, judgement)], features)
    addConcept([(version.model, judgement)])
    addExperiments([(version.model, judgement)])
  }

  fileprivate var values: [LabelSet: Double] {
    var values: [LabelSet: Double] = [:]
    for family in families where JudgedSeries.names.contains(family.series.name) {
      for sample in family.samples {
        let labels = LabelSet(
          name: family.series.name,
          pairs: sample.labels.map { LabelSet.Label(name: $0.0, value: $0.1) })
        values[labels] = sample.value
      }
    }
    return values
  }
}
