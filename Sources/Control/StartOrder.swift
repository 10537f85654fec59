import Domain

/// In which order a start brings versions into memory: the champions of all models first, then what a pin lets answer,
/// then the rest; of each model nothing else before its champion, whose signature a remote version may need. Pure.
struct StartOrder {
  /// Not begun yet, in the order of their turn.
  private var waiting: [ModelVersion]
  /// The champions that are not settled, by model.
  private var early: [String: String]

  /// - Parameter deployments: in the order in which their models are shown.
  init(_ deployments: [Deployment]) {
    early = [:]
    var (champions, pinned, others): ([ModelVersion], [ModelVersion], [ModelVersion]) = ([], [], [])
    for deployment in deployments {
      let model = deployment.model
      early[model] = deployment.champion
      champions.append(ModelVersion(model: model, version: deployment.champion))
      for version in deployment.pinnedVersions.sorted(by: ModelVersion.isOrdered)
      where version != deployment.champion {
        let version = ModelVersion(model: model, version: version)
        if version.version == deployment.answering {
          pinned.append(version)
        } else {
          others.append(version)
        }
      }
    }
    waiting = champions + pinned + others
  }

  /// What to load next; nil while nothing may begin, or at the end.
  mutating func next() -> ModelVersion? {
    let index = waiting.firstIndex { version in
      early[version.model].map { $0 == version.version } ?? true
    }
    return index.map { waiting.remove(at: $0) }
  }

  /// It is in memory, or cannot be.
  mutating func settled(_ version: ModelVersion) {
    if early[version.model] == version.version { early[version.model] = nil }
  }
}
