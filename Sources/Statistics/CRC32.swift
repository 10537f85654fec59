/// The cyclic redundancy check of gzip and PNG: finds every burst of damage up to 32 bits long.
///
/// Polynomial 0xEDB88320 reflected, initial value and final XOR all ones. Source: ISO 3309; RFC 1952, section 8.
package enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? remainder >> 1 ^ 0xedb8_8320 : remainder >> 1
    }
  }

  /// - Complexity: O(bytes).
  package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    let table = table
    var remainder = ~UInt32(0)
    for index in bytes.indices {
      remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ bytes[index])]
    }
    return ~remainder
  }
}
