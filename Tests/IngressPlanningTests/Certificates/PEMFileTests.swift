import Testing

@testable import IngressPlanning

@Suite struct PEMFileTests {
    private static let body = "MAMCAQE="
    private static let block = PEMBlock(label: "X", der: [0x30, 0x03, 0x02, 0x01, 0x01], isEncrypted: false)

    @Test(arguments: [
        "-----BEGIN X-----\nMAMCAQE=\n-----END X-----\n",
        "-----BEGIN X-----\r\nMAMCAQE=\r\n-----END X-----\r\n",
        "-----BEGIN X-----\nMAMCAQE=\n-----END X-----",
        "  -----BEGIN X-----  \n  MAMC\n\n  AQE=\n  -----END X-----\n",
        "Bag Attributes\n    friendlyName: me\n-----BEGIN X-----\nMA\nMC\nAQ\nE=\n-----END X-----\ntext -----BEGIN Y-----\n",
        "-----BEGIN X-----\nHeader: value\n\nMAMCAQE=\n-----END X-----\n",
        "-----END Y-----\n-----BEGIN X-----\nMAMCAQE=\n-----END X-----\n",
    ])
    func `A block is found whatever surrounds it`(text: String) throws {
        #expect(try PEMFile.blocks(Array(text.utf8)) == [Self.block])
    }

    @Test(arguments: [
        ("", PEMError.noBlock),
        ("-----BEGIN X-----", .unterminated(label: "X")),
        ("-----BEGIN X-----\nMAMCAQE=\n-----END Y-----", .unterminated(label: "X")),
        ("-----BEGIN X-----\nMAMCAQE=\n-----BEGIN X-----\nMAMCAQE=\n-----END X-----", .unterminated(label: "X")),
        ("-----BEGIN X-----\nMA*CAQE=\n-----END X-----", .notBase64(label: "X")),
        ("-----BEGIN X-----\n-----END X-----", .notBase64(label: "X")),
    ])
    func `What is no PEM is refused`(text: String, error: PEMError) {
        #expect(throws: error) { try PEMFile.blocks(Array(text.utf8)) }
    }

    @Test func `Text that is written is read again`() throws {
        let block = PEMBlock(label: "CERTIFICATE", der: (0..<200).map { UInt8($0) }, isEncrypted: false)
        #expect(try PEMFile.blocks(Array((block.text + block.text).utf8)) == [block, block])
        #expect(block.text.split(separator: "\n").allSatisfy { $0.count <= 64 })
    }
}
