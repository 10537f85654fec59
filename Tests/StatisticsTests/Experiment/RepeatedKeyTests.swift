import Testing

@testable import Statistics

struct RepeatedKeyTests {
  @Test func `an arm whose known keys go on asking is not silent`() {
    var script = ExperimentScript()
    #expect(script.pass(600, requests: arms(10, 10)).kind == .promote)
    var batch = ExperimentBatch(share: 0.5)
    batch.repeated[.errors] = arms(10, 10)
    batch.repeated[.slowRequests] = arms(10, 10)
    let later = script.now + 400
    script.judge.observe(batch, at: later)
    #expect(script.judge.step(at: later).kind == .promote)
    // Where those of one arm alone do, the other is.
    batch.repeated = [.errors: arms(10, 0), .slowRequests: arms(10, 0)]
    script.judge.observe(batch, at: later + 400)
    let silent = script.judge.step(at: later + 400)
    #expect(silent.kind == .keep && silent.why == "no requests of the challenger for 7 min")
  }

  @Test func `what fails like the champion is not fit to promote where both fail`() {
    var script = ExperimentScript()
    let verdict = script.pass(900, requests: arms(10, 10), errors: arms(10, 10))
    #expect(verdict.kind != .promote, "\(verdict.why)")
  }
}

private func arms(_ champion: Int, _ challenger: Int) -> ByArm<Int> {
  ByArm(champion: champion, challenger: challenger)
}
