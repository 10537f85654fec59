/// The cyclic redundancy check of gzip and PNG: finds every burst of damage up to 32 bits long.
///
/// Polynomial 0xEDB88320 reflected, initial value and final XOR all ones. Source: ISO 3309; RFC 1952, section 8. Eight bytes a
/// step: Kounavis and Berry 2008, "Novel table lookup-based algorithms for high-performance CRC generation",
/// doi:10.1109/TC.2008.85.
package enum CRC32 {
  /// Eight tables, one after the other: `tables[256 * k + b]` is the remainder of byte `b` before `k` bytes of zero.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in UInt32(0)..<256 {
      var remainder = byte
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xedb8_8320 : remainder >> 1
      }
      tables.append(remainder)
    }
    for entry in 256..<2_048 {
      let before = tables[entry - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xff)])
    }
    return tables
  }()

  /// - Complexity: O(bytes).
  package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    let tables = tables
    var remainder = ~UInt32(0)
    var position = 0
    while position + 8 <= bytes.count {
      let low = remainder ^ word(bytes, at: position)
      let high = word(bytes, at: position + 4)
      remainder = tables[1_792 + Int(low & 0xff)]
      remainder ^= tables[1_536 + Int(low >> 8 & 0xff)]
      remainder ^= tables[1_280 + Int(low >> 16 & 0xff)]
      remainder ^= tables[1_024 + Int(low >> 24)]
      remainder ^= tables[768 + Int(high & 0xff)]
      remainder ^= tables[512 + Int(high >> 8 & 0xff)]
      remainder ^= tables[256 + Int(high >> 16 & 0xff)]
      remainder ^= tables[Int(high >> 24)]
      position += 8
    }
    while position < bytes.count {
      remainder = remainder >> 8 ^ tables[Int((remainder ^ UInt32(bytes[position])) & 0xff)]
      position += 1
    }
    return ~remainder
  }

  /// Four bytes, the lowest first.
  private static func word(_ bytes: Span<UInt8>, at position: Int) -> UInt32 {
    var word = UInt32(bytes[position])
    word |= UInt32(bytes[position + 1]) << 8
    word |= UInt32(bytes[position + 2]) << 16
    word |= UInt32(bytes[position + 3]) << 24
    return word
  }
}
