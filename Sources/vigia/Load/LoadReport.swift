package import Integrations
import Statistics
import TextUI

/// What a load found: the JSON that others may rely on, and the same for a person.
package struct LoadReport: Encodable, Equatable {
  package var requests: Int
  package var errors: Int
  /// Answers with 200 a second.
  package var rate: Double
  /// Microseconds from the time at which a request was due; nil where none was answered.
  package var p50Us, p90Us, p99Us, p999Us, maxUs: Double?
  /// Likewise from the sending: what a closed loop would have seen.
  package var serviceP50Us, serviceP99Us: Double?
  /// Of answers and of what was not answered within its time, which counts as that time: a server that leaves out the
  /// slow ones looks no faster for it.
  package var p99WithTimeoutsUs: Double?
  package var errorsByKind: [String: Int]
  package var targetRate: Double
  package var rowsPerSecond: Double
  package var seconds: Double

  private enum CodingKeys: String, CodingKey {
    case requests, errors, rate
    case p50Us = "p50_us"
    case p90Us = "p90_us"
    case p99Us = "p99_us"
    case p999Us = "p999_us"
    case maxUs = "max_us"
    case serviceP50Us = "service_p50_us"
    case serviceP99Us = "service_p99_us"
    case p99WithTimeoutsUs = "p99_with_timeouts_us"
    case errorsByKind = "errors_by_kind"
    case targetRate = "target_rate"
    case rowsPerSecond = "rows_per_s"
    case seconds
  }

  package init(_ figures: LoadFigures, _ schedule: LoadSchedule) {
    let latency = figures.latency
    let service = figures.service
    // The time of a request goes on until the next is due: five at five a second are a second's, however fast the last came.
    let due = schedule.time(of: min(figures.requests, schedule.count))
    let seconds = max(figures.elapsed, min(due, schedule.duration), 1e-9)
    requests = figures.requests
    errors = figures.failed
    rate = Self.rounded(Double(figures.ok) / seconds)
    p50Us = latency.nearestRank(0.5).map(Self.rounded)
    p90Us = latency.nearestRank(0.9).map(Self.rounded)
    p99Us = latency.nearestRank(0.99).map(Self.rounded)
    p999Us = latency.nearestRank(0.999).map(Self.rounded)
    maxUs = latency.max.map(Self.rounded)
    serviceP50Us = service.nearestRank(0.5).map(Self.rounded)
    serviceP99Us = service.nearestRank(0.99).map(Self.rounded)
    var all = latency
    all.merge(figures.late)
    p99WithTimeoutsUs = all.nearestRank(0.99).map(Self.rounded)
    errorsByKind = Dictionary(
      uniqueKeysWithValues: figures.errors.map { ("\($0.key)", $0.value) })
    targetRate = Self.rounded(schedule.mean)
    rowsPerSecond = Self.rounded(Double(figures.rows) / seconds)
    self.seconds = (figures.elapsed * 1_000).rounded() / 1_000
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  package var lines: [String] {
    var lines = [
      "\(requests) requests in \(Format.decimal(seconds, places: 1)) s: \(Format.decimal(rate, places: 1))/s of "
        + "\(Format.decimal(targetRate, places: 1))/s asked for, \(Format.decimal(rowsPerSecond, places: 1)) rows/s",
      errors == 0
        ? "no errors"
        : "\(errors) errors: "
          + errorsByKind.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
          .map { "\($0.value) \($0.key)" }.joined(separator: ", "),
    ]
    if let maxUs {
      lines.append(
        "latency from when a request was due   p50 \(Self.time(p50Us))   p90 \(Self.time(p90Us))   "
          + "p99 \(Self.time(p99Us))   p99.9 \(Self.time(p999Us))   max \(Self.time(maxUs))")
      lines.append(
        "latency from when it was sent         p50 \(Self.time(serviceP50Us))   p99 "
          + Self.time(serviceP99Us))
    }
    if p99WithTimeoutsUs != p99Us {
      lines.append(
        "with what timed out, at its limit                  p99 \(Self.time(p99WithTimeoutsUs))")
    }
    return lines
  }

  static func time(_ microseconds: Double?) -> String {
    guard let microseconds else { return "-" }
    if microseconds < 1e3 { return "\(Int(microseconds.rounded())) us" }
    return microseconds < 1e6
      ? "\(Format.decimal(microseconds / 1e3, places: 2)) ms"
      : "\(Format.decimal(microseconds / 1e6, places: 2)) s"
  }
}

extension LoadReport {
  /// One line for a terminal, while the load is under way.
  package static func progress(_ figures: LoadFigures, duration: Double, rate: Double) -> String {
    let left = max(0, Int((duration - figures.elapsed).rounded(.up)))
    let failed = figures.failed
    return
      "\(figures.requests) requests, \(Int((Double(figures.ok) / max(figures.elapsed, 1e-9)).rounded()))/s of "
      + "\(Int(rate.rounded()))/s, \(failed) \(failed == 1 ? "error" : "errors"), \(figures.waiting) waiting, p50 "
      + "\(time(figures.latency.nearestRank(0.5))), p99 \(time(figures.latency.nearestRank(0.99))), \(left) s left"
  }
}
