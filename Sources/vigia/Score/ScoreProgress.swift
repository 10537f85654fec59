package import Domain

/// How far a run has come: what stands in `OUT.progress` while it is not done.
package struct ScoreProgress: Sendable, Equatable, Codable {
  /// Of this file's form.
  package var format = 1
  package var job: Job
  /// Where the next chunk begins.
  package var position: RowChunk.Position
  /// Bytes that are surely on the disk, in the two files.
  package var outputBytes: Int64 = 0
  package var badBytes: Int64 = 0
  package var scored = 0
  package var bad = 0
  /// Of all sittings.
  package var seconds = 0.0
  /// Nothing is left but to give the files their names.
  package var isComplete = false

  package init(job: Job, position: RowChunk.Position) {
    self.job = job
    self.position = position
  }

  /// What must be the same for a run to go on where it stopped.
  package struct Job: Sendable, Equatable, Codable {
    package var model: ModelVersion
    package var sha256: String
    package var input: InputSource.Identity
    /// Options that change a byte of what is written.
    package var options: [String: String]
    /// Rows of a chunk.
    package var rows: Int

    package init(
      model: ModelVersion, sha256: String, input: InputSource.Identity,
      options: [String: String], rows: Int
    ) {
      self.model = model
      self.sha256 = sha256
      self.input = input
      self.options = options
      self.rows = rows
    }
  }
}

extension ScoreProgress.Job {
  /// Why `other`, which is asked for now, is not this job; nil when it is. Rows of a chunk are this job's own.
  package func difference(from other: Self) -> String? {
    if model != other.model { return "it was begun with \(model), now \(other.model) is asked for" }
    if sha256 != other.sha256 {
      return
        "\(model) was another file then (SHA-256 \(sha256.prefix(12)), now \(other.sha256.prefix(12)))"
    }
    if input != other.input {
      return input.bytes == other.input.bytes && input.head == other.input.head
        ? "the input was modified since"
        : "the input is another one (\(input.bytes) bytes then, \(other.input.bytes) now)"
    }
    for name in Set(options.keys).union(other.options.keys).sorted()
    where options[name] != other.options[name] {
      return
        "--\(name) was \(options[name] ?? "not given"), now it is \(other.options[name] ?? "not given")"
    }
    return nil
  }
}
