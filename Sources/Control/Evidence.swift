import Domain
import Foundation

/// The counts that a decision stood on, as they go into the ledger.
struct Evidence: Codable {
  var windowSeconds = 60
  var from: Figures?
  var to: Figures?
  var preflight: [PreflightReport.Check]?
  var verification: String?
  /// So that it can be taken back.
  var before: DeploymentBefore?

  struct Figures: Codable {
    var version: String
    var requests: Int64
    var errors: Int64
    var p50: Double?
    var p99: Double?
    var slowShare: Double?
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // A value of this type always encodes: its numbers are finite and its keys are strings.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension ControlPlane {
  func evidence(
    for command: Command, change: DeploymentChange, preflight: PreflightReport?
  ) -> String {
    var evidence = Evidence()
    evidence.before = deployments[change.next.model].map(DeploymentBefore.init)
    evidence.from = change.from.flatMap { lately(of: $0, in: change.next.model) }
    evidence.to = change.to.flatMap { lately(of: $0, in: change.next.model) }
    evidence.preflight = preflight?.checks
    switch command.action {
    case .promote(_, _, let verification): evidence.verification = verification.rawValue
    case .setWeight(_, _, _, let verification), .pin(_, _, let verification):
      if preflight != nil { evidence.verification = (verification ?? .required).rawValue }
    default: break
    }
    return evidence.json
  }

  private func lately(of version: String, in model: String) -> Evidence.Figures? {
    guard let deployment = deployments[model] else { return nil }
    let recent = figures.figures(
      of: version, in: deployment, hasObjective: objective(of: model) != nil)
    guard recent.lastRequest != nil else { return nil }
    return Evidence.Figures(
      version: version, requests: recent.requests, errors: recent.errors, p50: recent.p50,
      p99: recent.p99, slowShare: recent.slowShare)
  }

  /// The minute before: what the proof compares with. Of the version that traffic leaves, else of the one that answers;
  /// where one client is limited, of all versions.
  func levelBefore(of change: DeploymentChange, _ action: Command.Action) -> RecoveryWatch.Counts {
    if case .client(let name)? = action.limitedScope {
      return figures.clients.counts(
        of: change.next.model, slowExcept: name, at: settings.clock().seconds)
    }
    return figures.lastMinute(
      of: ModelVersion(model: change.next.model, version: change.from ?? change.next.answering))
  }
}
