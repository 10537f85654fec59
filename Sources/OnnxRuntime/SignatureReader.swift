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

  /// ONNX Runtime's overridable initializers: graph inputs with a default, from IR version 4 on.
  private enum Side { case input, output, overridable }

  func signature() throws(InferenceError) -> ModelSignature {
    let signature = ModelSignature(
      inputs: try tensors(.input), outputs: try tensors(.output),
      optionalInputs: try optionalInputs())
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

  /// The dimensions that several inputs have in common by name.
  func sharedDimensions(of signature: ModelSignature) throws(InferenceError) -> SharedDimensions {
    var names: [(input: String, dimensions: [String])] = []
    for (index, input) in signature.inputs.enumerated() {
      let rank = input.takesAnyShape ? 0 : input.shape.count
      names.append((input.name, try dimensionNames(index, rank: rank)))
    }
    return SharedDimensions(names)
  }

  /// Of an input; empty where a dimension has no name.
  private func dimensionNames(_ index: Int, rank: Int) throws(InferenceError) -> [String] {
    let info = try typeInfo(.input, index)
    defer { OrtReleaseTypeInfo(api.table, info) }
    var shapeInfo: OpaquePointer?
    try check(OrtCastTypeInfoToTensorInfo(api.table, info, &shapeInfo))
    // They belong to the type's info.
    var names = [UnsafePointer<CChar>?](repeating: nil, count: rank)
    try check(OrtGetSymbolicDimensions(api.table, shapeInfo, &names, rank))
    return names.map { name in name.map { String(cString: $0) } ?? "" }
  }

  private func typeInfo(_ side: Side, _ index: Int) throws(InferenceError) -> OpaquePointer? {
    var info: OpaquePointer?
    let status =
      switch side {
      case .input: OrtSessionGetInputTypeInfo(api.table, session, index, &info)
      case .output: OrtSessionGetOutputTypeInfo(api.table, session, index, &info)
      case .overridable:
        OrtSessionGetOverridableInitializerTypeInfo(api.table, session, index, &info)
      }
    try check(status)
    return info
  }

  private func count(_ side: Side) throws(InferenceError) -> Int {
    var count = 0
    let status =
      switch side {
      case .input: OrtSessionGetInputCount(api.table, session, &count)
      case .output: OrtSessionGetOutputCount(api.table, session, &count)
      case .overridable:
        OrtSessionGetOverridableInitializerCount(api.table, session, &count)
      }
    try check(status)
    return count
  }

  private func tensors(_ side: Side) throws(InferenceError) -> [TensorMetadata] {
    var tensors: [TensorMetadata] = []
    for index in 0..<(try count(side)) { tensors.append(try tensor(side, index)) }
    return tensors
  }

  /// Those that a request can carry: of a type that V2 does not have the default stays in force, and refuses no model.
  private func optionalInputs() throws(InferenceError) -> [TensorMetadata] {
    (0..<(try count(.overridable))).compactMap { index in
      guard var tensor = try? tensor(.overridable, index) else { return nil }
      tensor.isOptional = true
      return tensor
    }
  }

  private func tensor(_ side: Side, _ index: Int) throws(InferenceError) -> TensorMetadata {
    let name = try name(side, index)
    let info = try typeInfo(side, index)
    defer { OrtReleaseTypeInfo(api.table, info) }
    var kind: Int32 = 0
    try check(OrtGetOnnxTypeFromTypeInfo(api.table, info, &kind))
    var shapeInfo: OpaquePointer?
    try check(OrtCastTypeInfoToTensorInfo(api.table, info, &shapeInfo))
    guard kind == Self.tensorKind, let shapeInfo else {
      throw notATensor(side, name, kind, kind == Self.sequenceKind ? try elementKind(info) : nil)
    }
    var elementType: Int32 = 0
    var rank = 0
    try check(OrtGetTensorElementType(api.table, shapeInfo, &elementType))
    try check(OrtGetDimensionsCount(api.table, shapeInfo, &rank))
    var lengths = [Int64](repeating: 0, count: rank)
    try check(OrtGetDimensions(api.table, shapeInfo, &lengths, rank))
    let isOpen = rank == 0 && api.tellsShapes && !OrtHasShape(api.table, shapeInfo)
    if isOpen { lengths = [-1] }
    guard let datatype = DataType(onnxElementType: elementType) else {
      throw .load(
        file.version, path: file.path,
        .unsupported(
          what: "\(side) \"\(name)\" of ONNX element type \(elementType)",
          advice: "cast it in the graph to a type of the Open Inference Protocol"))
    }
    return TensorMetadata(
      name: name, datatype: datatype, shape: lengths.map { $0 < 0 ? -1 : Int($0) },
      labels: side == .output ? labels[name] : nil, takesAnyShape: isOpen)
  }

  private func name(_ side: Side, _ index: Int) throws(InferenceError) -> String {
    var pointer: UnsafeMutablePointer<CChar>?
    let status =
      switch side {
      case .input:
        OrtSessionGetInputName(api.table, session, index, api.allocator, &pointer)
      case .output:
        OrtSessionGetOutputName(api.table, session, index, api.allocator, &pointer)
      case .overridable:
        OrtSessionGetOverridableInitializerName(
          api.table, session, index, api.allocator, &pointer)
      }
    try check(status)
    guard let pointer else { return "" }
    defer { _ = api.problem(OrtAllocatorFree(api.table, api.allocator, pointer)) }
    return String(cString: pointer)
  }

  /// What a sequence is made of.
  private func elementKind(_ info: OpaquePointer?) throws(InferenceError) -> Int32 {
    var sequence: OpaquePointer?
    try check(OrtCastTypeInfoToSequenceInfo(api.table, info, &sequence))
    guard let sequence else { return 0 }
    var element: OpaquePointer?
    try check(OrtGetSequenceElementType(api.table, sequence, &element))
    defer { OrtReleaseTypeInfo(api.table, element) }
    var kind: Int32 = 0
    try check(OrtGetOnnxTypeFromTypeInfo(api.table, element, &kind))
    return kind
  }

  /// - Parameter element: of a sequence.
  private func notATensor(
    _ side: Side, _ name: String, _ kind: Int32, _ element: Int32?
  ) -> InferenceError {
    let (what, advice): (String, String) =
      switch (side, kind, element) {
      case (.output, Self.sequenceKind, Self.mapKind), (.output, Self.mapKind, _):
        (
          kind == Self.mapKind ? "a map," : "a sequence of maps that no ZipMap node makes,",
          "export the model again with options={id(model): {'zipmap': False}} (skl2onnx), or take the node "
            + "that makes the maps out of the graph and give its input, a tensor, as the output"
        )
      case (.output, Self.sequenceKind, Self.tensorKind):
        (
          "a sequence of tensors,",
          "export the model again so that it returns a tensor: torch.stack or torch.cat instead of a list, or "
            + "at the end of the graph a ConcatFromSequence node (SequenceAt for one of them); tensors of "
            + "different shapes become outputs of their own"
        )
      case (.output, _, _):
        ("which is no tensor,", "export the model again so that each of its outputs is a tensor")
      case (.input, Self.sequenceKind, _):
        (
          "a sequence,",
          "export the model again so that it takes a tensor, or each element as an input of its own"
        )
      default:
        ("which is no tensor,", "export the model again so that each of its inputs is a tensor")
      }
    return .load(
      file.version, path: file.path,
      .unsupported(what: "\(side) \"\(name)\", \(what)", advice: advice))
  }

  private func check(_ status: OpaquePointer?) throws(InferenceError) {
    if let problem = api.problem(status) {
      throw .load(file.version, path: file.path, .refused(reason: problem))
    }
  }

  /// ONNXType.
  private static let tensorKind: Int32 = 1
  private static let sequenceKind: Int32 = 2
  private static let mapKind: Int32 = 3
}
