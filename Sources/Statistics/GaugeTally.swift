/// What was read off some gauges in one stretch of time: of each how often, its mean and its extremes.
///
/// Tallies of two stretches merge, in any order. Values are kept in single precision: to seven digits.
package struct GaugeTally: Sendable, Equatable {
  package struct Key: Hashable, Sendable, Comparable {
    /// Which kind of gauge: a number that never changes its meaning.
    package let code: UInt64
    /// Which of that kind, a core's number for instance; empty where there is one.
    package let part: String

    package init(_ code: UInt64, part: String = "") {
      self.code = code
      self.part = part
    }

    package static func < (left: Key, right: Key) -> Bool {
      (left.code, left.part) < (right.code, right.part)
    }
  }

  package struct Reading: Sendable, Equatable {
    package private(set) var count: Int64
    package private(set) var mean: Double
    package private(set) var least: Double
    package private(set) var most: Double

    package init(_ value: Double) {
      count = 1
      mean = value
      least = value
      most = value
    }

    fileprivate init(count: Int64, mean: Double, least: Double, most: Double) {
      self.count = count
      self.mean = mean
      self.least = least
      self.most = most
    }

    package mutating func merge(_ other: Reading) {
      let total = count + other.count
      mean += (other.mean - mean) * Double(other.count) / Double(total)
      count = total
      least = min(least, other.least)
      most = max(most, other.most)
    }
  }

  package private(set) var readings: [Key: Reading] = [:]

  package init() {}

  /// Takes in a value; one that is not finite is left out, and so is a gauge past the bound.
  package mutating func add(_ value: Double, to key: Key) {
    guard value.isFinite else { return }
    merge(Reading(value), of: key)
  }

  package mutating func merge(_ other: GaugeTally) {
    for (key, reading) in other.readings { merge(reading, of: key) }
  }

  private mutating func merge(_ reading: Reading, of key: Key) {
    guard readings[key] != nil || readings.count < Self.gaugesMax else { return }
    if readings[key]?.merge(reading) == nil { readings[key] = reading }
  }

  /// More than a large machine has.
  private static let gaugesMax = 1_024
}

extension GaugeTally {
  private static let formatVersion: UInt8 = 1

  /// The readings as bytes: about 16 each.
  ///
  /// Format: sealed bytes of version 1; varint number of readings, then for each in the order of the keys the code and the
  /// count as varints, the part as text, and mean, least and most in single precision.
  ///
  /// - Complexity: O(n log n).
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(
      version: Self.formatVersion, capacity: 8 + 20 * readings.count)
    writer.append(UInt64(readings.count))
    for (key, reading) in readings.sorted(by: { $0.key < $1.key }) {
      writer.append(key.code)
      writer.append(count: reading.count)
      writer.append(key.part)
      writer.append(Float(reading.mean))
      writer.append(Float(reading.least))
      writer.append(Float(reading.most))
    }
    return writer.sealed()
  }

  /// Reads what `serialized` wrote.
  package init(serialized bytes: [UInt8]) throws(SealedBytes.Failure) {
    var reader = try SealedBytes.Reader(bytes, version: Self.formatVersion)
    let count = try reader.varint()
    guard count <= UInt64(Self.gaugesMax) else { throw .malformed }
    for _ in 0..<count {
      let code = try reader.varint()
      let times = try reader.count()
      let key = Key(code, part: try reader.text())
      let mean = Double(try reader.float())
      let least = Double(try reader.float())
      let most = Double(try reader.float())
      guard times > 0, mean.isFinite, least.isFinite, most.isFinite, readings[key] == nil else {
        throw .malformed
      }
      readings[key] = Reading(count: times, mean: mean, least: least, most: most)
    }
    try reader.finish()
  }
}
