/// How right the answering version is of late, against two that were scored on the same stretch: always the commonest class,
/// and another version that is in memory.
package struct ChampionAccuracy: Codable, Sendable, Equatable {
  package var champion: Score
  /// What always answering the commonest class would have scored on the champion's rows.
  package var majority: Double
  /// The best of the other versions whose labels came; nil where there is none.
  package var rival: Score?
  /// The champion's interval lies wholly below what the commonest class would have scored.
  package var isBelowMajority: Bool
  /// It lies wholly below the rival's, and by more than a challenger may be better.
  package var isBelowRival: Bool
  /// The rival's lies wholly below what the commonest class would have scored on its rows, too: what they have in common is
  /// the labels.
  package var isRivalBelowMajority: Bool
  /// Since when it is so wrong; nil where it is not, and where labels do not show it.
  package var fall: Fall?

  /// What was right, and until when.
  package struct Fall: Codable, Sendable, Equatable {
    /// The promotion, or the minute in which the champion, which answered before, was right no more.
    package var since: Timestamp
    /// Of what answered until then: the champion itself, or the version before it.
    package var before: Score

    package init(since: Timestamp, before: Score) {
      self.since = since
      self.before = before
    }
  }

  /// Share right of the labelled rows, with its interval of 95 %.
  package struct Score: Codable, Sendable, Equatable {
    package var version: String
    package var labelled: Int
    package var accuracy: Double
    package var low: Double
    package var high: Double

    package init(version: String, labelled: Int, accuracy: Double, low: Double, high: Double) {
      self.version = version
      self.labelled = labelled
      self.accuracy = accuracy
      self.low = low
      self.high = high
    }
  }

  package init(
    champion: Score, majority: Double, rival: Score? = nil, isBelowMajority: Bool = false,
    isBelowRival: Bool = false, isRivalBelowMajority: Bool = false, fall: Fall? = nil
  ) {
    self.champion = champion
    self.majority = majority
    self.rival = rival
    self.isBelowMajority = isBelowMajority
    self.isBelowRival = isBelowRival
    self.isRivalBelowMajority = isRivalBelowMajority
    self.fall = fall
  }
}
