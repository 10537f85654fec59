/// What of a model's requests may be watched and kept: raw inputs are personal data.
package struct CapturePolicy: Sendable, Equatable {
  /// Whether requests with their inputs and outputs come to the disk. Counts by bins are made either way.
  package var keepsRequests = true
  /// Names of the features in the order of the input's columns; missing ones are made from the input's name.
  package var featureNames: [String] = []
  /// Features whose values are blanked before they come to the disk.
  package var redacted: Set<String> = []
  /// Seconds that requests are kept at most; the ring's size may end it sooner.
  package var retention: Int64 = 86_400

  package init() {}
}
