import Crypto
import Domain
import Foundation

/// The hash chain of the audit rows. Its format is final: a row hashed today is verified by every later Vigia.
///
/// hash(n) = SHA-256(hash(n - 1) || canonical(row n)), where hash(0) is 32 zero bytes. canonical(row) is the format byte
/// 1, then each field of `AuditRow` in the order of its declaration: its length in bytes as a big-endian UInt32, then
/// its bytes. Text is UTF-8, an integer 8 bytes big-endian two's complement. A field without a value has the length
/// 0xFFFFFFFF and no bytes, so nil and "" differ. The hash itself is not a field.
///
/// A row with deployments has the format byte 2 and their JSON as one more field at its end; without them it is what it
/// was, so that both stand in one chain.
enum AuditChain {
  static let formatVersion: UInt8 = 1
  static let formatWithDeployments: UInt8 = 2
  static let hashLength = 32
  static let origin = Data(count: hashLength)

  static func hash(of row: AuditRow, after previous: Data) -> Data {
    var hasher = SHA256()
    hasher.update(data: previous)
    hasher.update(data: canonical(row))
    return Data(hasher.finalize())
  }

  static func canonical(_ row: AuditRow) -> Data {
    var data = Data([row.deployments == nil ? formatVersion : formatWithDeployments])
    append(row.sequence, to: &data)
    append(row.time, to: &data)
    let texts: [String?] = [
      row.principal, row.role, row.proof, row.origin, row.commandID, row.action, row.model,
      row.fromVersion, row.fromSHA256, row.toVersion, row.toSHA256, row.reason, row.outcome,
      row.summary, row.evidence,
    ]
    for text in texts { append(text, to: &data) }
    if let deployments = row.deployments { append(deployments, to: &data) }
    return data
  }

  private static func append(_ value: Int64, to data: inout Data) {
    append(bigEndian: UInt64(8), bytes: 4, to: &data)
    append(bigEndian: UInt64(bitPattern: value), bytes: 8, to: &data)
  }

  private static func append(_ text: String?, to data: inout Data) {
    guard let text else { return append(bigEndian: 0xffff_ffff, bytes: 4, to: &data) }
    append(bigEndian: UInt64(text.utf8.count), bytes: 4, to: &data)
    data.append(contentsOf: text.utf8)
  }

  private static func append(bigEndian value: UInt64, bytes: Int, to data: inout Data) {
    for position in stride(from: 8 * (bytes - 1), through: 0, by: -8) {
      data.append(UInt8(truncatingIfNeeded: value >> UInt64(position)))
    }
  }
}

extension Data {
  /// Two lower-case digits a byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    var text = ""
    text.reserveCapacity(2 * count)
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }

  init?(hexadecimal text: some StringProtocol) {
    var data = Data()
    var high: UInt8?
    for character in text {
      guard character.isASCII, let digit = character.hexDigitValue else { return nil }
      if let first = high {
        data.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    guard high == nil else { return nil }
    self = data
  }
}
