import Dispatch
import Domain
import InferenceProtocol
import Synchronization

/// What a version made of one request.
enum PreflightAnswer: Sendable, Equatable {
  case finite
  case notFinite(output: String)
  case failed(reason: String)
  /// Not asked, or not answered in time.
  case missing

  /// Whether it is worth asking the champion whether it does any better.
  var isStumble: Bool {
    switch self {
    case .finite, .missing: false
    case .notFinite, .failed: true
    }
  }

  /// Whether `other` is as bad an answer in the same way.
  func isAs(_ other: Self) -> Bool {
    switch (self, other) {
    case (.failed, .failed): true
    default: self == other
    }
  }
}

/// Requests that a preflight asks of a version; all at once, on lanes, as probes that nothing counts.
struct PreflightQuestions {
  /// nil in the place of one that is not to be asked.
  private let requests: [InferRequest?]
  private let deadline: MonotonicTime
  private let timeout: Duration

  init(requests: [InferRequest?], deadline: MonotonicTime, timeout: Duration) {
    self.requests = requests
    self.deadline = deadline
    self.timeout = timeout
  }

  /// The same without those that are not `wanted`; places stay.
  func only(_ wanted: [Bool]) -> Self {
    Self(
      requests: zip(requests, wanted).map { $1 ? $0 : nil }, deadline: deadline, timeout: timeout)
  }

  /// - Returns: an answer for each place; `missing` where none came before the deadline.
  func answers(of slot: LoadedSlot, now: MonotonicTime) async -> [PreflightAnswer] {
    let asked = requests.count { $0 != nil }
    guard asked > 0, now < deadline else { return requests.map { _ in .missing } }
    let tally = PreflightTally(places: requests.count, expected: asked)
    _ = await withCheckedContinuation { continuation in
      tally.wait(IdleWaiter(continuation), atMost: .nanoseconds(deadline - now))
      for (place, request) in requests.enumerated() {
        if let request { ask(slot, request) { tally.note($0, at: place) } }
      }
    }
    return tally.answers
  }

  private func ask(
    _ slot: LoadedSlot, _ request: InferRequest,
    _ answered: @escaping @Sendable (PreflightAnswer) -> Void
  ) {
    // The champion may have another signature, and excuses nothing then.
    guard slot.engine.signature.takes(request) else { return answered(.missing) }
    // On a lane, since a version that hangs must not take the caller's thread with it.
    var job = EngineJob(
      inputs: request.inputs, rows: slot.engine.signature.rows(of: request.inputs),
      deadline: deadline, timeout: timeout, mayRunInline: false, isProbe: true)
    job.takeLastingParameters(of: request)
    guard slot.enter() else { return answered(.failed(reason: "it is being unloaded")) }
    slot.engine.submit(job) { answer in
      switch answer {
      case .done(let outputs, _, _):
        let bad = outputs.first { !$0.isFinite }
        answered(bad.map { .notFinite(output: $0.name) } ?? .finite)
      case .failed(let error, _, _): answered(.failed(reason: error.description))
      case .withdrawn: answered(.failed(reason: "it was withdrawn"))
      }
      slot.leave()
    }
  }
}

extension ModelSignature {
  /// Whether a request can be asked of a version with this signature.
  func takes(_ request: InferRequest) -> Bool { (try? check(request)) != nil }
}

/// Gathers the answers of a preflight, and wakes whoever waits for the last of them.
private final class PreflightTally: Sendable {
  private let state: Mutex<State>

  private struct State {
    var answers: [PreflightAnswer]
    var left: Int
    var waiter: IdleWaiter?
  }

  init(places: Int, expected: Int) {
    state = Mutex(State(answers: Array(repeating: .missing, count: places), left: expected))
  }

  var answers: [PreflightAnswer] { state.withLock { $0.answers } }

  func wait(_ waiter: IdleWaiter, atMost timeout: Duration) {
    state.withLock { $0.waiter = waiter }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .nanoseconds(Int(clamping: timeout.nanoseconds))
    ) { waiter.resume(false) }
  }

  func note(_ answer: PreflightAnswer, at place: Int) {
    let waiter = state.withLock { state -> IdleWaiter? in
      state.answers[place] = answer
      state.left -= 1
      return state.left == 0 ? state.waiter : nil
    }
    waiter?.resume(true)
  }
}
