import Domain
import Foundation

/// What has to outlive a restart.
extension JudgementBoard {
  /// A copy of what the watches remember, to be written by somebody who may take time for it.
  struct Memories: Sendable {
    var drift: [ModelVersion: DriftWatch.Memory]
    var concept: [ModelVersion: ConceptWatch.Memory]
    /// Nil where there is no comparison, or not any more: the former must not come back with the next of the same name.
    var experiments: [String: ExperimentWatch.Memory?]

    private static func key(drift version: ModelVersion) -> String { "drift:\(version)" }
    private static func key(concept version: ModelVersion) -> String { "concept:\(version)" }

    /// Of stored keys those of versions that are not among `versions`.
    static func keys(
      in stored: some Sequence<String>, ofOthersThan versions: Set<ModelVersion>
    ) -> [String] {
      let kept = Set(versions.flatMap { [key(drift: $0), key(concept: $0)] })
      return stored.filter { key in
        (key.hasPrefix("drift:") || key.hasPrefix("concept:")) && !kept.contains(key)
      }
    }

    /// As JSON, by key.
    func encoded() -> [String: String] {
      var all: [String: String] = [:]
      func keep(_ memory: some Encodable, _ key: String) {
        if let json = try? JSONEncoder().encode(memory) {
          all[key] = String(decoding: json, as: UTF8.self)
        }
      }
      for (version, memory) in drift { keep(memory, Self.key(drift: version)) }
      for (version, memory) in concept { keep(memory, Self.key(concept: version)) }
      for (name, memory) in experiments { keep(memory, "experiment:\(name)") }
      return all
    }
  }

  /// References in the making; of versions that nobody asked since the start as they were then.
  var collected: [ModelVersion: ReferenceCollection] {
    var all = collections
    for (version, watch) in drift { all[version] = watch.collection }
    return all
  }

  var memories: Memories {
    Memories(
      drift: drift.mapValues(\.remembered), concept: concept.mapValues(\.memory),
      // One that was not gone on with yet stands as it was stored.
      experiments: models.filter { remembered["experiment:\($0.key)"] == nil }
        .mapValues { $0.experiment?.remembered })
  }

  /// Of those that may have concluded what the events say.
  func memories(after events: [Event]) -> Memories {
    let versions = Set(events.compactMap(\.concluded))
    let models = Set(versions.map(\.model))
    var some = memories
    some.drift = some.drift.filter { versions.contains($0.key) }
    some.concept = some.concept.filter { versions.contains($0.key) }
    some.experiments = some.experiments.filter { models.contains($0.key) }
    return some
  }

  /// The error budget's days that may have changed, by model.
  func budgets() -> [String: [Int64: String]] {
    models.compactMapValues { model in
      model.objectives?.days.suffix(2).reduce(into: [:]) { days, day in
        if let json = try? JSONEncoder().encode(day) {
          days[day.start] = String(decoding: json, as: UTF8.self)
        }
      }
    }
  }
}

extension JudgementBoard.Event {
  /// The version of which a judge has concluded something that it must not forget; nil: nothing new is said.
  var concluded: ModelVersion? {
    switch self {
    case .reference: return nil
    case .judgement(let record):
      switch record.content {
      case .effects, .standing: return nil
      case .drift, .quality, .experiment, .reference: return record.version
      }
    case .told(_, let version, _): return version
    }
  }
}
