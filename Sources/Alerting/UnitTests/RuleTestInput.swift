import PromQL

/// The input series of a test, and how much of them has come.
struct RuleTestInput {
  struct Mistake: Error, CustomStringConvertible {
    var description: String
  }

  private struct Track {
    var labels: WrittenLabels
    var samples: [Sample]
    var next = 0
  }

  private var tracks: [Track] = []

  /// promtool writes the series into lines of its own language, a series a line, and reads those: an empty line ends them, and
  /// so does a value that ends with one.
  init(_ test: RuleTest) throws(Mistake) {
    let text = test.input.map { "  \($0.series) \($0.values)\n" }.joined()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var positions: [WrittenLabels: Int] = [:]
    for (number, line) in lines.enumerated() {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { break }
      let notation: SeriesNotation
      do throws(SeriesNotation.Mistake) {
        notation = try SeriesNotation(String(trimmed))
      } catch {
        // The first line of that text is `load` and the interval.
        throw Mistake(
          description: "error in line \(number + 2): \(error.reason) at byte \(error.column) of "
            + quoted(String(trimmed)))
      }
      let samples = notation.values.enumerated().compactMap { index, value in
        value.map { Sample(time: Int64(index) * test.interval, value: $0) }
      }
      let track = Track(labels: notation.labels, samples: samples)
      if let position = positions[notation.labels] {
        tracks[position] = track
      } else {
        positions[notation.labels] = tracks.count
        tracks.append(track)
      }
    }
  }

  /// Of two values at one time, which a test without an interval has, the first counts.
  ///
  /// A series whose labels Prometheus takes nowhere is refused once its first value is due, and no value of any series comes
  /// any more.
  mutating func move(to memory: inout SeriesMemory, through time: Int64) throws(Mistake) {
    for track in tracks {
      guard let first = track.samples.first, first.time <= time else { continue }
      if let refusal = track.labels.refusal { throw Mistake(description: refusal) }
    }
    for index in tracks.indices {
      while tracks[index].next < tracks[index].samples.count {
        let sample = tracks[index].samples[tracks[index].next]
        guard sample.time <= time else { break }
        try? memory.append(sample, to: tracks[index].labels.labelSet)
        tracks[index].next += 1
      }
    }
  }
}
