/// What to do with the files that an earlier run has left.
package enum ResumePlan: Equatable, Sendable {
  case begin
  case goOn(ScoreProgress)
  /// All is scored; only the names are missing.
  case finish(ScoreProgress)

  /// What stands beside the output.
  package struct Found: Sendable, Equatable {
    package var output = false
    package var part = false
    package var progress: Progress = .none

    package enum Progress: Sendable, Equatable {
      case none
      /// No progress of ours, or of a later form.
      case unreadable
      case found(ScoreProgress)
    }

    package init(output: Bool = false, part: Bool = false, progress: Progress = .none) {
      self.output = output
      self.part = part
      self.progress = progress
    }
  }

  /// - Parameter job: nil for an input that cannot be read twice, and so not be gone on with.
  /// - Throws: `refused`, with the reason and what to do.
  package init(
    _ found: Found, job: ScoreProgress.Job?, names: OutputNames, restarts: Bool, force: Bool
  ) throws(ScoreError) {
    switch found.progress {
    case _ where restarts:
      // `--restart` gives up what is not done; what is done needs `--force`.
      break
    case .unreadable:
      throw .refused(
        "\(names.progress): expected how far an earlier run came, found something else; "
          + "--restart begins anew")
    case .found(let progress):
      let difference =
        job.map { progress.job.difference(from: $0) } ?? "this input cannot be read twice"
      if let difference {
        throw .refused(
          "\(names.output) is not done, and this is not the same run: \(difference); "
            + "--restart gives up the \(progress.scored + progress.bad) rows that are done")
      }
      self = progress.isComplete ? .finish(progress) : .goOn(progress)
      return
    case .none where found.part:
      throw .refused(
        "\(names.part) exists, without \(names.progress) beside it; move it away, or --restart")
    case .none: break
    }
    guard !found.output || force else {
      throw .refused("\(names.output) exists; name another file, or --force replaces it at the end")
    }
    self = .begin
  }
}

/// The files of a run.
package struct OutputNames: Sendable, Equatable {
  package var output: String
  package var bad: String

  package init(output: String, bad: String? = nil) {
    self.output = output
    self.bad = bad ?? output + ".bad"
  }

  package var part: String { output + ".part" }
  package var badPart: String { bad + ".part" }
  package var progress: String { output + ".progress" }
}
