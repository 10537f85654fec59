import InferenceProtocol

/// Where the features stand in a version's input tensors: one value a row each.
///
/// A tensor of shape `[rows]` or `[rows, k]` gives one or k features; for a model without a batch dimension each element
/// of a vector is a feature. Tensors of higher rank, and tensors past `limit` features in all, are not features that
/// anybody looks at one by one (pixels, embeddings): they are left out, and told in `omitted`.
struct FeatureLayout: Equatable, Sendable {
  /// More than any panel lists, fewer than an image has.
  static let limit = 64

  struct Column: Equatable, Sendable {
    var name: String
    var tensor: Int
    /// Of the first row's element, and from one row's element to the next's.
    var offset: Int
    var stride: Int
    var isText: Bool
  }

  private(set) var columns: [Column] = []
  /// Names of the inputs that are not watched.
  private(set) var omitted: [String] = []
  private var form: [Form] = []

  private struct Form: Equatable, Sendable {
    var name: String
    var datatype: DataType
    var width: Int?
  }

  /// - Parameters:
  ///   - inputs: of one request.
  ///   - rows: of that request, at least 1.
  ///   - names: of the features in their order, as the configuration gives them; those missing are made from the input's
  ///     name: `X[3]`, or `X` where it has one column.
  init(_ inputs: [Tensor], rows: Int, names: [String] = []) {
    for (index, tensor) in inputs.enumerated() {
      let width = Self.width(of: tensor, rows: rows)
      form.append(Form(name: tensor.name, datatype: tensor.datatype, width: width))
      guard let width, columns.count + width <= Self.limit else {
        omitted.append(tensor.name)
        continue
      }
      for offset in 0..<width {
        let position = columns.count
        let standard = width == 1 ? tensor.name : "\(tensor.name)[\(offset)]"
        columns.append(
          Column(
            name: position < names.count ? names[position] : standard, tensor: index,
            offset: offset, stride: width, isText: tensor.datatype == .bytes))
      }
    }
  }

  /// Whether features are those of other names, in the same order: a training file has names of its own where the
  /// configuration gives none.
  static func isByOrder(_ names: [String], _ columns: [String]) -> Bool {
    names.count == columns.count && Set(names).isDisjoint(with: columns)
  }

  /// Whether a column, or the input that it stands in, is among these names.
  func isNamed(_ column: Column, in names: Set<String>) -> Bool {
    names.contains(column.name) || names.contains(form[column.tensor].name)
  }

  /// Whether a request has the tensors that this was made from.
  func fits(_ inputs: [Tensor], rows: Int) -> Bool {
    guard inputs.count == form.count else { return false }
    for (tensor, form) in zip(inputs, form)
    where tensor.name != form.name || tensor.datatype != form.datatype
      || Self.width(of: tensor, rows: rows) != form.width
    {
      return false
    }
    return true
  }

  /// Features a row; nil for a tensor that has none.
  private static func width(of tensor: Tensor, rows: Int) -> Int? {
    switch tensor.shape.count {
    case 0: rows == 1 ? 1 : nil
    case 1: tensor.shape[0] == rows ? 1 : rows == 1 ? tensor.shape[0] : nil
    case 2: tensor.shape[0] == rows ? tensor.shape[1] : nil
    default: nil
    }
  }
}
