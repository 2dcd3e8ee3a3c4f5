import Foundation
import Synchronization

/// Reads the service models that botocore ships, each when it is first asked for, and cut down to the operations that
/// the test server knows.
///
/// botocore keeps them compressed and with all their documentation (EC2's is 9 MB of JSON), so it is Python that opens
/// them: the one that a test names, `HEADGATE_TEST_PYTHON`, that of the tests' virtual environment, or `python3`.
package final class ServiceModels: Sendable {
    /// Why a model can't be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The models of the installed botocore; parsed once for the process.
    package static let installed = ServiceModels()

    private let python: String
    private let dataDirectory: String?
    private let cache = Mutex<[String: ServiceModel]>([:])

    /// - Parameters:
    ///   - python: The interpreter; absent, it is looked for.
    ///   - dataDirectory: A folder laid out as botocore's `data`; absent, the interpreter's botocore is asked.
    package init(python: String? = nil, dataDirectory: String? = nil) {
        self.python = python ?? Self.defaultPython
        self.dataDirectory = dataDirectory
    }

    /// The model of a service under botocore's name for it, such as `elbv2`, with the operations asked for.
    package func model(of service: String, operations: [String]) throws -> ServiceModel {
        try cache.withLock { models in
            if let known = models[service] { return known }
            let json = try read(service: service, operations: operations)
            let model = try JSONDecoder().decode(ServiceModel.self, from: json)
            models[service] = model
            return model
        }
    }

    /// The interpreter that has botocore, as far as can be told.
    package static var defaultPython: String {
        if let named = ProcessInfo.processInfo.environment["HEADGATE_TEST_PYTHON"] { return named }
        let environment = FileManager.default.currentDirectoryPath + "/.build/test-venv/bin/python"
        let hasBotocore =
            FileManager.default.isExecutableFile(atPath: environment)
            && (try? FileManager.default.subpathsOfDirectory(
                atPath: FileManager.default.currentDirectoryPath + "/.build/test-venv/lib"))?
                .contains { $0.hasSuffix("/botocore") } == true
        return hasBotocore ? environment : "python3"
    }

    private func read(service: String, operations: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "-c", Self.extractor, service, dataDirectory ?? ""] + operations
        let output = Pipe()
        process.standardOutput = output
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let json = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: """
                    \(python) has no service model for \(service): \(String(decoding: complaint.suffix(600), as: UTF8.self)). \
                    Install botocore in it, or name another interpreter in HEADGATE_TEST_PYTHON.
                    """)
        }
        return json
    }

    /// Prints the newest model of a service with the operations named, their shapes, and no documentation.
    private static let extractor = #"""
        import gzip, json, os, sys
        service, directory, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
        if not directory:
            import botocore
            directory = os.path.join(os.path.dirname(botocore.__file__), "data")
        versions = os.path.join(directory, service)
        path = os.path.join(versions, sorted(os.listdir(versions))[-1], "service-2.json")
        opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")
        with opened as file:
            model = json.load(file)
        shapes, kept, waiting = model["shapes"], {}, []
        operations = {name: model["operations"][name] for name in wanted}
        def references(node):
            if isinstance(node, dict):
                if isinstance(node.get("shape"), str):
                    waiting.append(node["shape"])
                for key, value in node.items():
                    if key != "documentation":
                        references(value)
            elif isinstance(node, list):
                for value in node:
                    references(value)
        references(list(operations.values()))
        while waiting:
            name = waiting.pop()
            if name not in kept:
                kept[name] = shapes[name]
                references(shapes[name])
        def bare(node):
            if isinstance(node, dict):
                return {k: bare(v) for k, v in node.items() if k != "documentation" or not isinstance(v, str)}
            return [bare(v) for v in node] if isinstance(node, list) else node
        fields = ("name", "input", "output", "errors")
        json.dump({
            "metadata": model["metadata"],
            "operations": {n: bare({f: o[f] for f in fields if f in o}) for n, o in operations.items()},
            "shapes": {n: bare(s) for n, s in kept.items()},
        }, sys.stdout)
        """#
}
