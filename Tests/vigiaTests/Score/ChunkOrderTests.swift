import Testing
import vigia

@Suite struct ChunkOrderTests {
  private typealias Order = ChunkOrder<String, String>

  private func begin(_ order: inout Order) -> String {
    switch order.begin() {
    case .take(let (number, work)): "\(number)\(work)"
    case .wait: "wait"
    case .end: "end"
    }
  }

  private func next(_ order: inout Order) -> String {
    switch order.next() {
    case .take(let outcome): outcome
    case .wait: "wait"
    case .end: "end"
    }
  }

  @Test func `what is done out of order is written in order`() {
    var order = Order(limit: 3)
    for work in ["a", "b", "c"] { order.add(work) }
    #expect(
      [begin(&order), begin(&order), begin(&order), begin(&order)] == ["0a", "1b", "2c", "wait"])
    order.finish(2, "C")
    order.finish(1, "B")
    #expect(next(&order) == "wait")
    order.finish(0, "A")
    #expect([next(&order), next(&order), next(&order), next(&order)] == ["A", "B", "C", "wait"])
    order.close()
    #expect(next(&order) == "end")
    #expect(begin(&order) == "end")
    #expect(!order.isCut)
  }

  @Test func `no more are on their way than the limit, until one is written`() {
    var order = Order(limit: 2)
    order.add("a")
    order.add("b")
    #expect(!order.hasRoom)
    _ = begin(&order)
    order.finish(0, "A")
    #expect(!order.hasRoom)
    _ = next(&order)
    #expect(order.hasRoom)
  }

  @Test func `a run that is cut writes what was begun and no more`() {
    var order = Order(limit: 4)
    for work in ["a", "b", "c"] { order.add(work) }
    _ = begin(&order)
    order.abandon()
    #expect(order.isCut)
    #expect(begin(&order) == "end")
    #expect(next(&order) == "wait")
    order.finish(0, "A")
    #expect([next(&order), next(&order)] == ["A", "end"])
  }

  @Test func `a stop that comes when all was read and begun cuts nothing`() {
    var order = Order(limit: 4)
    order.add("a")
    _ = begin(&order)
    order.close()
    order.abandon()
    #expect(!order.isCut)
  }
}
