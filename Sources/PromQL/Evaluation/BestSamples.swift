/// In order of value, NaN last either way.
///
/// Equal values keep their order, and NaNs turn theirs round: what Prometheus' sort does to short vectors.
func sorted(_ members: [VectorSample], isDescending: Bool) -> [VectorSample] {
  let numbers = members.filter { !$0.value.isNaN }.enumerated().sorted { left, right in
    let (one, other) = (left.element.value, right.element.value)
    if one == other { return left.offset < right.offset }
    return isDescending ? one > other : one < other
  }
  return numbers.map(\.element) + members.filter(\.value.isNaN).reversed()
}

/// The k largest or smallest members of a vector, in a heap whose top is the worst of them. NaN is worse than all.
///
/// The heap moves as Go's `container/heap` does, so that of equal members the same ones stay as in Prometheus.
struct BestSamples {
  private let count: Int
  private let largest: Bool
  private var heap: [VectorSample] = []

  /// - Parameter count: at least 1.
  init(count: Int, largest: Bool) {
    self.count = count
    self.largest = largest
  }

  mutating func offer(_ sample: VectorSample) {
    if heap.count < count { return push(sample) }
    let worst = heap[0].value
    guard worst.isNaN || isWorse(worst, sample.value) else { return }
    if count == 1 {
      heap[0] = sample
    } else {
      removeWorst()
      push(sample)
    }
  }

  /// The best first.
  var sorted: [VectorSample] { PromQL.sorted(heap, isDescending: largest) }

  private func isWorse(_ one: Double, _ other: Double) -> Bool {
    largest ? one < other : one > other
  }

  private func isBelow(_ one: Double, _ other: Double) -> Bool {
    one.isNaN || isWorse(one, other)
  }

  private mutating func push(_ sample: VectorSample) {
    heap.append(sample)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBelow(heap[child].value, heap[parent].value) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func removeWorst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, isBelow(heap[child + 1].value, heap[child].value) { child += 1 }
      guard isBelow(heap[child].value, heap[parent].value) else { break }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
