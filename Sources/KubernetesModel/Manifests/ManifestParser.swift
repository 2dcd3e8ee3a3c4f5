/// Reads manifests: YAML or JSON, one or several documents in a file, objects or lists of them.
package enum ManifestParser {
    /// Reads a file's bytes. Whatever they are, the result says what was found in them.
    ///
    /// - Parameter file: The file's name, as findings show it.
    package static func parse(_ bytes: [UInt8], file: String) -> ManifestFile {
        DeepStack.run { read(bytes, file: file) }
    }

    private static func read(_ bytes: [UInt8], file: String) -> ManifestFile {
        var result = ManifestFile(file: file, isReadable: true)
        do throws(ManifestText.Problem) {
            guard bytes.count <= ManifestLimits.fileSize else {
                throw ManifestText.Problem(
                    reason: .tooLarge, line: 0, column: 0,
                    problem: "has \(bytes.count) bytes, more than the \(ManifestLimits.fileSize) of a manifest",
                    remedy: "split it into several files")
            }
            let text = try ManifestText(bytes)
            let reader = DocumentReader(text: text)
            var number = 0
            for chunk in text.chunks {
                for document in try reader.read(chunk) {
                    number += 1
                    read(document, number: number, into: &result)
                }
            }
            limitFindings(&result)
            return result
        } catch {
            return unreadable(file, error)
        }
    }

    private static func unreadable(_ file: String, _ problem: ManifestText.Problem) -> ManifestFile {
        let location = SourceLocation(file: file, line: problem.line)
        let column = problem.column > 0 ? "column \(problem.column): " : ""
        return ManifestFile(
            file: file, isReadable: false,
            findings: [
                ManifestFinding(
                    severity: .error, reason: problem.reason, object: nil, location: location, field: "",
                    problem: "\(column)the file \(problem.problem)", remedy: problem.remedy)
            ])
    }

    private static func read(_ document: DocumentReader.Document, number: Int, into result: inout ManifestFile) {
        guard !document.root.isNull else { return }
        let location = SourceLocation(file: result.file, document: number, line: document.root.line)
        var decoder = DocumentDecoder(location: location, duplicates: document.duplicates)
        decoder.decode(document.root)
        result.objects += decoder.objects
        result.refused += decoder.refused
        result.findings += decoder.findings
    }

    private static func limitFindings(_ result: inout ManifestFile) {
        let count = result.findings.count
        guard count > ManifestLimits.findings else { return }
        // Errors first, so that none of them hides behind warnings.
        let errors = result.findings.filter { $0.severity == .error }
        let others = result.findings.filter { $0.severity != .error }
        result.findings = Array((errors + others).prefix(ManifestLimits.findings))
        result.findings.append(
            ManifestFinding(
                severity: errors.count > ManifestLimits.findings ? .error : .warning, reason: .moreFindings,
                object: nil,
                location: SourceLocation(file: result.file), field: "",
                problem: "\(count - ManifestLimits.findings) more findings are not shown",
                remedy: "correct the ones that are"))
    }
}
