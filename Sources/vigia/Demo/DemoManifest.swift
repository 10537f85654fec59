package import Domain
import Foundation

/// What the demo replays: `demo.json` in a folder of examples.
package struct DemoManifest: Decodable, Sendable, Equatable {
  package var models: [Model]

  package struct Model: Decodable, Sendable, Equatable {
    package var name: String
    package var champion: String
    package var challenger: Deployment.Challenger?
    /// The version that the bad-release incident promotes.
    package var incidentVersion: String?
    /// Path of the CSV file, from the manifest's folder.
    package var stream: String
    /// Columns of the stream.
    package var features: [String]
    /// What people call them; the columns' names where it is absent.
    package var featureNames: [String]
    package var label: String
    package var input: String
    /// The output that holds the prediction.
    package var output: String
    package var task: Task
    /// Share of the requests; the shares of all models are scaled to 1.
    package var share: Double
    /// Rows count from 0.
    package var startRow: Int
    /// The first row that no model was trained on.
    package var firstUnseenRow: Int
    /// The row from which the incident's version misbehaves, since the stream changes there by itself; the feature-break incident
    /// goes round in the rows before it.
    package var incidentRow: Int?
    /// The column that the feature-break incident empties, as an index into `features`.
    package var brokenFeature: Int?
    /// Who floods this model in the overload incident.
    package var flood: Flood?
    package var objective: ServiceObjective?
  }

  package struct Flood: Decodable, Sendable, Equatable {
    /// The name by which it is counted, and can be limited.
    package var client: String
    package var rowsPerRequest: Int
    /// Requests that it sends at once.
    package var burst: Int
    /// Its requests for each of the model's own.
    package var ratio: Double

    package init(client: String, rowsPerRequest: Int, burst: Int, ratio: Double) {
      self.client = client
      self.rowsPerRequest = rowsPerRequest
      self.burst = burst
      self.ratio = ratio
    }

    private enum CodingKeys: String, CodingKey {
      case client, burst, ratio
      case rowsPerRequest = "rows_per_request"
    }
  }

  package enum Task: String, Decodable, Sendable {
    case classification, regression
  }

  package func model(_ name: String) -> Model? { models.first { $0.name == name } }
}

extension DemoManifest.Model {
  private enum CodingKeys: String, CodingKey {
    case name, champion, challenger, stream, features, label, input, output, task, share, slo, flood
    case featureNames = "feature_names"
    case incidentVersion = "incident_version"
    case startRow = "start_row"
    case firstUnseenRow = "first_unseen_row"
    case incidentRow = "incident_row"
    case brokenFeature = "broken_feature"
  }

  private struct Objective: Decodable {
    var availability: Double
    var latency: Double
    var latencyObjective: Double

    private enum CodingKeys: String, CodingKey {
      case availability
      case latency = "latency_ms"
      case latencyObjective = "latency_objective"
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    champion = try container.decode(String.self, forKey: .champion)
    challenger = try container.decodeIfPresent(Deployment.Challenger.self, forKey: .challenger)
    incidentVersion = try container.decodeIfPresent(String.self, forKey: .incidentVersion)
    stream = try container.decode(String.self, forKey: .stream)
    features = try container.decode([String].self, forKey: .features)
    featureNames =
      try container.decodeIfPresent([String].self, forKey: .featureNames) ?? features
    label = try container.decode(String.self, forKey: .label)
    input = try container.decode(String.self, forKey: .input)
    output = try container.decodeIfPresent(String.self, forKey: .output) ?? "label"
    task = try container.decode(DemoManifest.Task.self, forKey: .task)
    share = try container.decode(Double.self, forKey: .share)
    startRow = try container.decodeIfPresent(Int.self, forKey: .startRow) ?? 0
    firstUnseenRow = try container.decodeIfPresent(Int.self, forKey: .firstUnseenRow) ?? 0
    incidentRow = try container.decodeIfPresent(Int.self, forKey: .incidentRow)
    objective = try container.decodeIfPresent(Objective.self, forKey: .slo).map {
      ServiceObjective(
        availability: $0.availability, latency: $0.latency * 1_000,
        latencyObjective: $0.latencyObjective)
    }
    let broken = try container.decodeIfPresent(String.self, forKey: .brokenFeature)
    brokenFeature = broken.flatMap { featureNames.firstIndex(of: $0) }
    guard (broken == nil) == (brokenFeature == nil) else {
      throw DecodingError.dataCorruptedError(
        forKey: .brokenFeature, in: container,
        debugDescription: "is one of feature_names, found \"\(broken ?? "")\"")
    }
    flood = try container.decodeIfPresent(DemoManifest.Flood.self, forKey: .flood)
    if let flood {
      let isPossible = !flood.client.isEmpty && (1...65_536).contains(flood.rowsPerRequest)
      guard isPossible, (1...1_024).contains(flood.burst), flood.ratio > 0, flood.ratio.isFinite
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .flood, in: container,
          debugDescription: "client must be a name, rows_per_request 1 to 65536, burst 1 to 1024, "
            + "and ratio above 0")
      }
    }
    let isSound = share > 0 && share.isFinite && startRow >= 0 && firstUnseenRow >= 0
    guard isSound, (incidentRow ?? 1) > firstUnseenRow, !features.isEmpty,
      featureNames.count == features.count
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath,
          debugDescription: "share must be above 0, rows from 0 up, incident_row after "
            + "first_unseen_row, and features not empty, with a name for each in feature_names"))
    }
  }
}

/// Why the demo has nothing to show.
package enum DemoError: Error, Sendable, Equatable {
  case noExamples(searched: [String])
  case badManifest(path: String, reason: String)
  case stream(StreamError)
  case noIncident(DemoIncident, path: String)
  case cannotRecord(path: String, reason: String)
}

extension DemoError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noExamples(let searched):
      "no Examples/electricity with a demo.json; name the folder with --examples or VIGIA_EXAMPLES "
        + "(looked in \(searched.joined(separator: ", ")))"
    case .badManifest(let path, let reason): "\(path): \(reason)"
    case .stream(let error): "\(error)"
    case .noIncident(let incident, let path):
      "\(path): no model has \(incident.needs), which --incident \(incident.rawValue) needs"
    case .cannotRecord(let path, let reason): "--record \(path): \(reason)"
    }
  }
}

extension DemoIncident {
  /// What a model of the manifest must name for it.
  fileprivate var needs: String {
    switch self {
    case .none: "anything"
    case .badRelease: "incident_version and incident_row"
    case .featureBreak: "broken_feature"
    case .overload: "flood"
    }
  }
}
