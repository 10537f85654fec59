import Domain

/// A deployment that is stored otherwise than the chain holds it.
package struct DeploymentDifference: Codable, Sendable, Equatable {
  package var model: String
  /// The chain's row that holds it; nil: none does.
  package var sequence: Int64?
  package var expected: String
  package var found: String
}

extension DeploymentDifference {
  /// - Parameters:
  ///   - expected: as the chain holds it; nil: it does not know the model.
  ///   - found: the stored row; nil: there is none.
  init(model: String, expected: ProvenDeployment?, found: StoredDeployment?) {
    self.model = model
    sequence = expected?.sequence
    let wanted = expected?.deployment
    guard let wanted, let stored = found?.deployment else {
      self.expected = wanted?.shortly ?? "none"
      self.found = found.map { $0.deployment?.shortly ?? "a row that cannot be read" } ?? "none"
      return
    }
    let pairs = zip(wanted.facts, stored.facts).filter { $0 != $1 }
    guard !pairs.isEmpty else {
      self.expected = wanted.shortly
      self.found =
        stored == wanted
        ? "the same as revision \(found?.revision ?? 0)" : "the same with another history"
      return
    }
    self.expected = pairs.map(\.0).joined(separator: ", ")
    self.found = pairs.map(\.1).joined(separator: ", ")
  }
}

extension DeploymentDifference: CustomStringConvertible {
  package var description: String {
    let proof = sequence.map { "audit row \($0) says" } ?? "the audit rows say"
    return "the deployment of \(model) is not what \(proof): expected \(expected), found \(found)"
  }
}

/// What a row of the chain, whose hash is right, says of a model.
struct ProvenDeployment: Equatable {
  var sequence: Int64
  var deployment: Deployment
}

/// A row of the table `deployment`.
struct StoredDeployment: Equatable {
  var revision: Int64?
  /// Nil when it cannot be read.
  var deployment: Deployment?

  func isSame(as other: Deployment) -> Bool {
    deployment == other && revision == other.revision
  }
}

extension Deployment {
  var shortly: String { "champion \(champion) at revision \(revision)" }

  /// What is in force, a phrase a fact.
  fileprivate var facts: [String] {
    [
      "model \(model)", "champion \(champion)", "revision \(revision)",
      challenger.map { "challenger \($0.version) at \($0.weight)" } ?? "no challenger",
      shadow.map { "shadow \($0)" } ?? "no shadow",
      pin.map { "pin \($0.version)" } ?? "no pin",
      rollbackTarget.map { "rollback to \($0)" } ?? "no rollback target",
      freeze == nil ? "no freeze" : "a freeze", "\(limits?.count ?? 0) limits",
      quarantine.isEmpty
        ? "no quarantine" : "quarantine of \(quarantine.keys.sorted().joined(separator: ", "))",
    ]
  }
}
