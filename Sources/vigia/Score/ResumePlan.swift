import Foundation
import Glibc

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

  /// The same files where symbolic links lead: a rename would put a file in the link's place.
  ///
  /// - Throws: `refused` for what is there and is no file, as a pipe or a device.
  package func resolved() throws(ScoreError) -> OutputNames {
    OutputNames(
      output: try Self.file(output, advice: "name a file, or - for standard output"),
      bad: try Self.file(bad, advice: "name a file"))
  }

  private static let linksMax = 40

  private static func file(_ path: String, advice: String) throws(ScoreError) -> String {
    var info = stat()
    if stat(path, &info) == 0, info.st_mode & S_IFMT != S_IFREG {
      throw .refused(
        "\(path): expected a file, found \(words(info.st_mode & S_IFMT)); \(advice)")
    }
    // A link may lead to a file that is still to be made.
    var place = path
    for _ in 0..<linksMax {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else {
        return place
      }
      let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
      place = target.hasPrefix("/") ? target : folder + target
    }
    throw .refused("\(path): symbolic links that lead in a circle; \(advice)")
  }

  private static func words(_ kind: mode_t) -> String {
    switch kind {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "something else"
    }
  }

  package var part: String { output + ".part" }
  package var badPart: String { bad + ".part" }
  package var progress: String { output + ".progress" }
}
