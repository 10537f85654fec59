/// Values that many entries share, each kept once and for as long as somebody uses it.
struct Interned<Value: Hashable> {
  private var values: [(value: Value, uses: Int)?] = []
  private var places: [Value: Int32] = [:]
  private var free: [Int32] = []

  /// Uses one that is there.
  mutating func use(_ place: Int32) { values[Int(place)]?.uses += 1 }

  /// Uses a value, which is kept where it is new.
  mutating func use(_ value: Value) -> Int32 {
    if let known = places[value] {
      use(known)
      return known
    }
    let place: Int32
    if let last = free.popLast() {
      place = last
      values[Int(place)] = (value, 1)
    } else {
      place = Int32(values.count)
      values.append((value, 1))
    }
    places[value] = place
    return place
  }

  /// The counterpart of `use`.
  mutating func give(back place: Int32) {
    guard let uses = values[Int(place)]?.uses else { return }
    if uses > 1 {
      values[Int(place)]?.uses = uses - 1
    } else if let (value, _) = values[Int(place)].take() {
      places[value] = nil
      free.append(place)
    }
  }

  /// Nil where nobody uses it any more.
  subscript(place: Int32) -> Value? { values[Int(place)]?.value }

  var count: Int { places.count }
}
