import ArgumentParser

/// `-f`, as kubectl has it.
struct ManifestArguments: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("filename")],
        parsing: .singleValue,
        help: ArgumentHelp(
            "A manifest file, a directory of manifests with its subdirectories, or - for standard input.",
            discussion: "May be repeated. Standard input can't be watched, so headgate up takes none.",
            valueName: "path"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var filename: [String] = []

    func validate() throws {
        guard !filename.isEmpty else {
            throw ValidationError("Say where the manifests are: -f DIR, -f FILE, or -f - for standard input.")
        }
        guard !filename.contains("") else {
            throw ValidationError("The path given with -f is empty.")
        }
    }
}
