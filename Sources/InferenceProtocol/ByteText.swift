/// Text onto the end of an array of bytes, in one copy: what replies are printed with.
extension Array where Element == UInt8 {
  package mutating func append(_ text: StaticString) {
    // `utf8Start` is valid for the life of the program: a StaticString lives in the binary.
    unsafe append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(text: String) {
    // The buffer is the string's own, or a copy on the stack, and is read before the call returns.
    let isDone: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe append(contentsOf: $0)
    }
    if isDone == nil { append(contentsOf: text.utf8) }
  }

  /// As decimal digits.
  package mutating func append(decimal value: Int) { append(digits: value) }

  /// Likewise of any kind of whole number; for this module alone, since others would call it unspecialized.
  mutating func append(digits value: some FixedWidthInteger) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = UInt64(value.magnitude)
    // From the last one on; the largest number has 20. To reverse them in place would copy the whole array.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for place in first..<digits.count { append(digits[place]) }
  }
}
