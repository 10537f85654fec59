/// Why a body is not a V2 message. All of them are the sender's fault: status 400 (413 for `tooMuch`).
package enum WireError: Error, Sendable, Equatable {
  /// The body is not JSON at byte `offset`.
  case notJSON(offset: Int, expected: String, found: Found)
  /// It is JSON, but the value of `key` is of the wrong kind.
  case wrongKind(key: String, offset: Int, expected: String, found: Found)
  /// `owner` is "request", "response", or the name of a tensor in quotes.
  case missingKey(String, owner: String)
  case unknownDatatype(tensor: String, found: String)
  case duplicateTensor(String)
  /// `owner` as of `missingKey`.
  case duplicateKey(String, owner: String)
  /// A parameter that has a meaning, with a value that has none. `owner` as of `missingKey`; `found` in words.
  case badParameter(String, owner: String, expected: String, found: String)
  case badDimension(tensor: String, offset: Int)
  /// `found` elements for a shape that holds `expected`; nil when the shape's product overflows.
  case elementCount(tensor: String, shape: [Int], expected: Int?, found: Int)
  /// Nested data whose arrays do not have the lengths of the shape; `level` 1 is the outermost.
  case ragged(tensor: String, shape: [Int], offset: Int, level: Int, Nesting)
  case badElement(tensor: String, datatype: DataType, offset: Int, found: Found)
  case outOfRange(tensor: String, datatype: DataType, offset: Int, found: String)
  /// One of `WireLimits` was passed.
  case tooMuch(what: String, limit: Int)
  /// A string of the JSON that is not UTF-8, as JSON has to be.
  case notText(tensor: String, offset: Int)
  /// The binary part of the body and what the JSON part says of it do not agree.
  case binarySize(tensor: String, expected: Int, found: Int)
  /// A BYTES tensor whose lengths run past its binary part.
  case binaryStrings(tensor: String, element: Int)
  /// The JSON part would be longer than the body.
  case headerLength(Int, body: Int)
  /// A tensor whose data are in memory that it would share with the server. `owner` as of `missingKey`.
  case sharedMemory(owner: String)
  /// Bytes after the last binary tensor.
  case trailingBytes(Int)
  /// A raw request for a model that has not one input.
  case rawInputs(found: Int)
  /// A raw request for an input whose shape its bytes do not tell.
  case rawShape(tensor: String, shape: [Int])

  /// What a level of nested data has that the shape has not.
  package enum Nesting: Sendable, Equatable {
    case length(expected: Int, found: Int)
    /// An array where the shape's last dimension has elements, or the other way round.
    case arrays(expected: Bool, found: Found)
  }

  /// What stood where something else was expected.
  package enum Found: Sendable, Equatable {
    case end
    case byte(UInt8)
    case string, number, bool, null, array, object
  }

  package var isTooLarge: Bool { if case .tooMuch = self { true } else { false } }
}

extension WireError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notJSON(let offset, let expected, let found):
      "byte \(offset): expected \(expected), found \(found)"
    case .wrongKind(let key, let offset, let expected, let found):
      "\"\(key)\" at byte \(offset): expected \(expected), found \(found)"
    case .missingKey(let key, let owner):
      "\(owner): \"\(key)\" is missing"
    case .unknownDatatype(let tensor, let found):
      "tensor \"\(tensor)\": datatype \"\(found)\" is not one of "
        + DataType.allCases.map(\.rawValue).joined(separator: ", ")
    case .badParameter(let key, let owner, let expected, let found):
      "\(owner): parameter \"\(key)\": expected \(expected), found \(found)"
    case .duplicateTensor(let tensor):
      "tensor \"\(tensor)\" is given twice"
    case .duplicateKey(let key, let owner):
      "\(owner): \"\(key)\" is given twice"
    case .badDimension(let tensor, let offset):
      "tensor \"\(tensor)\": shape at byte \(offset): expected a whole number from 0"
    case .elementCount(let tensor, let shape, let expected?, let found):
      "tensor \"\(tensor)\": shape \(Self.text(shape)) holds \(Self.count(expected)), data has \(found)"
    case .elementCount(let tensor, let shape, nil, let found):
      "tensor \"\(tensor)\": shape \(Self.text(shape)) is larger than memory, data has \(found)"
    case .ragged(let tensor, let shape, let offset, let level, let nesting):
      "tensor \"\(tensor)\": nested data at byte \(offset) does not have the shape \(Self.text(shape)): "
        + "at level \(level) expected \(nesting)"
    case .badElement(let tensor, let datatype, let offset, let found):
      "tensor \"\(tensor)\": data at byte \(offset): expected \(Self.noun(datatype)), found \(found)"
    case .outOfRange(let tensor, let datatype, let offset, let found):
      "tensor \"\(tensor)\": data at byte \(offset): \(found) does not fit \(datatype.rawValue)"
    case .notText(let tensor, let offset):
      "tensor \"\(tensor)\": data at byte \(offset): expected UTF-8 text, found other bytes; send such strings in "
        + "binary form"
    case .tooMuch(let what, let limit):
      "too many \(what): at most \(limit) are taken"
    case .binarySize(let tensor, let expected, let found):
      "tensor \"\(tensor)\": expected \(expected) bytes of binary data, found \(found)"
    case .binaryStrings(let tensor, let element):
      "tensor \"\(tensor)\": element \(element) runs past the end of its binary data"
    case .headerLength(let length, let body):
      "Inference-Header-Content-Length is \(length), but the body has \(body) bytes"
    case .sharedMemory(let owner):
      "\(owner): shared memory is not supported; send the data, in JSON or in binary form"
    case .trailingBytes(let count):
      "\(count) bytes follow the last binary tensor"
    case .rawInputs(let found):
      "a raw request (Inference-Header-Content-Length: 0) is for a model with one input, this has "
        + "\(found): send a JSON part that names them"
    case .rawShape(let tensor, let shape):
      "a raw request (Inference-Header-Content-Length: 0) does not tell the shape of input "
        + "\"\(tensor)\", \(Self.text(shape)): send a JSON part that does"
    }
  }

  /// A shape as messages show it: `[1,7]`.
  package static func text(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ",") + "]"
  }

  private static func count(_ numbers: Int) -> String {
    numbers == 1 ? "1 number" : "\(numbers) numbers"
  }

  private static func noun(_ datatype: DataType) -> String {
    switch datatype {
    case .bool: "true or false"
    case .bytes: "a string"
    case .fp16, .bf16, .fp32, .fp64: "a number (\(datatype.rawValue))"
    default: "a whole number (\(datatype.rawValue))"
    }
  }
}

extension WireError.Nesting: CustomStringConvertible {
  package var description: String {
    switch self {
    case .length(let expected, let found): "\(expected) of them, found \(found)"
    case .arrays(true, let found): "arrays, found \(found)"
    case .arrays(false, let found): "elements, found \(found)"
    }
  }
}

extension WireError.Found: CustomStringConvertible {
  package var description: String {
    switch self {
    case .end: "the end of the body"
    case .byte(let byte) where (0x20..<0x7f).contains(byte):
      "'\(Character(UnicodeScalar(byte)))'"
    case .byte(let byte): "byte 0x" + String(byte, radix: 16)
    case .string: "a string"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "null"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
