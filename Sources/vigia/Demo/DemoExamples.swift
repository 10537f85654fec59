import Foundation
import Storage

/// The folder that holds the demo's manifest, models and streams.
package struct DemoExamples: Sendable, Equatable {
  /// Absolute.
  package let folder: String
  package let manifest: DemoManifest

  package var manifestPath: String { folder + "/demo.json" }
  package var modelRepository: String { folder + "/models" }

  package func streamPath(of model: DemoManifest.Model) -> String {
    FilePath.absolute(model.stream, in: folder)
  }

  /// Reads the manifest of the folder that the flag names, else `VIGIA_EXAMPLES`, else `Examples/electricity` in the working
  /// directory or in a parent of the executable's folder.
  package static func locate(
    flag: String?, environment: [String: String], workingDirectory: String, executable: String?
  ) throws(DemoError) -> DemoExamples {
    let candidates = candidates(
      flag: flag, environment: environment, workingDirectory: workingDirectory,
      executable: executable)
    guard
      let folder = candidates.first(where: {
        FileManager.default.fileExists(atPath: $0 + "/demo.json")
      })
    else { throw .noExamples(searched: candidates) }
    return try DemoExamples(folder: folder)
  }

  /// Where it is searched, in order. A folder that was named is the only candidate.
  package static func candidates(
    flag: String?, environment: [String: String], workingDirectory: String, executable: String?
  ) -> [String] {
    let variable = environment["VIGIA_EXAMPLES"].flatMap { $0.isEmpty ? nil : $0 }
    if let named = flag ?? variable {
      let folder = FilePath.absolute(named, in: workingDirectory)
      return [folder, folder + "/electricity"]
    }
    var folders = [FilePath.absolute("Examples/electricity", in: workingDirectory)]
    var parent = executable.map { FilePath.folder(of: FilePath.absolute($0, in: workingDirectory)) }
    while let folder = parent {
      let candidate = FilePath.absolute("Examples/electricity", in: folder)
      if !folders.contains(candidate) { folders.append(candidate) }
      parent = folder == "/" ? nil : FilePath.folder(of: folder)
    }
    return folders
  }

  package init(folder: String) throws(DemoError) {
    let path = folder + "/demo.json"
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      manifest = try JSONDecoder().decode(DemoManifest.self, from: data)
    } catch let error as DecodingError {
      throw .badManifest(path: path, reason: Self.reason(error))
    } catch {
      throw .badManifest(path: path, reason: "it cannot be read")
    }
    guard !manifest.models.isEmpty else {
      throw .badManifest(path: path, reason: "models is empty")
    }
    self.folder = folder
  }

  /// The configuration under which the demo is served.
  package func configuration(port: Int, dataDirectory: String) -> VigiaConfiguration {
    var configuration = VigiaConfiguration(
      dataDirectory: dataDirectory, modelRepository: modelRepository)
    configuration.listen = ListenAddress(host: "127.0.0.1", port: port)
    configuration.environment = "demo"
    configuration.models = manifest.models.map { model in
      var configuration = ModelConfiguration(
        name: model.name, champion: model.champion, challenger: model.challenger,
        objective: model.objective)
      configuration.capture.featureNames = model.featureNames
      return configuration
    }
    return configuration
  }

  private static func reason(_ error: DecodingError) -> String {
    let (context, problem): (DecodingError.Context, String) =
      switch error {
      case .keyNotFound(let key, let context): (context, "\"\(key.stringValue)\" is missing")
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        (context, "wrong type: \(context.debugDescription)")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "not read")
      }
    let path = context.codingPath.map { key in
      key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }
    let place = path.joined().drop { $0 == "." }
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
}
