import COnnxRuntime

/// What one run is told, and may be told while it goes on. About 0.1 us to make.
///
/// @unchecked Sendable: the pointer is set once; ONNX Runtime lets any thread set the flag that a run looks at between
/// two nodes, and whoever may do so holds this object.
final class RunOptions: @unchecked Sendable {
  private let api: OnnxRuntimeAPI
  let pointer: OpaquePointer

  /// Nil where the library makes none: then the run cannot be stopped.
  init?(_ api: OnnxRuntimeAPI) {
    var pointer: OpaquePointer?
    guard api.problem(OrtCreateRunOptions(api.table, &pointer)) == nil, let pointer else {
      return nil
    }
    self.api = api
    self.pointer = pointer
  }

  deinit { OrtReleaseRunOptions(api.table, pointer) }

  /// The run fails at its next node: measured 0.5 ms later in an endless loop of small ones. A node is not torn apart.
  func terminate() { _ = api.problem(OrtRunOptionsSetTerminate(api.table, pointer)) }
}
