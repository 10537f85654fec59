/// The answers for a request's rows, in their order.
///
/// Most requests have one row, and its answer stands in place: an array's memory, made by the thread that answers and freed by the
/// one that measures, would cost both more than the rest of the record.
package struct PredictedValues: Sendable {
  private enum Storage: Equatable {
    case one(PredictedValue)
    /// None, or more than one.
    case several([PredictedValue])
  }

  private var storage: Storage

  package init() { storage = .several([]) }

  package init(_ value: PredictedValue) { storage = .one(value) }

  package init(_ values: [PredictedValue]) {
    storage = values.count == 1 ? .one(values[0]) : .several(values)
  }

  package mutating func append(_ value: PredictedValue) {
    switch storage {
    case .one(let first): storage = .several([first, value])
    case .several(var values):
      guard !values.isEmpty else {
        storage = .one(value)
        return
      }
      // Else appending would copy what is held here, too.
      storage = .several([])
      values.append(value)
      storage = .several(values)
    }
  }

  /// Bytes of memory that they hold beyond their own place.
  ///
  /// - Complexity: O(1), or O(rows) where answers are texts.
  package var heldBytes: Int {
    switch storage {
    case .one(.text(let text)): return text.utf8.count
    case .one: return 0
    case .several(let values):
      var bytes = values.count * MemoryLayout<PredictedValue>.stride
      // One answer is a text where all are.
      guard case .text? = values.first else { return bytes }
      for case .text(let text) in values { bytes += text.utf8.count }
      return bytes
    }
  }
}

extension PredictedValues: Equatable, RandomAccessCollection, ExpressibleByArrayLiteral {
  package init(arrayLiteral values: PredictedValue...) { self.init(values) }

  package var startIndex: Int { 0 }

  package var endIndex: Int {
    switch storage {
    case .one: 1
    case .several(let values): values.count
    }
  }

  package subscript(index: Int) -> PredictedValue {
    switch storage {
    case .one(let value):
      precondition(index == 0, "one answer has no place \(index)")
      return value
    case .several(let values): return values[index]
    }
  }

  /// A collection's own iterator would read each value through a coroutine, with an allocation for each.
  package func makeIterator() -> Iterator { Iterator(values: self) }

  package struct Iterator: IteratorProtocol {
    fileprivate let values: PredictedValues
    private var place = 0

    fileprivate init(values: PredictedValues) { self.values = values }

    package mutating func next() -> PredictedValue? {
      guard place < values.endIndex else { return nil }
      defer { place += 1 }
      return values[place]
    }
  }
}
