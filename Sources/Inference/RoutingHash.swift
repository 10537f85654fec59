import Crypto

/// Where a routing key stands on the line that a traffic split cuts: the same on every machine, in every process.
package enum RoutingHash {
  /// The first eight bytes of SHA-256(model, 0x00, key), most significant first, as a fraction of 2^64: in [0, 1).
  package static func position(model: String, key: String) -> Double {
    var hasher = SHA256()
    var text = Array(model.utf8)
    text.append(0)
    text.append(contentsOf: key.utf8)
    hasher.update(data: text)
    var leading: UInt64 = 0
    for byte in hasher.finalize().prefix(8) { leading = leading << 8 | UInt64(byte) }
    // Of 64 bits a double keeps 53: the rest is cut, or a fraction could round up to 1.
    return Double(leading >> 11) * 0x1p-53
  }
}
