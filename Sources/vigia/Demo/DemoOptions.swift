/// How a demo is to run.
package struct DemoOptions: Sendable, Equatable {
  /// Requests per second, of all models together, at speed 1.
  package var rate: Double
  /// How much faster than on the wall the demo's clock runs: requests, the incident and the labels alike.
  package var speed: Double
  /// The same seed gives the same sequence of requests.
  package var seed: UInt64
  package var incident: DemoIncident

  package init(
    rate: Double = 200, speed: Double = 1, seed: UInt64 = 1, incident: DemoIncident = .none
  ) {
    self.rate = rate
    self.speed = speed
    self.seed = seed
    self.incident = incident
  }

  /// Seconds of the demo's clock after which the incident begins: the release job promotes the bad version, the column
  /// breaks, the flood starts.
  package static let incidentTime = 30.0
  /// And how many after the promotion the traffic reaches the rows on which it fails: a preflight before must have
  /// nothing to find.
  static let incidentDelay = 4.0
  /// How late the truth is known.
  static let labelDelay = 5.0

  package var requestsPerSecond: Double { rate * speed }
  /// Seconds on the wall after the start at which the incident begins; nil where there is none.
  package var incidentBegin: Double? { incident == .none ? nil : Self.incidentTime / speed }
}

package enum DemoIncident: String, Sendable, CaseIterable {
  case none
  /// A release job promotes a version that turns out slow and failing.
  case badRelease = "bad-release"
  /// An upstream job stops filling one column: no version is at fault, and no rollback helps.
  case featureBreak = "feature-break"
  /// A client of its own sends more than there is room for.
  case overload
}

/// Something that the demo does to the server.
package struct DemoAct: Sendable, Equatable {
  /// Seconds on the wall after the start.
  package var time: Double
  package var model: String
  package var version: String
}

extension DemoManifest {
  /// What happens in a demo beside the traffic, in order.
  package func acts(_ options: DemoOptions) -> [DemoAct] {
    switch options.incident {
    case .none, .featureBreak, .overload: return []
    case .badRelease:
      return models.compactMap { model in
        guard let version = model.incidentVersion, model.incidentRow != nil else { return nil }
        let time = DemoOptions.incidentTime / options.speed
        return DemoAct(time: time, model: model.name, version: version)
      }
    }
  }

  /// Whether the manifest names what the incident needs.
  package func canShow(_ incident: DemoIncident) -> Bool {
    switch incident {
    case .none: true
    case .badRelease: models.contains { $0.incidentVersion != nil && $0.incidentRow != nil }
    case .featureBreak: models.contains { $0.brokenFeature != nil }
    case .overload: models.contains { $0.flood != nil }
    }
  }
}
