package import Domain
import Inference
import Storage

/// Which version `MODEL` or `MODEL@VERSION` means.
package struct ModelChoice: Sendable, Equatable {
  package var version: ModelVersion
  /// Who says so, where nobody named it: for a line on standard error.
  package var reason: String?

  /// What is known of the models.
  package struct Known: Sendable {
    /// In the repository: names, and the versions of the one that is asked for, lowest first.
    package var models: [String]
    package var versions: [String]
    /// By the audited state, and by the configuration.
    package var auditedChampion: String?
    package var configuredChampion: String?
    /// Versions that run on other servers.
    package var remotes: Set<String>

    package init(
      models: [String], versions: [String], auditedChampion: String? = nil,
      configuredChampion: String? = nil, remotes: Set<String> = []
    ) {
      self.models = models
      self.versions = versions
      self.auditedChampion = auditedChampion
      self.configuredChampion = configuredChampion
      self.remotes = remotes
    }
  }

  /// The version that is named; else the champion of the audited state, else the configuration's, else the highest.
  package init(_ word: String, known: Known) throws(ScoreError) {
    let (model, named) = Self.parts(word)
    guard !known.versions.isEmpty || !known.remotes.isEmpty else {
      let hint = Spelling.nearest(to: model, among: known.models).map { "; did you mean \($0)?" }
      let names = known.models.isEmpty ? "none" : known.models.joined(separator: ", ")
      throw .usage(
        "no model \"\(model)\" in the repository; there are \(names)\(hint ?? "")")
    }
    let highest = known.versions.last
    let chosen = named ?? known.auditedChampion ?? known.configuredChampion ?? highest
    guard let chosen else {
      throw Self.isRemote(ModelVersion(model: model, version: known.remotes.sorted()[0]))
    }
    version = ModelVersion(model: model, version: chosen)
    guard !known.remotes.contains(chosen) else { throw Self.isRemote(version) }
    guard known.versions.contains(chosen) else {
      let who = named == nil ? ", which is champion" : ""
      throw .usage(
        "\(version)\(who): no such version in the repository; there are "
          + "\(known.versions.joined(separator: ", ")); name one as \(model)@\(highest ?? "1")")
    }
    if named == nil {
      reason =
        known.auditedChampion != nil
        ? "the champion by its history"
        : known.configuredChampion != nil
          ? "the champion by the configuration" : "the highest version"
    }
  }

  /// `electricity@2` as a model and a version.
  package static func parts(_ word: String) -> (model: String, version: String?) {
    guard let at = word.lastIndex(of: "@") else { return (word, nil) }
    return (String(word[..<at]), String(word[word.index(after: at)...]))
  }

  private static func isRemote(_ version: ModelVersion) -> ScoreError {
    .usage(
      "\(version) runs on other servers: vigia score runs files of the repository, in this process; "
        + "name a version that has one, or ask those servers")
  }
}

extension ModelChoice.Known {
  /// Looks at the repository, the configuration, and the audited state in the data folder. Blocks on the disk.
  ///
  /// - Parameter warn: gets a line where the audited state is there and cannot be read.
  init(_ configuration: VigiaConfiguration, model: String, warn: (String) -> Void) {
    let repository = ModelRepository(root: configuration.modelRepository)
    models = repository.modelNames
    versions = repository.versionNames(of: model)
    configuredChampion = configuration.model(model)?.champion
    remotes = Set((configuration.model(model)?.remotes ?? [:]).keys)
    do throws(StorageError) {
      auditedChampion = try StateStore.readDeployments(in: configuration.dataDirectory)?[model]?
        .champion
    } catch {
      warn("the champion by its history is not known: \(error)")
    }
  }
}
