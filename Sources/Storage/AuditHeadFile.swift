import Foundation

/// `audit.head`: the chain's head outside the database, so that a tail cut off is noticed.
///
/// One line: the sequence number, a space, the hash in hexadecimal.
struct AuditHeadFile {
  let path: String

  init(directory: String) { path = "\(directory)/\(StateStore.headFileName)" }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  func write(_ head: AuditHead) throws(StorageError) {
    try DurableFile.replace(path, with: Array("\(head.sequence) \(head.hash)\n".utf8))
  }

  /// Nil when there is no file.
  func read() throws(AuditVerification.Problem) -> AuditHead? {
    let bytes: [UInt8]?
    do { bytes = try DurableFile.read(path) } catch { throw .headUnreadable(detail: "\(error)") }
    guard let bytes else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let sequence = Int64(words[0]), sequence >= 0, words[1].count == 64
    else {
      throw .headUnreadable(
        detail: "expected a number and a hash, found \"\(text.prefix(80).filter { $0 != "\n" })\"")
    }
    return AuditHead(sequence: sequence, hash: String(words[1]))
  }
}

extension AuditVerification.Problem: Error {}
