import Domain
import TextUI

/// How many alerts are open: by cause, those that nobody has in hand, the gravest first. Counted and said alike in the header,
/// on the overview and in the list.
struct AlertCounts {
  private let tones: [Tone]

  init(_ tones: [Tone]) { self.tones = tones }

  init(_ groups: [AlertGroup]) { self.init(groups.map(\.addressed.severity.tone)) }

  func texts(_ look: Look) -> [StyledText] {
    [(Tone.critical, "page"), (.warn, "warning"), (.info, "info")].compactMap { tone, word in
      let count = tones.count { $0 == tone }
      guard count > 0 else { return nil }
      return look.status(tone, "\(count) \(word)\(tone != .info && count > 1 ? "s" : "")")
    }
  }
}
