package import NIOCore

/// Cuts a stream of bytes into lines.
package struct LineSplitter: Sendable {
  private var rest = ByteBuffer()
  /// Bytes of `rest` that are known to hold no end of line.
  private var searched = 0
  private let limit: Int

  /// - Parameter limit: bytes that one line may have.
  package init(limit: Int) { self.limit = limit }

  package struct LineTooLong: Error, Equatable {
    package var limit: Int

    package init(limit: Int) { self.limit = limit }
  }

  package mutating func append(_ bytes: ByteBuffer) {
    rest.writeImmutableBuffer(bytes)
  }

  /// The next whole line without its end; nil until more bytes come. Empty lines are skipped.
  package mutating func next() throws(LineTooLong) -> ByteBuffer? {
    while true {
      let unseen = rest.readableBytesView.dropFirst(searched)
      guard let end = unseen.firstIndex(of: UInt8(ascii: "\n")) else {
        searched = rest.readableBytes
        guard searched <= limit else { throw LineTooLong(limit: limit) }
        rest.discardReadBytes()
        return nil
      }
      let length = end - rest.readerIndex
      guard length <= limit else { throw LineTooLong(limit: limit) }
      let line = rest.readSlice(length: length)
      rest.moveReaderIndex(forwardBy: 1)
      searched = 0
      if let line, line.readableBytes > 0 { return line }
    }
  }
}
