import Foundation
import Testing

@testable import OnnxRuntime

/// The reader of model files takes any bytes: the server reads them too, not only its checking child.
@Suite struct BrokenModelTests {
  private static let model: [UInt8] = {
    let path = "\(Fixtures.root)/Tests/Fixtures/models/zipmap/texts/1/model.onnx"
    guard let data = FileManager.default.contents(atPath: path) else {
      preconditionFailure("the fixture \(path) is missing")
    }
    return Array(data)
  }()

  @Test func `a classifier with a zipmap is rewritten, and only there`() throws {
    let replaced = try #require(ZipMap.replaced(in: Self.model))
    #expect(replaced.labels == ["output_probability": ["hoch ü", "low", "with, comma"]])
    #expect(!String(decoding: replaced.model, as: UTF8.self).contains("ZipMap"))
    #expect(ZipMap.replaced(in: replaced.model) == nil)
    #expect(replaced.model.count < Self.model.count)
  }

  @Test(arguments: 0..<20)
  func `bytes that are bent or cut anywhere are read to some end`(seed: UInt64) {
    var random = Xorshift(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    for _ in 0..<100 {
      var bytes = Self.model
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      }
      _ = ZipMap.replaced(in: bytes)
      _ = ExternalData.isMentioned(in: bytes)
    }
  }

  @Test func `a length that no file has ends the reading`() {
    let endless: [UInt8] = [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00]
    #expect(Array(ProtoFields(endless)).isEmpty)
    #expect(Array(ProtoFields([UInt8](repeating: 0xff, count: 40))).isEmpty)
    #expect(Array(ProtoFields([0x09, 0x01])).isEmpty)
    #expect(ZipMap.replaced(in: []) == nil)
  }

  private struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }
}
