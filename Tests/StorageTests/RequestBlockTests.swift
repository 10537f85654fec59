import Domain
import InferenceProtocol
import Testing

@testable import Storage

struct RequestBlockTests {
  static func request(_ index: Int, tensors: PredictionTensors? = nil) -> CapturedRequest {
    let time = Timestamp.noon.adding(seconds: Double(index) / 1_000)
    return CapturedRequest(
      PredictionRecord(
        id: RequestID(time: time, random: (UInt64(index), UInt64(index) &* 0x9e37_79b9)),
        clientRequestID: index % 3 == 0 ? "order-\(index)" : nil, version: .first,
        variant: .champion, client: ["shop", "batch"][index % 2],
        outcome: Outcome.allCases[index % Outcome.allCases.count], revision: Int64(7 + index / 400),
        arrivedAt: time, queueTime: Int64(index) * 1_001, computeTime: 9_000_000_000,
        totalTime: Int64(index * index), rows: 1 + index % 4), tensors: tensors)
  }

  private static func tensors(_ index: Int) -> PredictionTensors? {
    switch index % 3 {
    case 0: nil
    case 1:
      PredictionTensors(
        inputs: [Tensor(name: "X", shape: [1, 2], fp32: [Float(index), .nan])],
        outputs: [Tensor(name: "label", shape: [1], int64: [Int64(index)])])
    default:
      PredictionTensors(
        inputs: [
          Tensor(name: "text", shape: [2], strings: ["\(index)", ""]),
          Tensor(name: "on", datatype: .bool, shape: [], storage: .bytes([1])),
        ])
    }
  }

  @Test(arguments: [0, 1, 7, RequestBlock.capacity])
  func `what was packed is read again, whole`(count: Int) throws {
    let requests = (0..<count).map { Self.request($0, tensors: Self.tensors($0)) }
    let bytes = RequestBlock.pack(requests[...])
    let read = try #require(RequestBlock.unpack(bytes, version: .first, variant: .champion))
    #expect(read.count == count)
    for (one, other) in zip(read, requests) {
      // NaN is not equal to itself: compared by its bytes.
      #expect("\(one)" == "\(other)")
    }
  }

  @Test func `what clients were told instead of an answer is read again`() throws {
    let errors = [nil, "m@1: the engine failed: Gather", "no room", nil, "no room"]
    let requests = errors.enumerated().map { index, error in
      var record = Self.request(index).record
      record.error = error
      return CapturedRequest(record, tensors: Self.tensors(index))
    }
    let bytes = RequestBlock.pack(requests[...])
    let read = try #require(RequestBlock.unpack(bytes, version: .first, variant: .champion))
    #expect(read.map(\.record.error) == errors)
    #expect(read.map(\.summary.error) == errors)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x20
      #expect(RequestBlock.unpack(damaged, version: .first, variant: .champion) == nil)
    }
  }

  @Test func `an error of a request with redacted features is not kept, and a long one is cut`() {
    var record = Self.request(0).record
    record.error = String(repeating: "é", count: 1_000)
    #expect(CapturedRequest(record, tensors: nil).record.error?.count == 300)
    #expect(CapturedRequest(record, tensors: nil, redacted: ["age"]).record.error == nil)
  }

  @Test func `damaged, cut and foreign bytes are no block`() {
    let bytes = RequestBlock.pack((0..<20).map { Self.request($0, tensors: Self.tensors($0)) }[...])
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x20
      #expect(RequestBlock.unpack(damaged, version: .first, variant: .champion) == nil)
      #expect(
        RequestBlock.unpack(Array(bytes.prefix(index)), version: .first, variant: .champion) == nil)
    }
  }

  @Test func `a thousand small requests take less than 100 bytes each`() {
    let requests = (0..<1_000).map { index in
      Self.request(
        index,
        tensors: PredictionTensors(
          inputs: [Tensor(name: "X", shape: [1, 8], fp32: Array(repeating: 0.5, count: 8))],
          outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.5, 0.5])]))
    }
    #expect(RequestBlock.pack(requests[...]).count < 100_000)
  }
}
