/// What V2 allows as the value of a parameter.
package enum ParameterValue: Sendable, Equatable {
  case string(String)
  case integer(Int64)
  case number(Double)
  case bool(Bool)
}

/// A V2 inference request, as parsed from either form of the body.
package struct InferRequest: Sendable, Equatable {
  /// The client's own name for the request; it comes back in the response.
  package var id: String?
  package var parameters: [String: ParameterValue]
  package var inputs: [Tensor]
  /// Empty: all outputs of the model.
  package var outputs: [RequestedOutput]

  package init(
    id: String? = nil, parameters: [String: ParameterValue] = [:], inputs: [Tensor],
    outputs: [RequestedOutput] = []
  ) {
    self.id = id
    self.parameters = parameters
    self.inputs = inputs
    self.outputs = outputs
  }

  package struct RequestedOutput: Sendable, Equatable {
    package var name: String
    package var parameters: [String: ParameterValue]

    package init(name: String, parameters: [String: ParameterValue] = [:]) {
      self.name = name
      self.parameters = parameters
    }
  }

  /// Whether the client wants this output in binary form: the output's own `binary_data`, else the request's
  /// `binary_data_output`, else not.
  package func wantsBinary(_ output: String) -> Bool {
    if let asked = outputs.first(where: { $0.name == output })?.parameters["binary_data"] {
      return asked == .bool(true)
    }
    return parameters["binary_data_output"] == .bool(true)
  }
}

/// A V2 inference response.
package struct InferResponse: Sendable, Equatable {
  package var modelName: String
  package var modelVersion: String?
  package var id: String?
  package var parameters: [String: ParameterValue]
  package var outputs: [Tensor]

  package init(
    modelName: String, modelVersion: String? = nil, id: String? = nil,
    parameters: [String: ParameterValue] = [:], outputs: [Tensor]
  ) {
    self.modelName = modelName
    self.modelVersion = modelVersion
    self.id = id
    self.parameters = parameters
    self.outputs = outputs
  }
}
