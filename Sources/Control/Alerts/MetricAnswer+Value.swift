import Alerting
import Domain
import PromQL

extension MetricAnswer {
  /// - Parameter time: of what is one moment's, in milliseconds since 1970.
  init(_ value: Value, at time: Int64) {
    func point(_ value: Double) -> Point { Point(time: time, value: decimalText(value)) }
    switch value {
    case .scalar(let value):
      self.init(kind: .scalar, results: [Result(labels: [:], points: [point(value)])])
    case .string(let text):
      self.init(
        kind: .string,
        results: [Result(labels: [:], points: [Point(time: time, value: text)])])
    case .vector(let samples):
      self.init(
        kind: .vector,
        results: samples.map { Result(labels: $0.labels.dictionary, points: [point($0.value)]) })
    case .matrix(let series):
      self.init(
        kind: .matrix,
        results: series.map { one in
          Result(
            labels: one.labels.dictionary,
            points: one.samples.map { Point(time: $0.time, value: decimalText($0.value)) })
        })
    }
  }
}
