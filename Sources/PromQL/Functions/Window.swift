/// What a range function sees of one series.
struct Window {
  var labels: LabelSet
  /// At least one, in order, no stale markers.
  var samples: ArraySlice<Sample>
  /// Both ends belong to it; milliseconds.
  var start: Int64
  var end: Int64
  /// Differs from `end` under an offset or `@`.
  var evaluationTime: Int64

  var lengthInSeconds: Double { Double(end - start) / 1000 }

  /// - Precondition: never empty.
  var first: Sample { samples[samples.startIndex] }
  var last: Sample { samples[samples.endIndex - 1] }
}
