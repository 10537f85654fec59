/// What is taken off evidence because events of one arm come in clusters: one stall makes many requests slow.
///
/// Events of one second are compared: whether they fall on one arm together more than coins would (outages that both
/// arms share do not). `dispersion` is how many times the variance of the challenger's count is what it would be without
/// clusters; evidence is divided by it, as in a quasi-likelihood, and must hold without its most telling second. What is
/// left is never more than it was, so the promise for events without clusters stays exact.
///
/// Source: Wedderburn 1974, "Quasi-likelihood functions, generalized linear models, and the Gauss-Newton method",
/// Biometrika 61(3).
struct ClusterCorrection: Sendable, Equatable, Codable {
  private let empty: EventArmEProcess
  /// Of the variance: what pairs of events of one second add, and what single events make of it.
  private var ofPairs = 0.0
  private var ofSingles = 0.0
  /// The second that adds most to the evidence.
  private var mostTelling: EventArmEProcess

  init(process: EventArmEProcess) {
    empty = process
    mostTelling = process
  }

  /// How many independent events a cluster's are worth one of: at least 1.
  var dispersion: Double { ofSingles > 0 ? 1 + max(0, ofPairs / ofSingles) : 1 }

  /// Takes in one second's events.
  mutating func observe(_ events: ByArm<Int>, share: Double) {
    let (challenger, champion) = (Double(events.challenger), Double(events.champion))
    // At the margin: seconds that all lean to one arm are taken for clusters, until there are many of them.
    let expected = share * empty.margin / (share * empty.margin + 1 - share)
    let other = 1 - expected
    let surplus = challenger * other - champion * expected
    ofPairs +=
      surplus * surplus - challenger * other * other - champion * expected * expected
    ofSingles += (challenger + champion) * expected * other
    var second = empty
    second.observe(
      challenger: events.challenger, champion: events.champion, share: share)
    if second.logE > mostTelling.logE { mostTelling = second }
  }

  /// The logarithm of a process's evidence, corrected.
  func logE(of process: EventArmEProcess) -> Double {
    min(process.logE, process.without(mostTelling).logE(dividedBy: dispersion))
  }
}
