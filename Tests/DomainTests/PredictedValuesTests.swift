import Domain
import Testing

@Suite struct PredictedValuesTests {
  @Test(
    arguments: [
      [], [.integer(1)], [.number(0.5), .number(1.5)], [.text("a"), .text("b"), .text("c")],
    ] as [[PredictedValue]])
  func `however they came to be, they are the same in the same order`(values: [PredictedValue]) {
    var grown = PredictedValues()
    for value in values { grown.append(value) }
    #expect(Array(grown) == values)
    #expect(grown == PredictedValues(values))
    #expect(grown.count == values.count)
    #expect(grown.first == values.first)
    #expect(grown.last == values.last)
  }

  @Test func `a copy does not see what is appended later`() {
    var values: PredictedValues = [.integer(1), .integer(2)]
    let copy = values
    values.append(.integer(3))
    #expect(Array(copy) == [.integer(1), .integer(2)])
    #expect(values.count == 3)
  }

  @Test func `one answer has no memory of its own but its text`() {
    #expect(PredictedValues(.integer(7)).heldBytes == 0)
    #expect(PredictedValues(.text("spam")).heldBytes == 4)
    let stride = MemoryLayout<PredictedValue>.stride
    #expect(PredictedValues([.integer(7), .integer(8)]).heldBytes == 2 * stride)
    #expect(PredictedValues([.text("spam"), .text("ham")]).heldBytes == 2 * stride + 7)
  }
}
