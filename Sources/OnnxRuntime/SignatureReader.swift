import COnnxRuntime
import Inference
import InferenceProtocol

/// Reads the names, types and shapes of a session's inputs and outputs.
struct SignatureReader {
  let api: OnnxRuntimeAPI
  let session: OpaquePointer
  let file: ModelFile
  /// Of outputs whose columns are classes.
  var labels: [String: [String]] = [:]

  private enum Side { case input, output }

  func signature() throws(InferenceError) -> ModelSignature {
    let signature = ModelSignature(inputs: try tensors(.input), outputs: try tensors(.output))
    // Such a row would be made of zeros to try the model, and could never be asked for.
    guard signature.fitsMessage(rows: 1) else {
      throw .load(
        file.version, path: file.path,
        .unsupported(
          what: "a model whose inputs have more than \(WireLimits().elements) elements a row",
          advice: "that is all that a request may hold; make its inputs smaller"))
    }
    return signature
  }

  private func tensors(_ side: Side) throws(InferenceError) -> [TensorMetadata] {
    var count = 0
    try check(
      side == .input
        ? OrtSessionGetInputCount(api.table, session, &count)
        : OrtSessionGetOutputCount(api.table, session, &count))
    var tensors: [TensorMetadata] = []
    for index in 0..<count { tensors.append(try tensor(side, index)) }
    return tensors
  }

  private func tensor(_ side: Side, _ index: Int) throws(InferenceError) -> TensorMetadata {
    let name = try name(side, index)
    var info: OpaquePointer?
    try check(
      side == .input
        ? OrtSessionGetInputTypeInfo(api.table, session, index, &info)
        : OrtSessionGetOutputTypeInfo(api.table, session, index, &info))
    defer { OrtReleaseTypeInfo(api.table, info) }
    var kind: Int32 = 0
    try check(OrtGetOnnxTypeFromTypeInfo(api.table, info, &kind))
    var shapeInfo: OpaquePointer?
    try check(OrtCastTypeInfoToTensorInfo(api.table, info, &shapeInfo))
    guard kind == Self.tensorKind, let shapeInfo else { throw notATensor(side, name, kind) }
    var elementType: Int32 = 0
    var rank = 0
    try check(OrtGetTensorElementType(api.table, shapeInfo, &elementType))
    try check(OrtGetDimensionsCount(api.table, shapeInfo, &rank))
    var lengths = [Int64](repeating: 0, count: rank)
    try check(OrtGetDimensions(api.table, shapeInfo, &lengths, rank))
    guard let datatype = DataType(onnxElementType: elementType) else {
      throw .load(
        file.version, path: file.path,
        .unsupported(
          what: "\(side) \"\(name)\" of ONNX element type \(elementType)",
          advice: "cast it in the graph to a type of the Open Inference Protocol"))
    }
    return TensorMetadata(
      name: name, datatype: datatype, shape: lengths.map { $0 < 0 ? -1 : Int($0) },
      labels: side == .output ? labels[name] : nil)
  }

  private func name(_ side: Side, _ index: Int) throws(InferenceError) -> String {
    var pointer: UnsafeMutablePointer<CChar>?
    try check(
      side == .input
        ? OrtSessionGetInputName(api.table, session, index, api.allocator, &pointer)
        : OrtSessionGetOutputName(api.table, session, index, api.allocator, &pointer))
    guard let pointer else { return "" }
    defer { _ = api.problem(OrtAllocatorFree(api.table, api.allocator, pointer)) }
    return String(cString: pointer)
  }

  private func notATensor(_ side: Side, _ name: String, _ kind: Int32) -> InferenceError {
    let isSequence = side == .output && kind == Self.sequenceKind
    let what =
      isSequence
      ? "output \"\(name)\", a sequence that no ZipMap node makes,"
      : "\(side) \"\(name)\", which is no tensor,"
    let advice =
      isSequence
      ? "export the model again with options={id(model): {'zipmap': False}}, or without a sequence"
      : "make the graph take and give tensors"
    return .load(file.version, path: file.path, .unsupported(what: what, advice: advice))
  }

  private func check(_ status: OpaquePointer?) throws(InferenceError) {
    if let problem = api.problem(status) {
      throw .load(file.version, path: file.path, .refused(reason: problem))
    }
  }

  /// ONNXType.
  private static let tensorKind: Int32 = 1
  private static let sequenceKind: Int32 = 2
}
