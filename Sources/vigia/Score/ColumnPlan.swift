package import Inference
package import InferenceProtocol

/// Which column of a file feeds which element of a model's inputs.
package struct ColumnPlan: Sendable, Equatable {
  /// The header's names, unquoted.
  package var columns: [String]
  package var inputs: [Input]
  /// By column; nil: the model has no use for it.
  package var uses: [Use?]
  /// The column that names a row in the output; nil: its number does.
  package var idColumn: Int?

  package struct Input: Sendable, Equatable {
    package var name: String
    package var datatype: DataType
    /// Of one row's part.
    package var shape: [Int]
    /// Elements of a row.
    package var width: Int
  }

  package struct Use: Sendable, Equatable {
    package var input: Int
    package var element: Int
  }

  /// The header's columns as the model wants them.
  ///
  /// One input of several elements: `features` where they are given; else columns named `input_0`, `input_1`, ...; else
  /// all columns but that of `id`, in order, when they are as many. One input of one element, and each of several
  /// inputs: the column of its name. What is left over is not the model's.
  ///
  /// - Throws: `usage`, with what was found and what is wanted.
  package init(
    columns: [String], signature: ModelSignature, features: [String]? = nil, id: String? = nil
  ) throws(ScoreError) {
    self.columns = columns
    uses = Array(repeating: nil, count: columns.count)
    inputs = []
    if let id { idColumn = try Self.column(id, columns, "--id") }
    guard signature.inputs.count == 1, let only = signature.inputs.first else {
      guard features == nil else {
        throw .usage(
          "--features is for models with one input; this one has "
            + Self.list(signature.inputs.map(\.name)))
      }
      for tensor in signature.inputs { try add(tensor, signature.isBatchable) }
      return
    }
    try add(only: only, signature.isBatchable, features)
  }

  private mutating func add(
    only tensor: TensorMetadata, _ isBatchable: Bool, _ features: [String]?
  ) throws(ScoreError) {
    let others = columns.indices.filter { $0 != idColumn }
    let tail = isBatchable ? Array(tensor.shape.dropFirst()) : tensor.shape
    let open = tail.filter { $0 < 0 }.count
    guard open <= 1 else { throw Self.unknownWidth(tensor) }
    let fixed = tail.reduce(1) { $1 < 0 ? $0 : $0 * $1 }
    let numbered = Self.numbered(tensor.name, columns)
    let chosen: [Int]
    if let features {
      chosen = try Self.chosen(features, columns)
    } else if !numbered.isEmpty, open > 0 || numbered.count >= fixed {
      chosen = open > 0 ? numbered : Array(numbered.prefix(fixed))
    } else if open == 0, fixed == 1, let index = columns.firstIndex(of: tensor.name) {
      chosen = [index]
    } else {
      chosen = others
    }
    let fits = open == 0 ? chosen.count == fixed : chosen.count > 0 && chosen.count % fixed == 0
    guard fits else {
      throw Self.wrongCount(
        tensor, wanted: fixed, isOpen: open > 0, features, columns, id: idColumn)
    }
    append(tensor, tail.map { $0 < 0 ? chosen.count / fixed : $0 }, chosen)
  }

  private mutating func add(_ tensor: TensorMetadata, _ isBatchable: Bool) throws(ScoreError) {
    let tail = isBatchable ? Array(tensor.shape.dropFirst()) : tensor.shape
    let numbered = Self.numbered(tensor.name, columns)
    let open = tail.filter { $0 < 0 }.count
    guard open == 0 || (open == 1 && !numbered.isEmpty) else { throw Self.unknownWidth(tensor) }
    let fixed = tail.reduce(1) { $1 < 0 ? $0 : $0 * $1 }
    if open == 0, fixed == 1, let index = columns.firstIndex(of: tensor.name) {
      return append(tensor, tail, [index])
    }
    let width = open == 0 ? fixed : numbered.count / fixed * fixed
    guard width > 0, numbered.count >= width else {
      let wanted = fixed == 1 ? tensor.name : "\(tensor.name)_0 to \(tensor.name)_\(fixed - 1)"
      let hint =
        Spelling.nearest(to: tensor.name, among: columns)
        .map { "; did you mean \"\($0)\"?" } ?? ""
      throw .usage(
        "expected a column \(wanted) for input \"\(tensor.name)\", found \(Self.list(columns))\(hint)"
      )
    }
    append(tensor, tail.map { $0 < 0 ? width / fixed : $0 }, Array(numbered.prefix(width)))
  }

  private mutating func append(_ tensor: TensorMetadata, _ shape: [Int], _ chosen: [Int]) {
    for (element, column) in chosen.enumerated() {
      uses[column] = Use(input: inputs.count, element: element)
    }
    inputs.append(
      Input(name: tensor.name, datatype: tensor.datatype, shape: shape, width: chosen.count))
  }

  /// Columns `name_0`, `name_1`, ... as far as they go without a gap.
  private static func numbered(_ name: String, _ columns: [String]) -> [Int] {
    var found: [Int] = []
    while let index = columns.firstIndex(of: "\(name)_\(found.count)") { found.append(index) }
    return found
  }

  private static func chosen(
    _ features: [String], _ columns: [String]
  ) throws(ScoreError) -> [Int] {
    var chosen: [Int] = []
    for name in features {
      let index = try column(name, columns, "--features")
      guard !chosen.contains(index) else { throw .usage("--features names \"\(name)\" twice") }
      chosen.append(index)
    }
    return chosen
  }

  private static func column(
    _ name: String, _ columns: [String], _ option: String
  ) throws(ScoreError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      let hint =
        Spelling.nearest(to: name, among: columns).map { "; did you mean \"\($0)\"?" } ?? ""
      throw .usage("\(option): no column \"\(name)\"; there are \(list(columns))\(hint)")
    }
    guard columns.lastIndex(of: name) == index else {
      throw .usage("\(option): two columns are named \"\(name)\"; rename one of them")
    }
    return index
  }

  private static func unknownWidth(_ tensor: TensorMetadata) -> ScoreError {
    .usage(
      "input \"\(tensor.name)\" has the shape \(tensor.shape): how many columns make a row of it cannot be told "
        + "(name them \(tensor.name)_0, \(tensor.name)_1, ... where one length is open)")
  }

  private static func wrongCount(
    _ tensor: TensorMetadata, wanted: Int, isOpen: Bool, _ features: [String]?,
    _ columns: [String], id: Int?
  ) -> ScoreError {
    let number = isOpen ? "a multiple of \(wanted)" : "\(wanted)"
    if let features {
      return .usage(
        "input \"\(tensor.name)\" takes \(number) columns, --features names \(features.count)")
    }
    let besides = id.map { " besides --id \(columns[$0])" } ?? ""
    let found = columns.count - (id == nil ? 0 : 1)
    var advice = "choose them with --features a,b,c"
    if found < wanted {
      advice =
        columns.count == 1 && columns[0].contains { ";\t|".contains($0) }
        ? "fields are separated by commas here" : "bring the others"
    }
    return .usage(
      "input \"\(tensor.name)\" takes \(number) columns, the file has \(found)\(besides): "
        + "\(list(columns)); \(advice)")
  }

  /// Names for a message: at most twenty.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? "\(shown), ... (\(names.count) in all)" : shown
  }
}
