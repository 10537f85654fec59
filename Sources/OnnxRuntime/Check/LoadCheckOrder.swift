import Domain
import Foundation
package import Inference
package import InferenceProtocol

/// What the checking child is told, as one line of JSON on its standard input.
package struct LoadCheckOrder: Sendable, Codable {
  package var model: String
  package var version: String
  package var path: String
  package var sha256: String
  package var byteCount: Int64
  package var modelBytesMax: Int64
  package var libraryCandidates: [String]
  package var session: SessionSettings
  package var refusesNaN: Bool
  /// Bytes by which the child may grow once ONNX Runtime is there; nil: without a limit.
  package var memoryLimit: Int64?
  /// Seconds that the child may compute.
  package var seconds: Int
  private var recent: [Request]

  package init(
    file: ModelFile, modelBytesMax: Int64, libraryCandidates: [String], session: SessionSettings,
    refusesNaN: Bool, recent: [InferRequest]
  ) {
    model = file.version.model
    version = file.version.version
    path = file.path
    sha256 = file.sha256
    byteCount = file.byteCount
    self.modelBytesMax = modelBytesMax
    self.libraryCandidates = libraryCandidates
    self.session = session
    self.refusesNaN = refusesNaN
    seconds = 60
    self.recent = recent.map(Request.init)
  }

  package var file: ModelFile {
    ModelFile(
      version: ModelVersion(model: model, version: version), path: path, sha256: sha256,
      byteCount: byteCount)
  }

  package var requests: [InferRequest] {
    recent.map { request in
      InferRequest(inputs: request.inputs.compactMap(\.tensor))
    }
  }

  private struct Request: Sendable, Codable {
    var inputs: [Input]

    init(_ request: InferRequest) { inputs = request.inputs.map(Input.init) }
  }

  private struct Input: Sendable, Codable {
    var name: String
    var datatype: String
    var shape: [Int]
    var bytes: Data?
    var strings: [Data]?

    init(_ tensor: Tensor) {
      name = tensor.name
      datatype = tensor.datatype.rawValue
      shape = tensor.shape
      switch tensor.storage {
      case .bytes(let bytes): self.bytes = Data(bytes)
      case .strings(let strings): self.strings = strings.map { Data($0) }
      }
    }

    var tensor: Tensor? {
      guard let datatype = DataType(rawValue: datatype) else { return nil }
      let storage: Tensor.Storage =
        strings.map { .strings($0.map { Array($0) }) } ?? .bytes(bytes.map { Array($0) } ?? [])
      return Tensor(name: name, datatype: datatype, shape: shape, storage: storage)
    }
  }
}

/// What the checking child found, as one line of JSON on its standard output.
package enum LoadCheckReport: Sendable, Codable, Equatable {
  /// - Parameter memoryBytes: by which the child's resident memory grew.
  case passed(memoryBytes: Int64)
  case refused(InferenceError.LoadProblem)
  /// It needs more than it was allowed.
  case outOfMemory
  /// The file could not be looked at: ONNX Runtime is not there, or the order makes no sense.
  case notChecked(reason: String)
}
