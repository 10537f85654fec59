import Statistics

/// Findings as lines of a table.
enum Table {
  static let header =
    row("", "runs", "found", "95 % interval", "bound")

  static func line(_ finding: Finding) -> String {
    let found: String
    let interval: String
    let bound: String
    switch finding.scenario.bound {
    case .share, .none:
      found = percent(finding.share)
      interval =
        "\(percent(finding.shareInterval.low)) to \(percent(finding.shareInterval.high))"
    case .median:
      found = whole(finding.median)
      interval = "90 % within \(whole(finding.ninthDecile))"
    case .mean:
      found = whole(finding.mean)
      interval =
        "\(whole(finding.mean - finding.meanMargin)) to \(whole(finding.mean + finding.meanMargin))"
    }
    switch finding.scenario.bound {
    case .share(let most): bound = "at most \(percent(most))"
    case .median(let most, _): bound = "at most \(whole(most))"
    case .mean(let least): bound = "at least \(whole(least))"
    case .none: bound = "none"
    }
    let broken = finding.holds ? "" : "  BROKEN"
    return row(finding.scenario.name, "\(finding.runs)", found, interval, bound) + broken
  }

  private static func row(
    _ name: String, _ runs: String, _ found: String, _ interval: String, _ bound: String
  ) -> String {
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return left(name, 78) + right(runs, 7) + right(found, 9) + right(interval, 22) + "  " + bound
  }

  private static func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) %"
  }

  private static func whole(_ value: Double) -> String {
    value.isFinite ? "\(Int(value.rounded()))" : "-"
  }
}
