import Foundation

/// Reads the data of a replay from `.csv` or `.csv.gz`.
package enum StreamReader {
  /// Most bytes of CSV that a stream may hold.
  package static let limit = 256 << 20

  package static func read(_ path: String) throws(StreamError) -> CSVTable {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
      throw StreamError(path, isMissing ? .missing : .unreadable)
    }
    var bytes = [UInt8](data)
    do {
      if path.hasSuffix(".gz") { bytes = try Gunzip.bytes(of: bytes, limit: limit) }
    } catch {
      throw StreamError(path, .compression(error))
    }
    guard bytes.count <= limit else {
      throw StreamError(path, .compression(.tooLarge(limit: limit)))
    }
    do {
      return try CSVTable(parsing: bytes)
    } catch {
      throw StreamError(path, .csv(error))
    }
  }
}

/// Why a stream cannot be replayed: the file, the line and column where there are any, and the reason.
package struct StreamError: Error, Equatable, Sendable {
  package var path: String
  package var reason: Reason

  package init(_ path: String, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }

  package enum Reason: Equatable, Sendable {
    case missing
    case unreadable
    case compression(Gunzip.Failure)
    case csv(CSVTable.Failure)
    case missingColumn(name: String, suggestion: String?)
    case noRows
    case notANumber(line: Int, column: Int, name: String, found: String)
  }
}

extension StreamError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .missing: "\(path): no such file"
    case .unreadable: "\(path): cannot be read; is it a file, with read permission?"
    case .compression(.notGzip): "\(path): expected gzip data, found something else"
    case .compression(.corrupt(let reason)): "\(path): damaged gzip data: \(reason)"
    case .compression(.truncated): "\(path): the gzip data ends too early; fetch the file again"
    case .compression(.tooLarge(let limit)): "\(path): more than \(limit >> 20) MB of text"
    case .csv(let failure): Self.text(failure, path)
    case .missingColumn(let name, let suggestion):
      "\(path):1: no column \(Self.quoted(name))"
        + (suggestion.map { "; did you mean \(Self.quoted($0))?" } ?? "")
    case .noRows: "\(path): a header and no rows"
    case .notANumber(let line, let column, let name, let found):
      "\(path):\(line): column \(column) \(Self.quoted(name)): expected a number, found "
        + Self.quoted(found)
    }
  }

  private static func text(_ failure: CSVTable.Failure, _ path: String) -> String {
    switch failure {
    case .empty: "\(path): the file is empty; expected a header and rows"
    case .notUTF8(let line): "\(path):\(line): expected UTF-8 text, found other bytes"
    case .unclosedQuote(let line): "\(path):\(line): a quoted field does not end"
    case .textAfterQuote(let line, let column):
      "\(path):\(line): column \(column): text after the closing quote"
    case .emptyColumnName(let column): "\(path):1: column \(column) has no name"
    case .duplicateColumn(let name): "\(path):1: two columns are named \(quoted(name))"
    case .wrongFieldCount(let line, let expected, let found):
      "\(path):\(line): expected \(expected) fields, found \(found)"
    }
  }
  private static func quoted(_ text: String) -> String { ConfigurationProblem.quoted(text) }
}
