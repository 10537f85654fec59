import COnnxRuntime
import Glibc
import Inference

/// Whom ONNX Runtime may hand the nodes of a graph to, besides its own CPU kernels.
package enum ExecutionProviders {
  /// The name for a configuration by ONNX Runtime's own.
  static let shortNames = [
    "CPUExecutionProvider": "cpu", "CUDAExecutionProvider": "cuda",
    "TensorrtExecutionProvider": "tensorrt", "NvTensorRTRTXExecutionProvider": "nvtensorrtrtx",
    "ROCMExecutionProvider": "rocm", "MIGraphXExecutionProvider": "migraphx",
    "OpenVINOExecutionProvider": "openvino", "DnnlExecutionProvider": "dnnl",
    "XnnpackExecutionProvider": "xnnpack", "QNNExecutionProvider": "qnn",
    "ACLExecutionProvider": "acl", "ArmNNExecutionProvider": "armnn",
    "CANNExecutionProvider": "cann", "VitisAIExecutionProvider": "vitisai",
    "CoreMLExecutionProvider": "coreml", "WebGpuExecutionProvider": "webgpu",
    "AzureExecutionProvider": "azure",
  ]

  /// All names that a configuration may use, in order.
  package static var known: [String] { shortNames.values.sorted() }

  static func shortName(_ name: String) -> String { shortNames[name] ?? name }

  static func fullName(_ name: String) -> String {
    shortNames.first { $0.value == name.lowercased() }?.key ?? name
  }
}

extension OnnxRuntimeAPI {
  /// ONNX Runtime's own names of the providers that this library was built with.
  func availableProviders() -> [String] {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    var count: Int32 = 0
    guard problem(OrtGetAvailableProviders(table, &names, &count)) == nil, let names else {
      return ["CPUExecutionProvider"]
    }
    defer { _ = problem(OrtReleaseAvailableProviders(table, names, count)) }
    return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
  }

  /// Appends a provider to a session's options.
  ///
  /// - Returns: what kept it from being appended; nil when it was.
  func append(provider fullName: String, to options: OpaquePointer?) -> String? {
    let stem = fullName.hasSuffix("ExecutionProvider") ? String(fullName.dropLast(17)) : fullName
    // A library that was built with the provider exports a function for it: options and a device, 0 being the first.
    if let function = dlsym(library, "OrtSessionOptionsAppendExecutionProvider_\(stem)") {
      return problem(ortAppendProvider(function, options, 0))
    }
    guard Self.isAtLeast(minor: 12, version) else {
      return "it cannot be asked for by name before 1.12"
    }
    return problem(OrtAppendExecutionProvider(table, options, Self.registryName(stem)))
  }

  /// The generic call knows some providers by a name of another form.
  private static func registryName(_ stem: String) -> String {
    ["Azure": "AZURE", "Xnnpack": "XNNPACK", "WebGpu": "WebGPU", "NvTensorRTRTX": "NvTensorRtRtx"][
      stem] ?? stem
  }
}
