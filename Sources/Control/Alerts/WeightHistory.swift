import Domain
import PromQL

/// Each version's share of the traffic before the start, as the ledger has it: rules for the minutes after a change look
/// back on it, and a restart is no reason to forget the change.
enum WeightHistory {
  /// Seconds: as far as a rule looks for a change.
  static let reach: Int64 = 900
  private static let step: Int64 = 15

  /// - Parameters:
  ///   - past: with the rows since `reach` before now.
  ///   - versions: by model; one that served nothing then had no share.
  static func series(_ past: LedgerPast, versions: [String: [String]], now: Int64) -> [Series] {
    let moments = stride(from: now - reach, to: now, by: Int(step)).map { moment in
      var then = past
      then.moment = Timestamp(seconds: moment)
      return then
    }
    return versions.sorted { $0.key < $1.key }.flatMap { model, versions in
      let deployments = moments.map { ($0.moment, $0.deployment(of: model)) }
      return versions.map { version in
        let labels = [("model", model), ("version", version)].map {
          LabelSet.Label(name: $0.0, value: $0.1)
        }
        return Series(
          labels: LabelSet(name: SeriesCatalogue.weight.name, pairs: labels),
          samples: deployments.compactMap { moment, deployment in
            deployment.map { Sample(time: moment.seconds * 1_000, value: $0.share(of: version)) }
          })
      }
    }
  }
}
