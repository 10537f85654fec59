import Foundation

/// Finds and reads the configuration: flags beat the environment, the environment beats the file.
package struct ConfigurationLoader: Sendable {
  package var environment: [String: String]
  package var workingDirectory: String
  /// Values of flags, by setting; for a flag without a value, "true".
  package var flags: [Setting: String]

  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    workingDirectory: String = FileManager.default.currentDirectoryPath,
    flags: [Setting: String] = [:]
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.flags = flags
  }

  /// The configuration, unless something in it is an error, and all that is wrong with it.
  package typealias Result = (
    configuration: VigiaConfiguration?, diagnostics: [ConfigurationDiagnostic]
  )

  /// Reads the file that `--config` or `VIGIA_CONFIG` names, else `vigia.yaml` in the working directory.
  ///
  /// - Parameter needsFile: whether it is an error that there is none; else the standard values hold.
  package func load(file: String? = nil, needsFile: Bool = false) -> Result {
    let named = file ?? environment["VIGIA_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    let path = named ?? "vigia.yaml"
    let location = FilePath.absolute(path, in: workingDirectory)
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: location))
    } catch {
      let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
      if isMissing, named == nil, !needsFile { return load(text: nil, path: path) }
      let problem: ConfigurationProblem =
        isMissing ? .missingFile : .unreadableFile(reason: Self.reason(error, at: location))
      return (nil, [ConfigurationDiagnostic(.file(path: path), problem)])
    }
    guard let text = String(data: data, encoding: .utf8) else {
      return (nil, [ConfigurationDiagnostic(.file(path: path), .notUTF8)])
    }
    return load(text: text, path: path)
  }

  /// Reads a text as if it stood in the file `path`; nil stands for no file at all.
  package func load(text: String?, path: String = "vigia.yaml") -> Result {
    let folder =
      text == nil
      ? workingDirectory : FilePath.folder(of: FilePath.absolute(path, in: workingDirectory))
    var reader = ConfigurationReader(folder: folder, workingDirectory: workingDirectory)
    var values: [Setting: SourcedValue] = [:]
    if let text {
      do {
        guard let root = try YAMLText.parse(text, path: path) else {
          return (nil, [ConfigurationDiagnostic(.file(path: path), .emptyFile)])
        }
        values = reader.settings(inFile: root)
      } catch {
        return (nil, [error])
      }
    }
    reader.addVariables(environment, to: &values)
    reader.addFlags(flags, to: &values)
    var configuration = reader.configuration(
      from: values, standardDataDirectory: text == nil ? stateFolder : folder + "/var")
    configuration.file = text == nil ? nil : path
    let isSound = !reader.diagnostics.contains(where: \.isError)
    // Those of the file first; the sort is stable.
    let diagnostics = reader.diagnostics.sorted { left, right in
      (left.position ?? (.max, 0)) < (right.position ?? (.max, 0))
    }
    return (isSound ? configuration : nil, diagnostics)
  }

  /// Where the data goes when no file says so: not into whatever folder someone happens to be in.
  private var stateFolder: String {
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
      return folder + "/vigia"
    }
    return FilePath.absolute(".local/state/vigia", in: environment["HOME"] ?? workingDirectory)
  }

  private static func reason(_ error: any Error, at path: String) -> String {
    var isDirectory = ObjCBool(false)
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      return "it is a folder"
    }
    switch (error as? CocoaError)?.code {
    case .fileReadNoPermission: return "permission denied"
    default: return "\((error as? CocoaError)?.underlying ?? error)"
    }
  }
}
