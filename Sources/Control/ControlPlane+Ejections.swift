import Domain
import Foundation
import Inference
import Logging

/// What an operator left out stays left out, also when its version is loaded anew or the server starts again: each row of an
/// ejection says until when.
struct Ejection: Codable, Equatable {
  var version: String
  var upstream: String
  /// Not later than the row's own time where it brings the server back.
  var until: Timestamp

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Two texts and a number always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension ControlPlane {
  /// Takes in what rows of a model say of its upstreams, from before this start.
  ///
  /// - Parameter entries: the newest first.
  func readEjections(_ entries: [AuditEntry], of model: String) {
    for entry in entries.reversed() where entry.action == "eject" && entry.outcome == .done {
      guard
        let ejection = try? JSONDecoder().decode(Ejection.self, from: Data(entry.evidence.utf8))
      else { continue }
      note(ejection, of: model)
    }
  }

  func note(_ ejection: Ejection, of model: String) {
    let version = ModelVersion(model: model, version: ejection.version)
    let now = settings.clock()
    var kept = ejections[version] ?? []
    kept.removeAll { $0.upstream == ejection.upstream || $0.until <= now }
    if ejection.until > now { kept.append(ejection) }
    ejections[version] = kept.isEmpty ? nil : kept
  }

  /// A version was loaded: servers behind it that are to be left out are.
  func keepEjected(_ version: ModelVersion) {
    let now = settings.clock()
    for ejection in ejections[version] ?? [] where ejection.until > now {
      let left = ejection.until.secondsSince(now)
      let facts: Logger.Metadata = [
        "version": "\(version)", "upstream": "\(ejection.upstream)", "seconds": "\(Int(left))",
      ]
      do throws(InferenceError) {
        try dataPlane.eject(
          ejection.upstream, of: version, for: .milliseconds(Int64(left * 1_000)))
        logger.info("an upstream stays left out, as somebody asked", metadata: facts)
      } catch {
        logger.warning(
          "an upstream that was left out is asked again",
          metadata: facts.merging(["error": "\(error)"]) { $1 })
      }
    }
  }
}
