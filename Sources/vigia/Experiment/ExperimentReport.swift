import Foundation
import Statistics

/// What came of a file of events.
struct ExperimentReport: Sendable {
  let path: String
  let options: ExperimentOptions
  let verdict: ExperimentVerdict
  /// A rollback that was said before it was seen that the split is not what it is said to be.
  let superseded: ExperimentVerdict?
  /// Of the whole file.
  let evidence: GuardrailEvidence
  /// The logarithm of the evidence when it was rolled back, if it was.
  let decisiveLogE: Double?
  let sampleRatioP: Double
  /// Requests, or keys, that routing drew for.
  let arrivals: ByArm<Int>
  let expectedOfChallenger: Double
  let rows: Int
  let isKeyed: Bool
  /// How rows without a key, and keys at both arms, were treated; nil: there are none.
  let keysInWords: String?
  /// Shares under which both arms had traffic.
  let splits: Int
  /// Rows from when only one of them had: they compare nothing.
  let alone: Int
  let times: ClosedRange<Double>
  let notes: [String]

  /// One of those that others rely on: what is withheld keeps the split as it is.
  var kind: ExperimentVerdict.Kind { verdict.kind == .withheld ? .keep : verdict.kind }

  var why: String {
    let withheld = verdict.kind == .withheld ? "withheld: " : ""
    let before = superseded.map { "; without that: \($0.why)" } ?? ""
    let keys = keysInWords.map { "; \($0)" } ?? ""
    // Nothing that came later changed it.
    let then =
      verdict.kind == .rollBack && decisiveLogE != nil ? " (when it was rolled back)" : ""
    return withheld + verdict.why + then + before + keys
  }

  var isWrong: Bool { kind == .rollBack || kind == .sampleRatioMismatch }
}

/// `vigia experiment --json`: the shape others rely on. What is not finite, or not known, is null.
struct ExperimentFigures: Encodable, Sendable {
  private let n: Arms
  private let events: Arms
  private let eValue: Double?
  private let pValue: Double?
  private let interval: [Double]?
  private let sampleRatioP: Double?
  private let verdict: String
  private let why: String

  private struct Arms: Encodable, Sendable {
    let champion: Int
    let challenger: Int

    init(_ counts: ByArm<Int>) {
      champion = counts.champion
      challenger = counts.challenger
    }
  }

  init(_ report: ExperimentReport) {
    n = Arms(report.evidence.trials)
    events = Arms(report.evidence.events)
    eValue = Self.eValue(report.evidence.logE)
    pValue = report.evidence.p
    interval = report.evidence.interval.map { [$0.low, $0.high] }
    sampleRatioP = report.sampleRatioP
    verdict = report.kind.rawValue
    why = Output.harmless(report.why)
  }

  /// Beyond what a number holds, the largest it does: null would say that there is no evidence.
  static func eValue(_ logE: Double) -> Double { min(exp(logE), .greatestFiniteMagnitude) }

  private enum CodingKeys: String, CodingKey {
    case n, events
    case eValue = "e_value"
    case pValue = "p_value"
    case interval
    case sampleRatioP = "srm_p"
    case verdict, why
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(n, forKey: .n)
    try container.encode(events, forKey: .events)
    try container.encode(eValue, forKey: .eValue)
    try container.encode(pValue, forKey: .pValue)
    try container.encode(interval, forKey: .interval)
    try container.encode(sampleRatioP, forKey: .sampleRatioP)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(why, forKey: .why)
  }
}
