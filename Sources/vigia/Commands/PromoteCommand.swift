import ArgumentParser
import Domain
import Foundation
import Integrations
import Statistics

/// `vigia model promote`: made for CI pipelines. Its exit code is the answer of the preflight and of a short watch.
struct PromoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote", abstract: "Make a version the champion.",
    discussion: """
      The preflight loads the version, checks its file and signature, and asks it the model's recent requests. \
      With --wait the new champion is watched: exit 1 when it fails its objective, and nothing is rolled back \
      by itself.

        vigia model promote electricity 2 --wait --expect-from 9f3c1a7e --reason "release 2026-11-22"
      """)
  @Argument(help: "The model's name.") var model: String
  @Argument(help: "The version.") var version: String
  @Option(
    help: ArgumentHelp(
      "Refuse unless the present champion's file has this SHA-256 (8 digits or more).",
      valueName: "sha"))
  var expectFrom: String?
  @Option(
    help: ArgumentHelp(
      "Refuse unless the version's own file has this SHA-256 (8 digits or more).",
      valueName: "sha"))
  var expect: String?
  @Flag(help: "Watch the new champion before exiting.") var wait = false
  @Option(help: "How long to watch, in seconds.") var watch = 20
  @Flag(help: "Go on although the preflight did not pass; the ledger says so.") var unverified =
    false
  @OptionGroup var steering: SteeringOptions

  func validate() throws {
    guard (1...3_600).contains(watch) else {
      throw ValidationError("--watch takes 1 through 3600 seconds, found \(watch)")
    }
  }

  func run() async throws {
    try await steering.connection.withClient { client in
      try await Steering(client: client, json: steering.json).send(
        .promote(model: model, version: version, verification: unverified ? .waived : .required),
        reason: steering.reason, origin: isPipeline ? .job : .cli,
        expecting: .init(championSHA256: expectFrom, targetSHA256: expect))
      if wait { try await watch(client) }
    }
  }

  private var isPipeline: Bool { ProcessInfo.processInfo.environment["CI"] != nil }

  /// Follows what the champion is sent since the promotion, and nothing before.
  private func watch(_ client: ConsoleClient) async throws {
    Output.note("watching \(model) \(version) for \(watch) s ...")
    let end = ContinuousClock.now + .seconds(watch)
    var snapshot: SystemSnapshot?
    for try await delta in client.snapshots() {
      snapshot = delta.applied(to: snapshot)
      guard let model = snapshot?.model(model) else { continue }
      guard model.deployment.champion == version else {
        throw CommandFailure.found(
          "\(model.name) \(version) is the champion no longer: "
            + (model.lastChange?.summary ?? "somebody changed it"))
      }
      if let wrong = Self.fault(of: model, version) { throw CommandFailure.found(wrong) }
      if ContinuousClock.now >= end { break }
    }
    guard let model = snapshot?.model(model) else {
      throw CommandFailure.unreachable("the connection was lost while watching")
    }
    guard let figures = model.version(version)?.recent.sinceChange, figures.requests > 0 else {
      throw CommandFailure.found(
        "\(model.name) \(version) is the champion, but no request came in \(watch) s: unproven")
    }
    Output.note(
      "\(model.name) \(version) holds: \(figures.requests) requests, \(figures.errors) errors")
  }

  /// What is surely wrong, at 95 %: errors or slow answers beyond the objective.
  private static func fault(of model: ModelSnapshot, _ version: String) -> String? {
    guard let figures = model.version(version)?.recent.sinceChange else { return nil }
    let allowed = 1 - (model.objective?.availability ?? 0.999)
    let errors = WilsonInterval(successes: figures.errors, trials: figures.requests)
    if errors.low > allowed {
      return String(
        format: "%@ %@ fails: %lld of %lld requests, the objective allows %.3g %%", model.name,
        version, figures.errors, figures.requests, allowed * 100)
    }
    if let objective = model.objective {
      let interval = WilsonInterval(successes: figures.slow, trials: figures.requests)
      if interval.low > 1 - objective.latencyObjective {
        return String(
          format: "%@ %@ is slow: %lld of %lld answers beyond %.3g ms", model.name, version,
          figures.slow, figures.requests, objective.latency / 1_000)
      }
    }
    return nil
  }
}
