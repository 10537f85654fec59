import Foundation
import Testing

@testable import OnnxRuntime

/// Weights in other files are found wherever the format has room for them, and nothing else is taken for them.
@Suite struct ExternalDataTests {
  private static let hostile = "\(Fixtures.root)/Tests/Fixtures/models/hostile"

  private static let external =
    (try? FileManager.default.contentsOfDirectory(atPath: hostile))?
    .filter { $0.hasPrefix("external_") }.sorted() ?? []

  private func model(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(Self.hostile)/\(name)/1/model.onnx")))
  }

  @Test(arguments: external)
  func `weights in another file are seen before ONNX Runtime looks for it`(name: String) throws {
    #expect(ExternalData.isMentioned(in: try model(name)))
  }

  @Test func `there are models to try`() { #expect(Self.external.count == 12) }

  @Test(arguments: ["bomb", "endless", "deep", "claim", "liar"])
  func `whatever else is wrong with a model, it is not that`(name: String) throws {
    #expect(!ExternalData.isMentioned(in: try model(name)))
  }

  @Test func `an input may be called location`() throws {
    var model = ProtoWriter()
    model.number(1, 8)
    model.message(7) { graph in
      graph.message(1) { node in
        node.text(1, "location")
        node.text(2, "y")
        node.text(4, "Identity")
      }
      graph.message(11) { input in
        input.text(1, "location")
        input.message(2) { $0.message(1) { $0.number(1, 1) } }
      }
    }
    #expect(!ExternalData.isMentioned(in: model.bytes))
  }

  @Test func `where the reader is lost, the word alone counts`() throws {
    // The end of a group that never began.
    let lost: [UInt8] = [0x7c]
    #expect(!ExternalData.isMentioned(in: lost + Array("nothing".utf8)))
    #expect(ExternalData.isMentioned(in: lost + Array("a location".utf8)))
    // A tag of 33 bits is field 7 to a decoder that drops the highest.
    let tag: [UInt8] = [0xba, 0x80, 0x80, 0x80, 0x10]
    #expect(ExternalData.isMentioned(in: tag + [8] + Array("location".utf8)))
  }
}
