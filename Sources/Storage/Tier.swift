/// One resolution in which telemetry is kept.
///
/// Every tier holds all of its retention up to its watermark, exactly: a coarse row is the sum of the fine rows of its
/// stretch. What comes late (a label, a slow request) is added to each tier whose watermark has passed it.
struct Tier: Equatable, Sendable {
  /// Seconds that one row stands for.
  let step: Int64
  /// Seconds.
  let retention: Int64

  var counters: String { "r\(step)" }
  var sketches: String { "s\(step)" }
  /// Features by bins and quality by scores, from the minute up; nil in finer tiers.
  var features: String? { step >= 60 ? "h\(step)" : nil }
  var quality: String? { step >= 60 ? "q\(step)" : nil }
  /// Gauges of the machine, from ten seconds up; nil in the finest tier.
  var gauges: String? { step >= Tier.gauges.step ? "g\(step)" : nil }
  /// Key in `meta` of the time up to which this tier has been folded from the finer one.
  var watermarkKey: String { "folded_\(step)" }

  func floor(_ second: Int64) -> Int64 { second - (second % step + step) % step }

  /// The finest that has gauges.
  static let gauges = all[1]
  /// The finest that has features and quality.
  static let minute = all[2]
  static let hour = all[3]

  /// Finest first; each step is a multiple of the one before.
  static let all = [
    Tier(step: 1, retention: 3_600),
    Tier(step: 10, retention: 48 * 3_600),
    Tier(step: 60, retention: 30 * 86_400),
    Tier(step: 3_600, retention: 730 * 86_400),
  ]
}
