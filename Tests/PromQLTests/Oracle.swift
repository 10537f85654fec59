import Foundation
import PromQL

/// What the real Prometheus answered: `Oracle/make_oracle.py` has asked it.
struct Oracle {
  /// One query and its answer.
  struct Case {
    var query: String
    /// Milliseconds after `start`; of a range query the last is the step.
    var times: [Int64]
    var answer: Expected
  }

  enum Expected {
    case error(String)
    case scalar(Double)
    case string(String)
    case vector([VectorSample])
    case matrix([Series])
  }

  var start: Int64
  var series: [Series]
  var instant: [Case]
  var range: [Case]
  var canonical: [(query: String, form: String)]

  static let recorded = Result { try Oracle() }

  private init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/oracle.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let parts = try cast(json, to: [String: Any].self)
    let start = try cast(parts["start"], to: NSNumber.self).int64Value
    self.start = start
    series = try list(parts["series"]).map { try Oracle.series($0, start: start) }
    instant = try list(parts["instant"]).map { try Oracle.case($0, start: start) }
    range = try list(parts["range"]).map { try Oracle.case($0, start: start) }
    canonical = try list(parts["canonical"]).map { pair in
      let texts = try cast(pair, to: [String].self)
      return (texts[0], texts[1])
    }
  }

  private static func `case`(_ json: Any, start: Int64) throws -> Case {
    let row = try list(json)
    return Case(
      query: try cast(row[0], to: String.self),
      times: try row[1..<(row.count - 1)].map { try cast($0, to: NSNumber.self).int64Value },
      answer: try expected(row[row.count - 1], start: start))
  }

  private static func expected(_ json: Any, start: Int64) throws -> Expected {
    let answer = try cast(json, to: [String: Any].self)
    if let text = answer["error"] as? String { return .error(text) }
    if let text = answer["scalar"] as? String { return .scalar(try number(text)) }
    if let text = answer["string"] as? String { return .string(text) }
    if let rows = answer["vector"] {
      return .vector(
        try list(rows).map { row in
          let pair = try list(row)
          return VectorSample(
            labels: LabelSet(try cast(pair[0], to: [String: String].self)),
            value: try number(pair[1]))
        })
    }
    return .matrix(try list(answer["matrix"]).map { try series($0, start: start) })
  }

  private static func series(_ json: Any, start: Int64) throws -> Series {
    let pair = try list(json)
    let samples = try list(pair[1]).map { row in
      let sample = try list(row)
      return Sample(
        time: start + (try cast(sample[0], to: NSNumber.self).int64Value),
        value: try number(sample[1]))
    }
    return Series(labels: LabelSet(try cast(pair[0], to: [String: String].self)), samples: samples)
  }

  private static func number(_ json: Any) throws -> Double {
    if let number = json as? NSNumber { return number.doubleValue }
    let text = try cast(json, to: String.self)
    if text == "stale" { return Sample.staleMarker }
    return try cast(Double(text), to: Double.self)
  }
}

private struct Malformed: Error {
  var value: String
}

private func cast<Wanted>(_ value: Any?, to type: Wanted.Type) throws -> Wanted {
  guard let wanted = value as? Wanted else {
    throw Malformed(value: "\(String(describing: value))")
  }
  return wanted
}

private func list(_ value: Any?) throws -> [Any] { try cast(value, to: [Any].self) }
