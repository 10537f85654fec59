/// One value of a series.
package struct Sample: Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package var time: Int64
  package var value: Double

  package init(time: Int64, value: Double) {
    self.time = time
    self.value = value
  }

  /// The NaN by which Prometheus marks that a series has ended: an instant selector then finds nothing, a range
  /// leaves it out. Told from other NaNs by its bits.
  package static let staleMarker = Double(bitPattern: 0x7ff0_0000_0000_0002)

  package var isStale: Bool { value.bitPattern == Self.staleMarker.bitPattern }
}

/// A series as a source hands it out, or as a range query answers.
package struct Series: Hashable, Sendable {
  package var labels: LabelSet
  /// In ascending order of time, no two at one time.
  package var samples: [Sample]

  package init(labels: LabelSet, samples: [Sample]) {
    self.labels = labels
    self.samples = samples
  }
}

extension Array where Element == Sample {
  /// The number of samples before `time`: the index of the first at or after it.
  func count(before time: Int64) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The samples of a window, closed at both ends.
  func window(from: Int64, to: Int64) -> ArraySlice<Sample> {
    let start = count(before: from)
    return self[start..<Swift.max(start, count(before: to + 1))]
  }
}
