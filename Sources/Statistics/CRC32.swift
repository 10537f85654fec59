/// The cyclic redundancy check of gzip and PNG: finds every burst of damage up to 32 bits long.
///
/// Polynomial 0xEDB88320 reflected, initial value and final XOR all ones. Source: ISO 3309; RFC 1952, section 8. Sixteen bytes a
/// step: Kounavis and Berry 2008, "Novel table lookup-based algorithms for high-performance CRC generation",
/// doi:10.1109/TC.2008.85.
package enum CRC32 {
  /// Sixteen tables, one after the other: `tables[256 * k + b]` is the remainder of byte `b` before `k` bytes of zero.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in UInt32(0)..<256 {
      var remainder = byte
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xedb8_8320 : remainder >> 1
      }
      tables.append(remainder)
    }
    for entry in 256..<4_096 {
      let before = tables[entry - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xff)])
    }
    return tables
  }()

  /// - Complexity: O(bytes).
  package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    let tables = tables.span
    var remainder = ~UInt32(0)
    var position = 0
    while position + 16 <= bytes.count {
      // Only the first four bytes have to wait for the step before.
      let later =
        word(8, word(bytes, at: position + 4), tables)
        ^ word(4, word(bytes, at: position + 8), tables)
        ^ word(0, word(bytes, at: position + 12), tables)
      remainder = word(12, remainder ^ word(bytes, at: position), tables) ^ later
      position += 16
    }
    while position < bytes.count {
      remainder = remainder >> 8 ^ entry(0, remainder ^ UInt32(bytes[position]), tables)
      position += 1
    }
    return ~remainder
  }

  /// Of four bytes, the lowest first, before so many bytes of zero.
  @inline(__always)
  private static func word(_ zeros: Int, _ value: UInt32, _ tables: Span<UInt32>) -> UInt32 {
    entry(zeros + 3, value, tables) ^ entry(zeros + 2, value >> 8, tables)
      ^ entry(zeros + 1, value >> 16, tables) ^ entry(zeros, value >> 24, tables)
  }

  /// Of the lowest byte, before so many bytes of zero.
  @inline(__always)
  private static func entry(_ zeros: Int, _ value: UInt32, _ tables: Span<UInt32>) -> UInt32 {
    // Unchecked, for a heatmap reads a megabyte: sixteen tables of 256 are all that a byte and `zeros` can name.
    unsafe tables[unchecked: 256 * zeros + Int(value & 0xff)]
  }

  /// Four bytes, the lowest first.
  private static func word(_ bytes: Span<UInt8>, at position: Int) -> UInt32 {
    // Unsafe by its name alone: it stays within the span, and any four bytes are a number.
    UInt32(
      littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(
        fromByteOffset: position, as: UInt32.self))
  }
}
