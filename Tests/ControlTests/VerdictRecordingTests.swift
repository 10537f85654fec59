import Foundation
import Statistics
import Testing

@testable import Control

/// What of a comparison's verdicts comes into the ledger.
struct VerdictRecordingTests {
  /// Seconds at which something is recorded, and what.
  private static func recorded(
    _ recording: inout VerdictRecording, _ stretches: [(ExperimentVerdict.Kind, Int64)]
  ) -> [String] {
    var (now, found) = (Int64(1_000), [String]())
    for (kind, seconds) in stretches {
      for _ in 0..<seconds {
        if recording.step(kind, now: now) { found.append("\(now - 1_000) \(kind.rawValue)") }
        now += 1
      }
    }
    return found
  }

  private static func recorded(_ stretches: [(ExperimentVerdict.Kind, Int64)]) -> [String] {
    var recording = VerdictRecording()
    return recorded(&recording, stretches)
  }

  @Test func `a verdict that flaps is recorded once, when it stands`() {
    let flapping = (0..<50).flatMap { _ in
      [(ExperimentVerdict.Kind.keep, Int64(20)), (.withheld, Int64(20))]
    }
    #expect(Self.recorded(flapping).isEmpty)
    #expect(Self.recorded(flapping + [(.keep, 100)]) == ["2060 keep"])
    #expect(Self.recorded([(.keep, 100), (.withheld, 30), (.keep, 100)]) == ["60 keep"])
  }

  @Test func `a rollback is recorded at once`() {
    #expect(Self.recorded([(.keep, 10), (.rollBack, 90)]) == ["10 roll_back"])
  }

  @Test func `collecting is never recorded, and lets the next verdict be told again`() {
    #expect(
      Self.recorded([(.keep, 70), (.collecting, 30), (.keep, 90), (.collecting, 70), (.keep, 70)])
        == ["60 keep", "320 keep"])
  }

  @Test func `what an older Vigia recorded at once is not recorded again`() throws {
    var judge = ExperimentJudge(policy: ExperimentPolicy())
    judge.step(at: 1)
    let verdict = try #require(judge.verdict)
    #expect(verdict.kind == .collecting && VerdictRecording(recorded: verdict).recorded == nil)
    let json = Data(#"{"recorded":"keep"}"#.utf8)
    var recording = try JSONDecoder().decode(VerdictRecording.self, from: json)
    let again = Self.recorded(&recording, [(.keep, 200)])
    #expect(again.isEmpty)
  }

  @Test func `a clock that is set does not make it stand for longer`() {
    var recording = VerdictRecording()
    var told = [recording.step(.promote, now: 100)]
    recording.clockMoved(by: 3_600)
    told += [3_759, 3_760].map { recording.step(.promote, now: $0) }
    #expect(told == [false, false, true])
  }
}
