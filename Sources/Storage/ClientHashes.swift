import Statistics

/// The hashes of a block's client ids, in ascending order: whether an id may be in the block, without reading it.
struct ClientHashes {
  private let hashes: [UInt32]

  init(hashes: [UInt32]) { self.hashes = hashes.sorted() }

  /// - Parameter stored: what `bytes` gave.
  init(stored: [UInt8]) {
    hashes = stride(from: 0, to: stored.count - stored.count % 4, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(stored[start + $1]) << UInt32(8 * $1) }
    }
  }

  static func hash(_ client: String) -> UInt32 { CRC32.checksum(of: client.utf8Span.span) }

  /// Four bytes each, little-endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hashes.count * 4)
    for hash in hashes {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: hash >> shift))
      }
    }
    return bytes
  }

  /// The names whose hashes are among these.
  ///
  /// - Parameter wanted: in ascending order of the hashes.
  /// - Complexity: O(hashes + wanted).
  func matches(_ wanted: [(hash: UInt32, name: String)]) -> [String] {
    var names: [String] = []
    var index = 0
    for (hash, name) in wanted {
      while index < hashes.count, hashes[index] < hash { index += 1 }
      guard index < hashes.count else { break }
      if hashes[index] == hash { names.append(name) }
    }
    return names
  }
}

/// A bit for each prediction of a block.
struct BitSet {
  private(set) var bytes: [UInt8]

  init(count: Int) { bytes = [UInt8](repeating: 0, count: (count + 7) / 8) }
  init(bytes: [UInt8]) { self.bytes = bytes }

  func contains(_ index: Int) -> Bool {
    index / 8 < bytes.count && bytes[index / 8] >> UInt8(index % 8) & 1 == 1
  }

  mutating func insert(_ index: Int) {
    guard index / 8 < bytes.count else { return }
    bytes[index / 8] |= 1 << UInt8(index % 8)
  }
}
