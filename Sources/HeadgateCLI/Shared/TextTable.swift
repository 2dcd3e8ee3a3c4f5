/// Rows in aligned columns.
struct TextTable {
    /// A cell: its text and how it is styled, apart, so that escape sequences don't count as width.
    struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        var text: String
        var attribute: TextStyle.Attribute?

        init(_ text: String, _ attribute: TextStyle.Attribute? = nil) {
            self.text = text
            self.attribute = attribute
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    /// What a line of a table is.
    enum Row {
        case cells([Cell])
        /// A line of its own that takes no part in the alignment.
        case line(String)
    }

    private(set) var rows: [Row] = []
    /// What stands between two columns.
    let separator: String

    init(separator: String = "  ") {
        self.separator = separator
    }

    mutating func add(_ cells: [Cell]) {
        rows.append(.cells(cells))
    }

    mutating func addLine(_ text: String) {
        rows.append(.line(text))
    }

    /// The lines, without trailing spaces.
    func lines(style: TextStyle) -> [String] {
        var widths: [Int] = []
        for case .cells(let cells) in rows {
            for (column, cell) in cells.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.text.count)
            }
        }
        return rows.map { row in
            switch row {
            case .line(let text): text
            case .cells(let cells): line(cells, widths: widths, style: style)
            }
        }
    }

    private func line(_ cells: [Cell], widths: [Int], style: TextStyle) -> String {
        let last = cells.lastIndex { !$0.text.isEmpty } ?? -1
        var line = ""
        for (column, cell) in cells.enumerated() where column <= last {
            line += cell.attribute.map { style.apply($0, to: cell.text) } ?? cell.text
            if column < last {
                line += String(repeating: " ", count: widths[column] - cell.text.count) + separator
            }
        }
        return line
    }
}
