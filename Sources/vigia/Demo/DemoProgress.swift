package import Domain

/// How far a demo has come: the line that a headless run shows while it works.
package struct DemoProgress: Sendable, Equatable {
  package var elapsed: Double
  package var requests: Int
  package var failures: Int
  package var skipped: Int
  package var labelsLost: Int
  package var versions: [ModelVersion: Int]

  package init(
    elapsed: Double, requests: Int, failures: Int, skipped: Int = 0, labelsLost: Int = 0,
    versions: [ModelVersion: Int] = [:]
  ) {
    self.elapsed = elapsed
    self.requests = requests
    self.failures = failures
    self.skipped = skipped
    self.labelsLost = labelsLost
    self.versions = versions
  }

  /// `  12 s   2412 requests   201/s   0 failed`, with the rate since the earlier line.
  package func line(since earlier: DemoProgress?) -> String {
    let seconds = elapsed - (earlier?.elapsed ?? 0)
    let rate = seconds > 0 ? Double(requests - (earlier?.requests ?? 0)) / seconds : 0
    var parts = [
      "\(Int(elapsed)) s".padded(to: 6), "\(requests) requests".padded(to: 16),
      "\(Int(rate.rounded()))/s".padded(to: 7), "\(failures) failed",
    ]
    if skipped > 0 { parts.append("\(skipped) skipped") }
    if labelsLost > 0 { parts.append("\(labelsLost) labels lost") }
    return parts.joined(separator: "  ")
  }
}

extension String {
  /// With spaces before it.
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
