import Domain
import Foundation
import Statistics

/// `deployment.mirror`: the deployments outside the database, so that what was in force is known when that cannot be read.
///
/// Two lines: the number of the audit row after which it was written, a space and the CRC-32 of the second line in
/// hexadecimal; the deployments as JSON.
struct DeploymentMirror: Equatable {
  static let fileName = "deployment.mirror"

  var sequence: Int64
  /// By model.
  var deployments: [String: Deployment]

  init(sequence: Int64, deployments: [String: Deployment]) {
    self.sequence = sequence
    self.deployments = deployments
  }

  /// Nil when there is none, or a damaged one.
  init?(directory: String) {
    guard let bytes = try? DurableFile.read("\(directory)/\(Self.fileName)") else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard lines.count == 2 else { return nil }
    let json = Array(lines[1].last == UInt8(ascii: "\n") ? lines[1].dropLast() : lines[1])
    let words = String(decoding: lines[0], as: UTF8.self).split(separator: " ")
    guard words.count == 2, let sequence = Int64(words[0]),
      words[1] == Self.checksum(sequence, json),
      let list = try? JSONDecoder().decode([Deployment].self, from: Data(json))
    else { return nil }
    self.sequence = sequence
    deployments = Dictionary(list.map { ($0.model, $0) }, uniquingKeysWith: { $1 })
  }

  func write(to directory: String) throws(StorageError) {
    let path = "\(directory)/\(Self.fileName)"
    let json: [UInt8] = try StorageError.translating(path) {
      Array(try StateStore.encode(deployments.values.sorted { $0.model < $1.model }).utf8)
    }
    let line = "\(sequence) \(Self.checksum(sequence, json))\n"
    try DurableFile.replace(path, with: Array(line.utf8) + json + [UInt8(ascii: "\n")])
  }

  /// Of the number too.
  private static func checksum(_ sequence: Int64, _ json: [UInt8]) -> String {
    let sealed = Array("\(sequence) ".utf8) + json
    return String(CRC32.checksum(of: sealed.span), radix: 16)
  }
}
