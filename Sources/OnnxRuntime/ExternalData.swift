/// Whether a model's weights lie in files of their own, which could be anywhere on the disk.
enum ExternalData {
  /// Looks for the key "location" as the model format writes it into each such tensor; a model that uses the same
  /// key in its metadata is taken for one, which is the safe side.
  ///
  /// - Complexity: O(n).
  static func isMentioned(in model: [UInt8]) -> Bool {
    // StringStringEntryProto: field 1 (key), 8 bytes, "location", field 2 (value).
    let mark: [UInt8] = [0x0a, 0x08] + Array("location".utf8) + [0x12]
    guard model.count >= mark.count else { return false }
    return model.withUnsafeBufferPointer { bytes in
      (0...(bytes.count - mark.count)).contains { start in
        bytes[start + 2] == mark[2] && bytes[start] == mark[0]
          && mark.indices.allSatisfy { bytes[start + $0] == mark[$0] }
      }
    }
  }
}
