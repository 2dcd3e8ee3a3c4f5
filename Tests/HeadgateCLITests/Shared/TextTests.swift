import Testing

@testable import HeadgateCLI

@Suite("Text for people")
struct TextTests {
    @Test("Columns align by their text, whatever the style adds")
    func alignment() {
        var table = TextTable()
        table.add([TextTable.Cell("a", .red), "b", ""])
        table.addLine("— a line of its own that is long —")
        table.add(["long", TextTable.Cell("c", .dim), "d"])
        #expect(
            table.lines(style: TextStyle(isEnabled: false)) == [
                "a     b", "— a line of its own that is long —", "long  c  d",
            ])
        #expect(
            table.lines(style: TextStyle(isEnabled: true))[2] == "long  \u{1B}[2mc\u{1B}[0m  d")
    }

    @Test("Styles write nothing when they are off, and nothing around nothing")
    func style() {
        #expect(TextStyle(isEnabled: false).bold("x") == "x")
        #expect(TextStyle(isEnabled: true).apply(.bold, .red, to: "x") == "\u{1B}[1;31mx\u{1B}[0m")
        #expect(TextStyle(isEnabled: true).bold("").isEmpty)
    }

    @Test(
        "Colour is for terminals, and NO_COLOR is heeded",
        arguments: [
            (ColourChoice.auto, true, [:], true),
            (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true),
            (.auto, true, ["TERM": "dumb"], false),
            (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, [:], false),
        ] as [(ColourChoice, Bool, [String: String], Bool)])
    func colour(choice: ColourChoice, isTerminal: Bool, environment: [String: String], expected: Bool) {
        #expect(choice.resolve(isTerminal: isTerminal, environment: environment) == expected)
    }

    @Test(
        "Durations and sizes take the largest unit that is exact",
        arguments: [
            (0, "0 s"), (250, "250 ms"), (1_500, "1500 ms"), (2_000, "2 s"), (60_000, "1 min"), (7_200_000, "2 h"),
        ])
    func durations(milliseconds: Int, expected: String) {
        #expect(DurationText.text(milliseconds: milliseconds) == expected)
    }

    @Test(
        "Sizes take the largest unit that is exact",
        arguments: [(0, "0 bytes"), (100, "100 bytes"), (65_536, "64 KiB"), (8 << 20, "8 MiB"), (2 << 30, "2 GiB")])
    func sizes(bytes: Int, expected: String) {
        #expect(ByteText.text(bytes) == expected)
    }
}
