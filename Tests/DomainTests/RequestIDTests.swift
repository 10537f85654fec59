import Domain
import Testing

struct RequestIDTests {
  @Test func `a request id carries its time, its version and its variant bits`() {
    let id = RequestID(
      time: Timestamp(microseconds: 1_700_000_000_123_456), random: (.max, .max))
    #expect(id.description == "018bcfe5-687b-7fff-bfff-ffffffffffff")
    #expect(id.time == Timestamp(microseconds: 1_700_000_000_123_000))
  }

  @Test func `later requests sort behind earlier ones whatever was drawn`() {
    let first = RequestID(time: Timestamp(microseconds: 1_000_000), random: (.max, .max))
    let second = RequestID(time: Timestamp(microseconds: 1_001_000), random: (0, 0))
    #expect(first < second)
  }

  @Test func `text and bytes give the same id back`() {
    let id = RequestID(high: 0x0123_4567_89ab_7def, low: 0x8123_4567_89ab_cdef)
    #expect(RequestID(id.description) == id)
    #expect(RequestID(id.description.uppercased()) == id)
    #expect(RequestID(bytes: id.bytes) == id)
  }

  @Test(arguments: [
    "", "018bcfe5-687b-7fff-bfff-fffffffffff", "018bcfe5-687b-7fff-bfff-ffffffffffff0",
    "018bcfe5687b7fffbfffffffffffffffffff", "018bcfe5-687b-7fff-bfff-fffffffffffg",
    "018bcfe5_687b_7fff_bfff_ffffffffffff",
  ])
  func `anything but a canonical id is refused`(_ text: String) {
    #expect(RequestID(text) == nil)
  }
}
