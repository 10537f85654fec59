/// Performs the demo's acts at their times, as a release job would.
package struct DemoDirector: Sendable {
  private let acts: [DemoAct]

  package init(acts: [DemoAct]) { self.acts = acts }

  /// Returns after the last act, or as soon as the task is cancelled.
  package func run(
    clock: some Clock<Duration>,
    promote: @Sendable (_ model: String, _ version: String) async -> Void
  ) async {
    let start = clock.now
    for act in acts {
      do {
        try await clock.sleep(until: start.advanced(by: .seconds(act.time)), tolerance: nil)
      } catch {
        return
      }
      await promote(act.model, act.version)
    }
  }
}
