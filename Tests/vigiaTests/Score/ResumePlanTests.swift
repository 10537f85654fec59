import Domain
import Testing
import vigia

@Suite struct ResumePlanTests {
  private static let names = OutputNames(output: "out.csv")
  private static let job = ScoreProgress.Job(
    model: ModelVersion(model: "m", version: "1"), sha256: "abc",
    input: .init(bytes: 10, modified: 1, head: "h"), options: ["id": "key"], rows: 64)

  private func progress(_ change: (inout ScoreProgress.Job) -> Void = { _ in }) -> ScoreProgress {
    var job = Self.job
    change(&job)
    return ScoreProgress(job: job, position: .init(offset: 5, line: 2, row: 2))
  }

  private func plan(
    _ found: ResumePlan.Found, restarts: Bool = false, force: Bool = false
  ) throws -> ResumePlan {
    try ResumePlan(found, job: Self.job, names: Self.names, restarts: restarts, force: force)
  }

  @Test func `a run begins where nothing is, and goes on where one stopped`() throws {
    #expect(try plan(.init()) == .begin)
    #expect(try plan(.init(part: true, progress: .found(progress()))) == .goOn(progress()))
    // The output is that of an earlier run, which --force was to replace.
    #expect(
      try plan(.init(output: true, part: true, progress: .found(progress()))) == .goOn(progress()))
    var complete = progress()
    complete.isComplete = true
    #expect(try plan(.init(output: true, progress: .found(complete))) == .finish(complete))
    // How many rows a run has is the first sitting's choice.
    #expect(
      try plan(.init(progress: .found(progress { $0.rows = 8 }))) == .goOn(progress { $0.rows = 8 })
    )
  }

  @Test func `what is done is replaced only by force, and what is not only by restarting`() throws {
    #expect(throws: ScoreError.self) { try plan(.init(output: true)) }
    #expect(try plan(.init(output: true), force: true) == .begin)
    #expect(throws: ScoreError.self) { try plan(.init(output: true), restarts: true) }
    #expect(throws: ScoreError.self) { try plan(.init(part: true)) }
    #expect(throws: ScoreError.self) { try plan(.init(part: true, progress: .unreadable)) }
    #expect(try plan(.init(part: true, progress: .unreadable), restarts: true) == .begin)
    #expect(try plan(.init(part: true, progress: .found(progress())), restarts: true) == .begin)
  }

  /// How a job differs, and what is said of it.
  struct Difference: Sendable {
    var text: String
    var change: @Sendable (inout ScoreProgress.Job) -> Void

    init(_ text: String, _ change: @escaping @Sendable (inout ScoreProgress.Job) -> Void) {
      self.text = text
      self.change = change
    }
  }

  @Test(arguments: [
    Difference("begun with m@2, now m@1") { $0.model.version = "2" },
    Difference("another file then (SHA-256 def") { $0.sha256 = "def" },
    Difference("the input is another one (11 bytes then, 10 now)") { $0.input.bytes = 11 },
    Difference("the input is another one") { $0.input.head = "x" },
    Difference("the input was modified since") { $0.input.modified = 2 },
    Difference("--id was not given, now it is key") { $0.options = [:] },
    Difference("--keep was given, now it is not given") { $0.options["keep"] = "given" },
  ])
  func `another model, input or option is refused with the difference`(
    _ difference: Difference
  ) {
    let error = #expect(throws: ScoreError.self) {
      try plan(.init(part: true, progress: .found(progress(difference.change))))
    }
    #expect(error?.description.contains(difference.text) == true, "\(String(describing: error))")
    #expect(error?.description.contains("--restart") == true)
  }
}
