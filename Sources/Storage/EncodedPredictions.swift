import Domain

/// Predictions in the form in which a `PredictionBlock` holds them, in the order in which they came.
///
/// Encoded at once: as values each would hold several references, which are counted up and down at every step on the way to the
/// store.
struct EncodedPredictions: Equatable {
  private(set) var ids: [RequestID] = []
  /// One after the other: see `PredictionBlock`.
  private(set) var contents: [UInt8] = []
  /// Where each content ends.
  private(set) var ends: [Int] = []
  /// Those with an id of the client's, in ascending order, with its hash.
  private var clientPlaces: [Int] = []
  private var clientHashes: [UInt32] = []

  init() {}

  init(_ predictions: some Sequence<(id: RequestID, prediction: PendingPrediction)>) {
    for one in predictions { append(one.prediction, id: one.id) }
  }

  var count: Int { ids.count }

  /// Whether its label has come is not among what is kept.
  mutating func append(_ prediction: PendingPrediction, id: RequestID) {
    LEB128.append(signed: prediction.second - id.time.seconds, to: &contents)
    if let client = prediction.clientRequestID {
      clientPlaces.append(ids.count)
      clientHashes.append(ClientHashes.hash(client))
      LEB128.append(UInt64(client.utf8.count) + 1, to: &contents)
      contents.append(contentsOf: client.utf8)
    } else {
      contents.append(0)
    }
    PredictionCoding.encode(prediction, to: &contents)
    ids.append(id)
    ends.append(contents.count)
  }

  /// Where its content stands.
  func range(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// Nil for a content that cannot be read, which `append` does not make.
  func prediction(at index: Int) -> PendingPrediction? {
    PredictionBlock.prediction(contents[range(of: index)], id: ids[index])
  }

  func clientRequestID(at index: Int) -> String? {
    guard hash(at: index) != nil else { return nil }
    var content = contents[range(of: index)]
    return PredictionBlock.head(&content)?.client
  }

  /// Of the client's id; nil where it gave none.
  func hash(at index: Int) -> UInt32? {
    guard !clientPlaces.isEmpty else { return nil }
    var (low, high) = (0, clientPlaces.count)
    while low < high {
      let middle = (low + high) / 2
      if clientPlaces[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low < clientPlaces.count && clientPlaces[low] == index ? clientHashes[low] : nil
  }
}
