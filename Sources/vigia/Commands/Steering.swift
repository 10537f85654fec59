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
    var (misses, isTold) = (0, false)
    while misses < 5 {
      if let known = try? await client.outcome(of: command.id) { return known }
      // A version is tried and loaded for as long as the server allows, which may be minutes.
      if case .load(let model, let version) = command.action, await isLoading(model, version) {
        misses = 0
        if !isTold { Output.note("vigia: still loading; Ctrl-C leaves it to the server") }
        isTold = true
      } else {
        misses += 1
      }
      try? await Task.sleep(for: .milliseconds(400))
    }
    return outcome
  }

  private func isLoading(_ model: String, _ version: String?) async -> Bool {
    guard let models = try? await client.status().models else { return false }
    return models.first { $0.name == model }?.versions.contains { one in
      one.state == .loading && (version == nil || one.version == version)
    } ?? false
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
