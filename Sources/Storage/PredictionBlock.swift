import Domain
import Statistics

/// Up to 1,024 predictions of one series, packed into one value: what the table `prediction_block` holds.
///
/// A row of its own for each prediction costs the store more than the prediction costs the engine. Layout,
/// little-endian: count (UInt16); for each, in ascending order, its id (16 bytes, most significant first); for each, where
/// its content ends (UInt32, from the first content on); contents; CRC-32 of all before (UInt32). A content is the
/// answer's second less the id's (zigzag LEB128), the length of the client's id plus one or 0 for none (LEB128), that id
/// in UTF-8, and the rest by `PredictionCoding`.
struct PredictionBlock {
  static let capacity = 1_024
  /// From the first to the last id of a block, in seconds: where a prediction can be found is thereby known.
  static let span: Int64 = 60

  private let bytes: [UInt8]
  let count: Int

  /// Nil for bytes that `pack` does not make, and for damaged ones.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 6, let count = Self.integer(bytes, at: 0, width: 2),
      bytes.count >= 6 + count * 20,
      Self.integer(bytes, at: bytes.count - 4, width: 4)
        == Int(CRC32.checksum(of: bytes.span.extracting(..<(bytes.count - 4))))
    else { return nil }
    self.bytes = bytes
    self.count = count
  }

  /// - Parameter places: of those that are packed.
  /// - Precondition: at most `capacity`, in ascending order of their ids.
  static func pack(_ predictions: EncodedPredictions, at places: ArraySlice<Int>) -> [UInt8] {
    precondition(places.count <= capacity, "a block holds at most \(capacity) predictions")
    let length = places.reduce(0) { $0 + predictions.range(of: $1).count }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(places.count * 20 + length + 6)
    append(places.count, width: 2, to: &bytes)
    bytes.append(addingCapacity: places.count * 20) { span in
      for place in places { span.append(predictions.ids[place]) }
      var end = 0
      for place in places {
        end += predictions.range(of: place).count
        span.append(UInt8(truncatingIfNeeded: end))
        span.append(UInt8(truncatingIfNeeded: end >> 8))
        span.append(UInt8(truncatingIfNeeded: end >> 16))
        span.append(UInt8(truncatingIfNeeded: end >> 24))
      }
    }
    for place in places {
      bytes.append(contentsOf: predictions.contents[predictions.range(of: place)])
    }
    append(Int(CRC32.checksum(of: bytes.span)), width: 4, to: &bytes)
    return bytes
  }

  func id(at index: Int) -> RequestID {
    var words: (UInt64, UInt64) = (0, 0)
    for offset in 0..<8 {
      words.0 = words.0 << 8 | UInt64(bytes[2 + index * 16 + offset])
      words.1 = words.1 << 8 | UInt64(bytes[2 + index * 16 + 8 + offset])
    }
    return RequestID(high: words.0, low: words.1)
  }

  /// - Complexity: O(log n).
  func index(of id: RequestID) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let found = self.id(at: middle)
      if found == id { return middle }
      if found < id { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Nil for a content that cannot be read.
  func prediction(at index: Int) -> PendingPrediction? {
    let ends = 2 + count * 16
    let start = index == 0 ? 0 : Self.integer(bytes, at: ends + (index - 1) * 4, width: 4)
    let first = ends + count * 4
    guard let start, let end = Self.integer(bytes, at: ends + index * 4, width: 4),
      start <= end, first + end <= bytes.count - 4
    else { return nil }
    return Self.prediction(bytes[(first + start)..<(first + end)], id: id(at: index))
  }

  /// Nil for a content that cannot be read.
  static func prediction(_ content: ArraySlice<UInt8>, id: RequestID) -> PendingPrediction? {
    var content = content
    guard let (delay, client) = head(&content) else { return nil }
    var prediction = PendingPrediction(second: id.time.seconds + delay, clientRequestID: client)
    return PredictionCoding.decode(Array(content), into: &prediction) ? prediction : nil
  }

  /// Takes from a content what stands before the answer.
  static func head(_ content: inout ArraySlice<UInt8>) -> (delay: Int64, client: String?)? {
    guard let delay = LEB128.signed(&content), let length = LEB128.unsigned(&content) else {
      return nil
    }
    guard length > 0 else { return (delay, nil) }
    guard length - 1 <= UInt64(content.count) else { return nil }
    let client = String(decoding: content.prefix(Int(length - 1)), as: UTF8.self)
    content = content.dropFirst(Int(length - 1))
    return (delay, client)
  }

  private static func append(_ value: Int, width: Int, to bytes: inout [UInt8]) {
    for offset in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * offset))) }
  }

  private static func integer(_ bytes: [UInt8], at position: Int, width: Int) -> Int? {
    guard position >= 0, position + width <= bytes.count else { return nil }
    return (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
  }
}
