/// A point of wall-clock time: microseconds since 1970-01-01T00:00:00Z.
///
/// Durations are never differences of these where a clock jump would matter: those use a monotonic
/// clock. On the wire and in the store a timestamp is this integer.
package struct Timestamp: Hashable, Codable, Sendable, Comparable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }
  package init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  /// Whole seconds, rounded down: the key of per-second series.
  package var seconds: Int64 {
    microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  package func adding(seconds: Double) -> Timestamp {
    Timestamp(microseconds: microseconds + Int64((seconds * 1_000_000).rounded()))
  }

  package func adding(nanoseconds: Int64) -> Timestamp {
    Timestamp(microseconds: microseconds + nanoseconds / 1_000)
  }

  /// Seconds from `other` to this point; negative when this one is earlier.
  package func secondsSince(_ other: Timestamp) -> Double {
    Double(microseconds - other.microseconds) / 1_000_000
  }

  package init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }
}
