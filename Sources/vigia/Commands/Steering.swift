import ArgumentParser
import Domain
import Foundation
import Integrations

/// What every command that changes something is told: why, where, and how to answer.
struct SteeringOptions: ParsableArguments {
  @Option(help: "Why; it stands in the timeline.") var reason: String
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print JSON.") var json = false

  func send(
    _ action: Command.Action, expecting expected: Command.Expectation? = nil
  ) async throws {
    try await connection.withClient { client in
      try await Steering(client: client, json: json).send(
        action, reason: reason, expecting: expected)
    }
  }
}

/// Sends one command and reports what became of it.
struct Steering {
  let client: ConsoleClient
  let json: Bool

  /// What a command's JSON says.
  struct Report: Encodable {
    var id: CommandID
    var outcome: String
    var sequence: Int64?
    var revision: Int64?
    var code: String?
    var message: String
  }

  /// Sends, and asks again by the id when the answer was lost.
  ///
  /// - Throws: `found` when it was refused, `unreachable` when its outcome stays unknown.
  func send(
    _ action: Command.Action, reason: String, origin: Command.Origin = .cli,
    expecting expected: Command.Expectation? = nil
  ) async throws {
    let command = Command(
      id: CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
      action: action, reason: reason, origin: origin, expected: expected)
    let outcome = await resolve(await client.send(command), of: command)
    let report = report(outcome, of: command.id)
    if json { try Output.json(report) }
    switch outcome {
    case .done: if !json { Output.line(report.message) }
    case .refused(let refusal):
      guard !json else { throw CommandFailure.found("refused") }
      // Only commands that have the flag are looked at before.
      let waiver =
        refusal.code == .preflightFailed
        ? "; mend it, or repeat with --unverified, which the ledger shows" : ""
      throw CommandFailure.found("refused: \(report.message)\(waiver)")
    case .unknown:
      throw CommandFailure.unreachable(
        "the outcome is unknown (\(report.message)); look with `vigia audit list` before repeating")
    }
  }

  private func resolve(_ outcome: CommandOutcome, of command: Command) async -> CommandOutcome {
    guard case .unknown = outcome else { return outcome }
    let isLoad = if case .load = command.action { true } else { false }
    let start = ContinuousClock.now
    // A version is tried and loaded for as long as the server allows, which may be minutes.
    let patience = isLoad ? Duration.seconds(900) : .seconds(2)
    var (silences, isTold) = (0, false)
    repeat {
      do {
        if let known = try await client.outcome(of: command.id) { return known }
        silences = 0
      } catch {
        silences += 1
        guard silences < 5 else { return outcome }
      }
      if isLoad, !isTold {
        isTold = true
        Output.note("vigia: still loading; Ctrl-C leaves it to the server")
      }
      try? await Task.sleep(for: .milliseconds(400))
    } while ContinuousClock.now - start < patience
    return outcome
  }

  private func report(_ outcome: CommandOutcome, of id: CommandID) -> Report {
    switch outcome {
    case .done(let sequence, let revision, let summary):
      Report(id: id, outcome: "done", sequence: sequence, revision: revision, message: summary)
    case .refused(let refusal):
      Report(id: id, outcome: "refused", code: refusal.code.rawValue, message: refusal.message)
    case .unknown(let reason): Report(id: id, outcome: "unknown", message: reason)
    }
  }
}
