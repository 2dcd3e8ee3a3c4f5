import Testing

@testable import KubernetesModel

func parse(_ text: String, file: String = "m.yaml") -> ManifestFile {
    ManifestParser.parse(Array(text.utf8), file: file)
}

func ingress(_ spec: String, metadata: String = "{name: web}") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: \(metadata)
    spec:
    \(spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n"))

    """
}

let smallIngress = ingress("defaultBackend: {service: {name: web, port: {number: 80}}}")

@Suite struct ManifestParserTests {
    private func configMap(_ data: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n\(data)"
    }

    private func data(_ file: ManifestFile) -> [String: String]? {
        guard case .configMap(let map)? = file.objects.first?.object else { return nil }
        return map.data
    }

    @Test("Documents are numbered as in the file, and empty ones are skipped")
    func documents() {
        let file = parse(
            "# comment\n---\n\(smallIngress)---\n# nothing\n---\n\(smallIngress.replacing("web}", with: "two}", maxReplacements: 1))...\n"
        )
        #expect(file.objects.map(\.location.document) == [1, 3])
        #expect(file.objects.map(\.location.line) == [3, 11])
        #expect(file.findings.isEmpty)
        #expect(file.objects.map { $0.object.object.metadata.namespace } == ["default", "default"])
    }

    @Test(
        "An empty file and one of comments hold nothing",
        arguments: ["", "\n", "# x\n", "---\n", "---\n---\n", "null\n", "%YAML 1.1\n---\n", "\u{FEFF}"])
    func empty(text: String) {
        let file = parse(text)
        #expect(file.isReadable)
        #expect(file.objects.isEmpty && file.findings.isEmpty && file.refused.isEmpty)
    }

    @Test(
        "Line endings of any kind, a byte order mark and directives are read",
        arguments: [
            smallIngress.replacing("\n", with: "\r\n"), "\u{FEFF}" + smallIngress, "%YAML 1.1\n---\n" + smallIngress,
            "--- # first\n" + smallIngress + "...\n",
        ])
    func text(text: String) {
        let file = parse(text)
        #expect(file.objects.count == 1)
        #expect(file.findings.isEmpty)
    }

    @Test("Lists of any kind give their items, whose kind may be implied")
    func lists() {
        let item =
            #"{"metadata": {"name": "a", "namespace": "shop"}, "spec": {"defaultBackend": {"service": {"name": "w", "port": {"number": 80}}}}}"#
        let json = """
            {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": [
            {"apiVersion": "networking.k8s.io/v1", "kind": "IngressList", "items": [\(item)]},
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"bogus": 1}}
            ]}
            """
        let file = parse(json, file: "list.json")
        #expect(
            file.objects.map { ObjectIdentity(of: $0.object).description } == ["Ingress shop/a", "ConfigMap default/c"])
        #expect(file.objects.map(\.location.line) == [2, 3])
        #expect(file.findings.isEmpty)
        #expect(parse("apiVersion: v1\nkind: PodList\nitems: [{bogus: 1}]\n").findings.isEmpty)
    }

    @Test("One refused item of a list leaves the others")
    func listItem() {
        let file = parse(
            "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata: {name: B}\n- metadata: {name: c}\n- 5\n"
        )
        #expect(file.objects.map { $0.object.object.metadata.name } == ["a", "c"])
        #expect(file.findings.map(\.field) == ["metadata.name", "items[3]"])
        #expect(file.findings.map(\.location.line) == [5, 7])
        #expect(file.refused.map(\.identity?.name) == ["B", nil])
    }

    @Test("Several JSON values in one file are read, with surrogate pairs")
    func json() {
        let one =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"k":"\ud83d\ude00 \\ud83d \/ {"}}"#
        let file = parse("\t\(one)\n\(one.replacing("one", with: "two"))\n", file: "x.json")
        #expect(file.objects.map { $0.object.object.metadata.name } == ["one", "two"])
        #expect(data(file) == ["k": "😀 \\ud83d / {"])
        #expect(file.objects.map(\.location.line) == [1, 2])
    }

    @Test(
        "Scalars have the types that kubectl gives them",
        arguments: [
            ("true", nil), ("yes", nil), ("off", nil), ("80", nil), ("0x1F", nil), ("1.5", nil), ("1e3", nil),
            ("~", ""),
            ("null", ""), ("", ""), ("\"true\"", "true"), ("'80'", "80"), ("2024-01-01", "2024-01-01"),
            ("1:30", "1:30"),
            ("1.2.3", "1.2.3"), ("truely", "truely"), ("!!str 80", "80"), ("|\n    a\n    *b", "a\n*b\n"),
            ("*.x".debugDescription, "*.x"),
            ("a * b", "a * b"),
        ] as [(String, String?)])
    func scalars(written: String, read: String?) {
        let file = parse(configMap("  k: \(written)\n"))
        #expect(data(file) == read.map { ["k": $0] })
        #expect(file.findings.contains { $0.field == "data[k]" && $0.reason == .invalidType } == (read == nil))
    }

    @Test("Anchors, aliases and merge keys are resolved")
    func aliases() {
        let file = parse(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: c, labels: &l {a: b, c: d}}\ndata:\n  <<: *l\n  c: &v mine\n  other: *v\n"
        )
        #expect(data(file) == ["a": "b", "c": "mine", "other": "mine"])
        #expect(file.findings.isEmpty)
    }

    @Test("Each duplicate key is an error with its path and line, and the document still says what it is")
    func duplicateKeys() {
        let file = parse(
            "\(smallIngress)---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  labels: {a: b}\n  labels: {a: c}\ndata: {\"x\": \"1\", \"x\": \"2\", y: z}\n"
        )
        #expect(file.isReadable)
        #expect(file.objects.count == 1)
        let duplicates = file.findings.filter { $0.reason == .duplicateKey }
        #expect(duplicates.map(\.field) == ["metadata.labels", "data.x"])
        #expect(duplicates.map(\.location.line) == [12, 13])
        #expect(
            duplicates.allSatisfy { $0.object == ObjectIdentity(kind: "ConfigMap", namespace: "default", name: "c") })
    }

    @Test("A syntax error makes the file unreadable and says where it is")
    func syntaxError() throws {
        let file = parse("\(smallIngress)---\na: b\nc: d: e\n")
        #expect(!file.isReadable)
        #expect(file.objects.isEmpty)
        let finding = try #require(file.findings.first)
        #expect(finding.location.line == 8)
        #expect(finding.message.contains("m.yaml:8: column 5"))
    }

    @Test("Findings beyond the limit are counted, errors come first")
    func manyFindings() {
        let bogus = (0..<300).map { "bogus\($0): 1\n" }.joined()
        let file = parse("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n\(bogus)data: 5\n")
        #expect(file.findings.count == ManifestLimits.findings + 1)
        #expect(file.findings.first?.severity == .error)
        #expect(file.findings.last?.problem == "201 more findings are not shown")
    }
}
