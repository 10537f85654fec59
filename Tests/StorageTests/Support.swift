import Domain
import Foundation
import Synchronization

@testable import Storage

/// A folder of a test's own, gone with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-storage-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// What a killed process leaves: the files as they are now.
  func copy() throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in names where !name.hasSuffix("-shm") {
      try FileManager.default.copyItem(atPath: file(name), toPath: copy.file(name))
    }
    return copy
  }

  func mode(_ name: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }
}

/// A clock that a test sets.
final class ManualClock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ time: Timestamp = .noon) { self.time = Mutex(time) }

  var now: Timestamp { time.withLock { $0 } }

  func advance(seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Collects what a closure is called with.
final class Collected<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func add(_ value: Value) { values.withLock { $0.append(value) } }
}

extension Timestamp {
  /// On the hour, so that windows of every tier begin here.
  static let noon = Timestamp(seconds: 1_767_268_800)
}

extension ModelVersion {
  static let first = ModelVersion(model: "electricity", version: "1")
  static let second = ModelVersion(model: "electricity", version: "2")
}

extension AuditEntry {
  static func sample(
    _ action: String = "promote", command: String? = nil, reason: String = "better"
  ) -> AuditEntry {
    AuditEntry(
      time: Timestamp(microseconds: 1_767_268_800_123_456),
      principal: Principal(name: "ada", role: .operate, proof: "socket uid 1000"),
      origin: .console, commandID: command.flatMap(CommandID.init), action: action,
      model: "electricity", fromVersion: "1", fromSHA256: "ab", toVersion: "2", reason: reason,
      outcome: .done, summary: "1 -> 2")
  }
}

extension Deployment {
  static func sample(revision: Int64 = 1, champion: String = "1") -> Deployment {
    Deployment(
      model: "electricity", revision: revision, champion: champion, championSince: .noon)
  }
}

extension PredictionRecord {
  /// Answered `milliseconds` after `second` seconds past noon, at once.
  static func sample(
    second: Double = 0, number: UInt64 = 0, client: String = "anonymous", clientID: String? = nil,
    version: ModelVersion = .first, variant: Variant = .champion, outcome: Outcome = .ok,
    microseconds: Int64 = 1_000, revision: Int64 = 1, predictions: PredictedValues = [.integer(1)]
  ) -> PredictionRecord {
    let time = Timestamp.noon.adding(seconds: second)
    return PredictionRecord(
      id: RequestID(time: time, random: (0, number)), clientRequestID: clientID, version: version,
      variant: variant, client: client, outcome: outcome, revision: revision, arrivedAt: time,
      queueTime: 100_000, computeTime: 200_000, totalTime: microseconds * 1_000,
      rows: max(1, predictions.count), predictions: predictions)
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
