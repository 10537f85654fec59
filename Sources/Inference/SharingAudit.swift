import InferenceProtocol
import Synchronization

/// Looks at requests that shared a run once more, by themselves: made-up rows show most of what makes rows depend on each other,
/// and the rows that come may show the rest.
///
/// One request of each of the first shared runs, then of ever fewer, some eight for each doubling of their number, down to
/// each `interval`th: what mixes rows mostly does so early, and there is most to lose before it is known.
final class SharingAudit: Sendable {
  private let interval: UInt64
  private let runs = Atomic<UInt64>(0)
  private let found = Atomic(0)

  /// - Parameter interval: of so many shared runs one is looked at in the long run; 0: none.
  init(interval: Int) { self.interval = UInt64(max(0, interval)) }

  /// What ended the sharing.
  enum Finding: Int {
    case nothing
    /// The last digits of an answer were others beside others.
    case lastDigits
    /// An answer was another beside others.
    case mixing
  }

  var finding: Finding { Finding(rawValue: found.load(ordering: .relaxed)) ?? .nothing }

  /// The graver one stays, whichever thread comes first.
  func note(_ finding: Finding) { found.max(finding.rawValue, ordering: .relaxed) }

  private static let eachDoubling: UInt64 = 8

  /// The largest power of two that fits `eachDoubling` times into the runs so far; 1 at least.
  private static func stride(at run: UInt64) -> UInt64 {
    let share = max(1, run / eachDoubling)
    return 1 << UInt64(63 - share.leadingZeroBitCount)
  }

  /// Counts a shared run.
  ///
  /// - Parameter jobs: of the run, one at least.
  /// - Returns: which of them to run again; nil: none.
  func place(among jobs: Int) -> Int? {
    guard interval > 0 else { return nil }
    let run = runs.wrappingAdd(1, ordering: .relaxed).newValue
    guard run % min(interval, Self.stride(at: run)) == 0 else { return nil }
    // As good as random, so that it is not always the one that came first.
    let spread = (run &* 0x9E37_79B9_7F4A_7C15) >> 32
    return Int(spread % UInt64(jobs))
  }
}

extension ModelServer {
  /// Whether requests may go on to share runs, after one that they shared: false once an answer is another without the others.
  ///
  /// - Parameters:
  ///   - parts: what each job was answered.
  ///   - again: runs a job by itself; nil where that fails, which says nothing.
  func mayShare(
    after jobs: [QueuedJob], _ parts: [[Tensor]], again: (EngineJob) -> [Tensor]?
  ) -> Bool {
    // Whoever configures batching knows the model.
    if case .on = settings.batching { return true }
    guard let place = audit.place(among: jobs.count), let alone = again(jobs[place].job) else {
      return true
    }
    switch RowIndependence.likeness(of: parts[place], to: alone) {
    case .same: return true
    case .nearly:
      // Lanes share runs of models, too, whose sums depend on how many rows there are.
      guard case .inline = plan.mode else { return true }
      audit.note(.lastDigits)
    case .different:
      audit.note(.mixing)
      forgetAnswers()
    }
    return false
  }
}
