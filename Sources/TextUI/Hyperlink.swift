/// Where a text leads, if that is safe to hand to a terminal: a page of the web, and no byte that could steer.
///
/// Source: "Hyperlinks in terminal emulators" (OSC 8), which wants bytes 32 through 126 alone and names VTE's bound.
package struct Hyperlink: Sendable, Hashable {
  package let address: String

  /// VTE takes no more.
  package static let bytesMax = 2_083

  /// Nil for anything but `http://` and `https://` with a host, in printable ASCII without blanks.
  package init?(_ address: String) {
    let lower = address.prefix(8).lowercased()
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix),
      address.utf8.count <= Self.bytesMax, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let host = address.dropFirst(scheme.count).first, !"/?#:@".contains(host)
    else { return nil }
    self.address = address
  }
}

extension CellGrid {
  /// Lets what stands in a rectangle lead to a page. Whatever is drawn over it later leads nowhere again.
  package mutating func link(_ rect: Rect, to link: Hyperlink) {
    let area = rect.intersection(clip)
    guard !area.isEmpty else { return }
    let number: UInt16
    if let known = links.firstIndex(of: link) {
      number = UInt16(known + 1)
    } else {
      // No screen has so many.
      guard links.count < Int(UInt16.max) - 1 else { return }
      links.append(link)
      number = UInt16(links.count)
    }
    setLinks(area, number)
  }

  /// Where the cell leads; nil for nowhere.
  package func link(of cell: Cell) -> Hyperlink? {
    cell.link > 0 && Int(cell.link) <= links.count ? links[Int(cell.link) - 1] : nil
  }

  /// The cells with links by the numbers of another grid; what that has not gets a number that it never gives.
  func cells(numberedAs other: [Hyperlink]) -> [Cell] {
    guard links != other else { return cells }
    let numbers = links.map { link in
      other.firstIndex(of: link).map { UInt16($0 + 1) } ?? UInt16.max
    }
    return cells.map { cell in
      guard cell.link > 0 else { return cell }
      var cell = cell
      cell.link = Int(cell.link) <= numbers.count ? numbers[Int(cell.link) - 1] : .max
      return cell
    }
  }
}
