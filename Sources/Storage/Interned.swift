/// Values that many entries share, each kept once and for as long as somebody uses it.
struct Interned<Value: Hashable> {
  private var values: [Value?] = []
  /// Apart from the values, so that to count one up or down touches no value.
  private var uses: [Int32] = []
  private var places: [Value: Int32] = [:]
  private var free: [Int32] = []

  /// Uses one that is there.
  mutating func use(_ place: Int32) { uses[Int(place)] += 1 }

  /// Uses a value, which is kept where it is new.
  mutating func use(_ value: Value) -> Int32 {
    if let known = places[value] {
      use(known)
      return known
    }
    let place: Int32
    if let last = free.popLast() {
      place = last
      values[Int(place)] = value
      uses[Int(place)] = 1
    } else {
      place = Int32(values.count)
      values.append(value)
      uses.append(1)
    }
    places[value] = place
    return place
  }

  /// The counterpart of `use`.
  mutating func give(back place: Int32) {
    uses[Int(place)] -= 1
    guard uses[Int(place)] == 0, let value = values[Int(place)].take() else { return }
    places[value] = nil
    free.append(place)
  }

  /// Nil where nobody uses it any more.
  subscript(place: Int32) -> Value? { values[Int(place)] }

  var count: Int { places.count }
}
