import Domain
import TextUI

/// Figures as styled text, the same way in every panel.
package enum Figures {
  static func latency(_ microseconds: Double?, _ look: Look, _ tone: Tone = .normal) -> StyledText {
    guard let microseconds else { return look.text("-", .quiet) }
    return Format.latency(microseconds: microseconds).styled(look, tone)
  }

  static func p99(_ version: VersionSnapshot, _ objective: ServiceObjective?, _ look: Look)
    -> StyledText
  {
    let tone = Health.slowTone(version.recent, objective)
    return latency(version.recent.p99, look, tone == .ok ? .normal : tone)
  }

  /// `+4.1 ms`, `-0.2 ms`; what is none has no sign.
  package static func difference(microseconds: Double) -> String {
    let size = Format.latency(microseconds: microseconds.magnitude)
    guard size.number.contains(where: { ("1"..."9").contains($0) }) else { return size.text }
    return microseconds < 0 ? "-\(size.text)" : "+\(size.text)"
  }

  /// p50 and p99 in at most 12 columns: `0.41/2.1 ms`, and `412ms/1.20s` where their units differ.
  static func latencies(
    _ version: VersionSnapshot, _ objective: ServiceObjective?, _ look: Look
  ) -> StyledText {
    guard let low = version.recent.p50, let high = version.recent.p99 else {
      return look.text("-", .quiet)
    }
    let (p50, p99) = (Format.latency(microseconds: low), Format.latency(microseconds: high))
    let slow = Health.slowTone(version.recent, objective)
    let tone = slow == .ok ? Tone.normal : slow
    if p50.unit == p99.unit {
      return look.text("\(p50.number)/") + p99.styled(look, tone)
    }
    return look.text("\(p50.number)\(p50.unit)/") + look.text("\(p99.number)\(p99.unit)", tone)
  }

  static func errors(_ version: VersionSnapshot, _ objective: ServiceObjective?, _ look: Look)
    -> StyledText
  {
    guard let share = version.recent.errorShare else { return look.text("-", .quiet) }
    let tone = Health.errorTone(version.recent, objective)
    return Format.percent(share).styled(look, tone == .ok ? .normal : tone)
  }

  static func share(_ version: VersionSnapshot, _ look: Look) -> StyledText {
    if version.variant == .shadow { return look.text("copy", .quiet) }
    guard version.variant != nil else { return look.text("-", .quiet) }
    return Format.wholePercent(version.share).styled(look)
  }

  static func rate(_ version: VersionSnapshot, _ look: Look) -> StyledText {
    Format.rate(version.recent.requestRate, unit: "").styled(
      look, version.recent.requestRate > 0 ? .normal : .quiet)
  }

  /// Accuracy as `.722`, a regression's error as `MAE 3.1`.
  /// - Parameter compared: of the version, where it is the one that answers.
  static func quality(
    _ recent: RecentFigures, _ health: Health?, _ look: Look
  ) -> StyledText {
    if let accuracy = recent.accuracy {
      let tone = health?.tone ?? .ok
      let text = Format.score(accuracy)
      return tone == .ok ? look.text(text) : look.status(tone, text)
    }
    if let error = recent.absoluteError {
      return look.text("MAE ", .quiet) + look.text(magnitude(error))
    }
    return look.text("-", .quiet)
  }

  static func magnitude(_ value: Double) -> String {
    if value.magnitude >= 999.5 { return Format.compact(value) }
    if value.magnitude >= 99.5 { return Format.decimal(value, places: 0) }
    return Format.decimal(value, places: value.magnitude >= 9.995 ? 1 : 2)
  }

  static func status(_ health: Health, _ look: Look) -> StyledText {
    look.status(health.tone, health.word)
  }

  /// The first digits of a file's SHA-256; enough to tell files apart and to read out.
  static func sha(_ sha256: String, _ digits: Int = 12) -> String {
    sha256.isEmpty ? "unread" : String(sha256.prefix(digits))
  }

  static func ago(_ time: Timestamp?, _ now: Timestamp) -> String {
    guard let time else { return "-" }
    let seconds = now.secondsSince(time)
    return seconds < 1 ? "now" : Format.age(seconds: seconds.rounded(.down)).shortText + " ago"
  }

  /// A share with its interval: `0.00 % (0 to 9.2)`.
  static func proportion(_ proportion: Recovery.Proportion) -> String {
    let low = Format.decimal(proportion.low * 100, places: proportion.low < 0.000_5 ? 0 : 1)
    let high = Format.decimal(proportion.high * 100, places: 1)
    return "\(Format.percent(proportion.share).text) (\(low) to \(high))"
  }
}
