import Domain
import Foundation

/// Which models and versions the repository holds, and whether those of the configuration are among them.
package struct RepositoryCheck: Sendable {
  package var configuration: VigiaConfiguration

  package init(configuration: VigiaConfiguration) { self.configuration = configuration }

  package func checks() -> [DoctorCheck] {
    let name = "models"
    let repository = configuration.modelRepository
    guard let models = Self.folders(in: repository) else {
      return [
        DoctorCheck(
          name, .fail, "\(repository): no such folder",
          action: "name it with model_repository or VIGIA_MODEL_REPOSITORY")
      ]
    }
    guard !models.isEmpty else {
      return [
        DoctorCheck(
          name, .fail, "\(repository) is empty",
          action: "put models there as NAME/VERSION/model.onnx")
      ]
    }
    var checks: [DoctorCheck] = []
    var summary: [String] = []
    for model in models {
      let versions = Self.versions(of: model, in: repository)
      if versions.isEmpty {
        checks.append(
          DoctorCheck(
            name, .fail, "\(repository)/\(model) has no version",
            action: "put its file at \(model)/1/model.onnx, or take the folder away"))
      } else {
        summary.append("\(model) \(versions.joined(separator: ","))")
      }
      checks += missing(model, among: versions)
    }
    for model in configuration.models
    where !models.contains(model.name)
      && model.versions.contains(where: { model.remotes[$0] == nil })
    {
      checks.append(
        DoctorCheck(
          name, .fail, "the configuration has \(model.name), \(repository) has not",
          action: "correct models in the configuration, or bring the model"))
    }
    if !summary.isEmpty {
      checks.insert(
        DoctorCheck(name, .ok, "\(repository): \(summary.joined(separator: "; "))"), at: 0)
    }
    return checks
  }

  private func missing(_ model: String, among versions: [String]) -> [DoctorCheck] {
    guard !versions.isEmpty, let wanted = configuration.model(model)?.versions else { return [] }
    let remotes = configuration.model(model)?.remotes ?? [:]
    return wanted.filter { !versions.contains($0) && remotes[$0] == nil }.map { version in
      DoctorCheck(
        "models", .fail,
        "\(model)@\(version) is configured, but there is no \(model)/\(version)/model.onnx",
        action: "bring the file, or name a version that is there")
    }
  }

  /// Names of the folders inside, hidden ones apart; nil when there is no such folder.
  private static func folders(in path: String) -> [String]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
    return names.filter { name in
      var isDirectory = ObjCBool(false)
      return !name.hasPrefix(".")
        && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
        && isDirectory.boolValue
    }.sorted()
  }

  private static func versions(of model: String, in repository: String) -> [String] {
    (folders(in: "\(repository)/\(model)") ?? []).filter {
      FileManager.default.fileExists(atPath: "\(repository)/\(model)/\($0)/model.onnx")
    }.sorted(by: ModelVersion.isOrdered)
  }
}
