import Control
import Domain
import Foundation
import Statistics

/// A calibration as lines for people: of each rule the share of false alarms, with its 95 % interval.
enum CalibrationText {
  /// - Parameter isConfigured: whether a configuration was read: objectives stand there.
  static func lines(_ report: CalibrationReport, isConfigured: Bool) -> [String] {
    guard !report.models.isEmpty else { return ["the data folder knows no model yet"] }
    var lines: [String] = []
    for model in report.models {
      if !lines.isEmpty { lines.append("") }
      lines.append(model.model)
      if model.versions.isEmpty { lines.append("  drift: no version has a reference yet") }
      for version in model.versions { lines += self.lines(version) }
      lines.append("  experiment: champion \(model.champion) against itself, split at random")
      lines += model.experiments.map { "    " + words($0, experiment) }
      if model.objectives.isEmpty {
        lines.append(
          isConfigured
            ? "  objectives: none configured"
            : "  objectives: no configuration was read; with --config FILE burn rates and the objective's slow requests are replayed, too"
        )
      }
      for objective in model.objectives {
        lines.append(
          "  \(objective.kind.rawValue) \(percent(objective.target)), burn rates on minutes drawn anew"
        )
        lines.append("    " + words(objective.burn, burn))
      }
    }
    return lines
  }

  private static func lines(_ version: CalibrationReport.Version) -> [String] {
    var lines = [
      "  version \(version.version): reference of \(version.reference), "
        + "\(grouped(version.referenceRows)) rows, \(version.features) features"
    ]
    lines.append("  drift: " + stored(version))
    lines += rates(version.samplingNoise) {
      "sampling noise alone: \(grouped($0.vigia.window.trials)) windows drawn from all together"
    }
    lines += rates(version.asTrafficVaries) {
      "your traffic as it varies: \(grouped($0.vigia.window.trials)) windows, each against the others"
    }
    lines.append("  concept drift: \(version.conceptBlocks), in a random order again and again")
    lines.append("    " + words(version.concept, concept))
    return lines
  }

  private static func stored(_ version: CalibrationReport.Version) -> String {
    guard let least = version.windowRows.first, let most = version.windowRows.last else {
      return "no finished window on the reference's bins"
    }
    let rows = least == most ? grouped(least) : "\(grouped(least)) to \(grouped(most))"
    return version.windows == 1
      ? "1 finished window of \(rows) rows" : "\(version.windows) finished windows of \(rows) rows"
  }

  // MARK: Drift

  private static func rates(
    _ calibrated: Calibrated<DriftCalibration>, _ title: (DriftCalibration) -> String
  ) -> [String] {
    guard case .measured(let calibration) = calibrated else {
      return ["    " + words(calibrated) { _ in "" }]
    }
    let width = DriftCalibration.Rule.allCases.map { name($0).count }.max() ?? 0
    return ["    " + title(calibration)]
      + DriftCalibration.Rule.allCases.map { rule in
        let label = name(rule).padding(toLength: width, withPad: " ", startingAt: 0)
        let rates = calibration[rule]
        let feature = share(rates.feature).padding(toLength: 24, withPad: " ", startingAt: 0)
        return "      \(label)  a feature \(feature)  any feature \(share(rates.window))"
      }
  }

  private static func name(_ rule: DriftCalibration.Rule) -> String {
    switch rule {
    case .standing: "Vigia, alarm stands"
    case .window: "Vigia, one window"
    case .psi: "plain PSI >= 0.1"
    case .chiSquared: "plain chi-squared p <= 0.05"
    }
  }

  // MARK: Words

  private static func concept(_ found: ConceptCalibration) -> String {
    let stated = "stated: one in \(grouped(Int64(found.statedBlocks))) or fewer"
    guard let blocks = found.blocks else {
      return "no false alarm in \(grouped(found.rate.trials)) blocks (\(stated))"
    }
    let verdict = found.isKept ? "" : ": not kept"
    return "a false alarm in \(grouped(Int64(blocks))) blocks, at least "
      + "\(grouped(Int64(found.leastBlocks))) (\(stated))\(verdict)"
  }

  private static func experiment(_ found: ExperimentCalibration) -> String {
    let verdict = found.rollbacks.interval.low > found.alpha ? ": not kept" : ""
    return "at \(percent(found.share)): \(share(found.rollbacks)) of \(found.rollbacks.trials) "
      + "runs rolled back (stated: \(percent(found.alpha)) or less)\(verdict), "
      + "\(share(found.mismatches)) said the split was wrong"
  }

  private static func burn(_ found: BurnCalibration) -> String {
    let verdict =
      found.isOverBudget ? ": no A/A, since more is bad than is allowed, and no alarm is false" : ""
    return "at \(percent(found.badShare)) bad, \(percent(found.budget)) allowed: "
      + "\(monthly(found.pages)) pages and \(monthly(found.tickets)) tickets in 30 days, "
      + "a page fires \(percent(found.paging.share ?? 0)) of the time and a ticket "
      + "\(percent(found.ticketing.share ?? 0))\(verdict)"
  }

  private static func monthly(_ rate: AlarmRate) -> String {
    let month = BurnCalibration.minutesAMonth
    func number(_ share: Double) -> String { String(format: "%.1f", share * month) }
    return "\(number(rate.share ?? 0)) (\(number(rate.interval.low)) to "
      + "\(number(rate.interval.high)))"
  }

  private static func words<Value>(
    _ calibrated: Calibrated<Value>, _ text: (Value) -> String
  ) -> String {
    switch calibrated {
    case .measured(let value): text(value)
    case .notEnough(0, 1, let of): "no \(of) are stored"
    case .notEnough(let stored, let needed, let of):
      "not enough stored: \(grouped(stored)) of \(grouped(needed)) \(of)"
    }
  }

  /// `0.40 % (0.16 to 1.0 %)`.
  private static func share(_ rate: AlarmRate) -> String {
    guard let share = rate.share else { return "none tried" }
    let low = percent(rate.interval.low).dropLast(2)
    return "\(percent(share)) (\(low) to \(percent(rate.interval.high)))"
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    let places = percent < 1 || percent > 99 ? 2 : 1
    var digits = String(format: "%.*f", places, percent)
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return digits + " %"
  }

  private static func grouped(_ count: Int64) -> String {
    var digits = Substring(String(count))
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    return ([digits] + groups).joined(separator: " ")
  }
}
