import Inference
import InferenceProtocol

/// Dimensions that a model's inputs have in common by name: ONNX wants the same length of each where the name is the same.
///
/// ONNX Runtime does not look at the names, and many models run although lengths differ, as a 1 is repeated. So it is asked
/// only about a run that failed: whether the request was to blame.
struct SharedDimensions {
  private struct Place {
    let input: String
    let axis: Int
  }

  private let places: [(name: String, places: [Place])]

  /// - Parameter names: of each input's dimensions; empty where one has none.
  init(_ names: [(input: String, dimensions: [String])] = []) {
    var found: [(name: String, places: [Place])] = []
    for (input, dimensions) in names {
      for (axis, name) in dimensions.enumerated() where !name.isEmpty {
        let place = Place(input: input, axis: axis)
        if let index = found.firstIndex(where: { $0.name == name }) {
          found[index].places.append(place)
        } else {
          found.append((name, [place]))
        }
      }
    }
    places = found.filter { $0.places.count > 1 }
  }

  /// Two inputs in which a dimension of one name has different lengths, other than 1; nil when there are none.
  func disagreement(_ inputs: [Tensor]) -> InferenceError.InvalidRequest? {
    for (name, places) in places {
      let lengths = places.compactMap { place in
        inputs.first { $0.name == place.input }.flatMap { tensor in
          tensor.shape.indices.contains(place.axis) ? (tensor, tensor.shape[place.axis]) : nil
        }
      }
      // A 1 is repeated by most operators: that the run failed may have another reason.
      let open = lengths.filter { $0.1 != 1 }
      guard let (first, length) = open.first,
        let (other, _) = open.first(where: { $0.1 != length })
      else { continue }
      return .sharedDimension(
        name, input: first.name, shape: first.shape, other: other.name, otherShape: other.shape)
    }
    return nil
  }
}
