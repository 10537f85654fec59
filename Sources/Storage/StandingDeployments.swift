package import Domain

/// What was in force last, as far as a damaged ledger and what is kept beside it still say.
package struct StandingDeployments: Sendable, Equatable {
  /// By model.
  package private(set) var deployments: [String: Deployment] = [:]
  /// Where each is from.
  private(set) var sources: [String: Source] = [:]

  enum Source: Sendable, Hashable {
    /// A row of the chain.
    case chain
    /// `deployment.mirror`, as of an audit row.
    case mirror(sequence: Int64)
    /// The stored row, for which nothing vouches.
    case table
  }

  /// The chain is the proof. Where it may have lost its end, the mirror knows more when it was written later; what neither
  /// of them holds is as it is stored.
  ///
  /// - Parameter isChainWhole: nothing is wrong but the stored deployments themselves.
  init(
    proven: [String: ProvenDeployment], mirror: DeploymentMirror?, stored: [String: Deployment],
    isChainWhole: Bool
  ) {
    let newest = proven.values.map(\.sequence).max() ?? 0
    let isMirrorNewer = !isChainWhole && (mirror?.sequence ?? 0) > newest
    for (model, known) in proven { take(known.deployment, model, from: .chain) }
    if isChainWhole, !proven.isEmpty { return }
    if let mirror {
      for (model, known) in mirror.deployments where isMirrorNewer || deployments[model] == nil {
        take(known, model, from: .mirror(sequence: mirror.sequence))
      }
    }
    for (model, found) in stored {
      // Without a mirror a row that the chain has lost may have made what is stored.
      let isNewer = mirror == nil && found.revision > deployments[model]?.revision ?? .min
      if isNewer || deployments[model] == nil { take(found, model, from: .table) }
    }
  }

  private mutating func take(_ deployment: Deployment, _ model: String, from source: Source) {
    deployments[model] = deployment
    sources[model] = source
  }
}

extension StandingDeployments: CustomStringConvertible {
  /// One sentence for whoever is on call.
  package var description: String {
    guard !sources.isEmpty else {
      return "What was in force is not known any more: each model is served as the configuration "
        + "says; look at the champions"
    }
    let told = Set(sources.values).map { source in
      switch source {
      case .chain: "the audit rows say"
      case .mirror(let sequence): "\(DeploymentMirror.fileName) held at audit row \(sequence)"
      case .table: "the damaged file still shows"
      }
    }
    let served = deployments.values.sorted { $0.model < $1.model }
      .map { "\($0.model) champion \($0.champion)" }
    return "Served is what \(told.sorted().joined(separator: " and what ")): "
      + served.joined(separator: ", ") + "; changes are refused until `vigia audit repair`, except "
      + "a break-glass rollback"
  }
}
