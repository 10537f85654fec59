import COnnxRuntime
import Domain
import Inference
import InferenceProtocol

/// One model in ONNX Runtime's memory.
///
/// @unchecked Sendable: only OrtRun reads the session pointer after `init`, and OrtRun may be called concurrently;
/// `release` is called once, after the last run: `ModelServer` counts them.
final class OnnxSession: @unchecked Sendable {
  let signature: ModelSignature
  let version: ModelVersion
  let api: OnnxRuntimeAPI
  /// What a person should know of it although it runs: a line each.
  let warnings: [String]
  private let session: OpaquePointer
  private let answerBytes: Int
  private let sharedDimensions: SharedDimensions
  private let inputNames: [String: UnsafeMutablePointer<CChar>]
  private let outputNames: [String: UnsafeMutablePointer<CChar>]

  /// Blocks for some milliseconds, more for large models.
  ///
  /// - Parameter bytes: the model file; ONNX Runtime copies what it needs.
  /// - Throws: `load` with the file's path and what is wrong with it.
  init(
    file: ModelFile, bytes: [UInt8], api: OnnxRuntimeAPI,
    settings: SessionSettings = SessionSettings()
  ) throws(InferenceError) {
    guard !ExternalData.isMentioned(in: bytes) else {
      throw .load(
        file.version, path: file.path,
        .unsupported(
          what: "a model that keeps its weights in other files",
          advice: "save it as one: onnx.save_model(m, path, save_as_external_data=False)"))
    }
    let zipMap = ZipMap.replaced(in: bytes)
    let (session, warnings) = try SessionMaker(api: api, file: file, settings: settings)
      .make(zipMap?.model ?? bytes)
    do throws(InferenceError) {
      let reader = SignatureReader(
        api: api, session: session, file: file, labels: zipMap?.labels ?? [:])
      signature = try reader.signature()
      sharedDimensions = try reader.sharedDimensions(of: signature)
    } catch {
      OrtReleaseSession(api.table, session)
      throw error
    }
    self.session = session
    answerBytes = settings.answerBytes
    self.api = api
    self.warnings = warnings
    version = file.version
    inputNames = Self.cStrings(signature.allInputs)
    outputNames = Self.cStrings(signature.outputs)
  }

  func release() {
    OrtReleaseSession(api.table, session)
    for name in inputNames.values { name.deallocate() }
    for name in outputNames.values { name.deallocate() }
  }

  /// Computes the named outputs. Blocks; may be called concurrently.
  ///
  /// - Parameters:
  ///   - inputs: checked against the signature, in any order.
  ///   - stop: ends the run between two of the model's nodes, with an error.
  func run(
    _ inputs: [Tensor], outputs: [String], stop: RunStop? = nil
  ) throws(InferenceError) -> [Tensor] {
    var values: [OpaquePointer?] = []
    values.reserveCapacity(inputs.count)
    defer { for value in values { OrtReleaseValue(api.table, value) } }
    // Strings are copied into ONNX Runtime's memory; all else is read where it lies, so the arrays are held until the
    // run has ended.
    return try withValues(inputs[...], &values) { (values) throws(InferenceError) in
      try run(values, of: inputs, outputs, stop)
    }
  }

  private func withValues(
    _ rest: ArraySlice<Tensor>, _ values: inout [OpaquePointer?],
    _ body: ([OpaquePointer?]) throws(InferenceError) -> [Tensor]
  ) throws(InferenceError) -> [Tensor] {
    guard let tensor = rest.first else { return try body(values) }
    let shape = tensor.shape.map(Int64.init)
    switch tensor.storage {
    case .strings(let strings):
      values.append(try stringValue(strings, shape: shape))
      return try withValues(rest.dropFirst(), &values, body)
    case .bytes(let bytes):
      let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(InferenceError) in
          var value: OpaquePointer?
          // Never written to: it is an input. An empty array may have no address, yet one is asked for.
          let address = UnsafeMutableRawPointer(mutating: buffer.baseAddress ?? Self.nowhere)
          try check(
            OrtCreateTensorWithData(
              api.table, api.memoryInfo, address, buffer.count, shape, shape.count,
              tensor.datatype.onnxElementType, &value))
          values.append(value)
          return try withValues(rest.dropFirst(), &values, body)
        }
      }
      return try result.get()
    }
  }

  private func run(
    _ values: [OpaquePointer?], of inputs: [Tensor], _ outputs: [String], _ stop: RunStop?
  ) throws(InferenceError) -> [Tensor] {
    let inputPointers = inputs.map { inputNames[$0.name].map { UnsafePointer($0) } }
    let outputPointers = outputs.map { outputNames[$0].map { UnsafePointer($0) } }
    guard !inputPointers.contains(nil), !outputPointers.contains(nil) else {
      throw .engine(version, reason: "a name that the model does not have")
    }
    var results = [OpaquePointer?](repeating: nil, count: outputs.count)
    defer { for result in results { OrtReleaseValue(api.table, result) } }
    let options = stop == nil ? nil : RunOptions(api)
    if let options { stop?.attach { options.terminate() } }
    defer { stop?.detach() }
    if let problem = api.problem(
      OrtRun(
        api.table, session, options?.pointer, inputPointers, values, values.count, outputPointers,
        outputs.count, &results))
    {
      if let fault = sharedDimensions.disagreement(inputs) { throw .invalid(fault) }
      throw .engine(version, reason: problem)
    }
    var reader = ValueReader(session: self, limit: answerBytes)
    var tensors: [Tensor] = []
    tensors.reserveCapacity(outputs.count)
    for (name, value) in zip(outputs, results) {
      guard let value else { throw .engine(version, reason: "no value for \"\(name)\"") }
      tensors.append(try reader.tensor(name, value))
    }
    return tensors
  }

  private func stringValue(
    _ strings: [[UInt8]], shape: [Int64]
  ) throws(InferenceError) -> OpaquePointer? {
    var value: OpaquePointer?
    try check(
      OrtCreateTensorAsOrtValue(
        api.table, api.allocator, shape, shape.count, DataType.bytes.onnxElementType, &value))
    do throws(InferenceError) {
      for (index, string) in strings.enumerated() {
        guard api.writesStringsByLength else {
          throw .unsupported("BYTES as an input with ONNX Runtime \(api.version), older than 1.15,")
        }
        var buffer: UnsafeMutablePointer<CChar>?
        try check(
          OrtGetResizedStringBuffer(api.table, value, index, string.count, &buffer))
        guard let buffer else { continue }
        UnsafeMutableRawBufferPointer(start: buffer, count: string.count).copyBytes(from: string)
      }
    } catch {
      OrtReleaseValue(api.table, value)
      throw error
    }
    return value
  }

  func check(_ status: OpaquePointer?) throws(InferenceError) {
    if let problem = api.problem(status) { throw .engine(version, reason: problem) }
  }

  private static func cStrings(
    _ tensors: [TensorMetadata]
  ) -> [String: UnsafeMutablePointer<CChar>] {
    var strings: [String: UnsafeMutablePointer<CChar>] = [:]
    for tensor in tensors where strings[tensor.name] == nil {
      let text = Array(tensor.name.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
      copy.initialize(from: text, count: text.count)
      strings[tensor.name] = copy
    }
    return strings
  }

  /// An address for empty tensors, aligned for every type; nothing is read there.
  ///
  /// nonisolated(unsafe): set once, never written to, never freed.
  nonisolated(unsafe) static let nowhere = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64))
}
