import Domain
import PromQL

/// Why a rule could not be evaluated, as Prometheus says it.
enum RuleFailure: Error, CustomStringConvertible {
  case notAVector
  case sameLabels
  case tooMany(limit: Int, count: Int)
  case query(String)

  var description: String {
    switch self {
    case .notAVector: "rule result is not a vector or scalar"
    case .sameLabels:
      "vector contains metrics with the same labelset after applying rule labels"
    case .tooMany(let limit, let count): "exceeded limit of \(limit) with \(count) series"
    case .query(let reason): reason
    }
  }
}

/// One evaluation of one rule.
struct RuleRun: Sendable {
  let source: SeriesSource
  let context: RuleContext
  let limit: Int
  let time: Timestamp
  /// What another server made of the rule's expression; nil: it is evaluated here.
  var answer: RuleAnswer?

  var milliseconds: Int64 { time.microseconds / 1_000 }

  var evaluator: Evaluator {
    Evaluator(
      source: source, lookback: context.lookback, sampleLimit: context.sampleLimit,
      subqueryStep: context.subqueryStep)
  }

  /// A scalar counts as one series without labels.
  func evaluate(_ query: Query) throws(RuleFailure) -> (
    samples: [VectorSample], isWithoutData: Bool
  ) {
    let answer: Answer
    do {
      answer = try evaluator.instant(query, at: milliseconds)
    } catch {
      throw .query(error.description)
    }
    switch answer.value {
    case .vector(let samples):
      let isWithoutData =
        samples.isEmpty && answer.seriesMatched == 0
        && query.selectors.contains(where: Self.isOfASource)
      return (samples, isWithoutData)
    case .scalar(let value): return ([VectorSample(labels: LabelSet(), value: value)], false)
    case .string, .matrix: throw .notAVector
    }
  }

  /// Of the rule itself.
  private func value(of query: Query) throws(RuleFailure) -> (
    samples: [VectorSample], isWithoutData: Bool
  ) {
    switch answer {
    case nil: return try evaluate(query)
    case .samples(let samples): return (samples, false)
    case .noData: return ([], true)
    case .failed(let reason): throw .query(reason)
    }
  }

  /// Not of what rules write about themselves: that there is no alert is no lack of data.
  private static func isOfASource(_ selector: VectorSelector) -> Bool {
    selector.name != "ALERTS" && selector.name != "ALERTS_FOR_STATE"
  }

  private var isSourceAlive: Bool {
    get throws(RuleFailure) {
      guard let heartbeat = context.heartbeat else { return false }
      return try !evaluate(heartbeat).samples.isEmpty
    }
  }

  /// After a start, until what is measured is measured for as long as the heartbeat asks: a rate over some minutes, or a share of
  /// an hour ago, is not there yet, and that it is not says nothing about an alert that fires.
  var isWarmingUp: Bool {
    guard context.holdsWithoutData, context.heartbeat != nil else { return false }
    return (try? isSourceAlive) == false
  }

  func samples(of rule: RecordingRule) throws(RuleFailure) -> [VectorSample] {
    let samples = try value(of: rule.query).samples.map { sample in
      var labels = sample.labels.setting("__name__", to: rule.name)
      for (name, value) in rule.labels { labels = labels.setting(name, to: value) }
      return VectorSample(labels: labels, value: sample.value)
    }
    guard Set(samples.map(\.labels)).count == samples.count else { throw .sameLabels }
    if limit > 0, samples.count > limit {
      throw .tooMany(limit: limit, count: samples.count)
    }
    return samples
  }

  func observation(of rule: AlertRule) -> AlertObservation {
    do throws(RuleFailure) {
      let (samples, isWithoutData) = try value(of: rule.query)
      if isWithoutData, context.holdsWithoutData, try !isSourceAlive { return .noData }
      return .active(samples.map { element($0, of: rule) })
    } catch {
      return .failed(error.description)
    }
  }

  private func element(_ sample: VectorSample, of rule: AlertRule) -> AlertObservation.Element {
    let data = TemplateData(
      labels: sample.labels.dictionary, value: sample.value,
      externalLabels: context.externalLabels, externalURL: context.externalURL,
      query: { try answer(to: $0) })
    var labels = sample.labels.withoutName
    for label in rule.labels {
      labels = labels.setting(label.name, to: label.template.expanded(data, alert: rule.name))
    }
    let annotations = rule.annotations.map {
      ($0.name, $0.template.expanded(data, alert: rule.name))
    }
    return AlertObservation.Element(
      labels: labels.setting("alertname", to: rule.name),
      annotations: Dictionary(annotations) { first, _ in first }, value: sample.value)
  }

  /// `query` in a template.
  private func answer(to text: String) throws -> [TemplateSample] {
    try evaluate(try Query(text)).samples.map {
      TemplateSample(labels: $0.labels.dictionary, value: $0.value)
    }
  }
}
