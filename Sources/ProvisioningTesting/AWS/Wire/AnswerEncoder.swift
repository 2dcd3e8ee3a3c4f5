import Foundation

/// Writes answers and errors in the true form of their service, by the shape of the operation's output.
struct AnswerEncoder {
    /// An answer that its model doesn't know: a fault of the test server itself.
    struct ShapeMismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// A body with its content type.
    struct Body {
        let contentType: String
        let text: String
    }

    let model: ServiceModel

    func success(_ answer: AWSValue?, of operation: ServiceModel.Operation, requestID: String) throws -> Body {
        let output = operation.output.map { model.shape(named: $0.shape) } ?? .emptyStructure
        let answer = answer ?? .structure([:])
        switch model.wireProtocol {
        case .json:
            let text = operation.output == nil ? "" : try json(answer, shape: output, path: operation.name)
            return Body(contentType: "application/x-amz-json-1.1", text: text)
        case .query:
            var content = ""
            if let wrapper = operation.output?.resultWrapper {
                content = try "<\(wrapper)>" + xml(answer, shape: output, path: operation.name) + "</\(wrapper)>"
            }
            content += "<ResponseMetadata><RequestId>\(requestID)</RequestId></ResponseMetadata>"
            return document("\(operation.name)Response", content)
        case .ec2:
            // An operation without an output answers whether it was done.
            let content =
                operation.output == nil
                ? "<return>true</return>" : try xml(answer, shape: output, path: operation.name)
            return document("\(operation.name)Response", "<requestId>\(requestID)</requestId>" + content)
        }
    }

    func failure(_ failure: ServiceFailure, status: Int, requestID: String) -> Body {
        let code = Self.escaped(failure.code)
        let message = Self.escaped(failure.message)
        switch model.wireProtocol {
        case .json:
            // Services of this family write either spelling of the second member; ACM and WAF write this one.
            let text = "{\"__type\":\(Self.quoted(failure.code)),\"message\":\(Self.quoted(failure.message))}"
            return Body(contentType: "application/x-amz-json-1.1", text: text)
        case .query:
            let type = status >= 500 ? "Receiver" : "Sender"
            return document(
                "ErrorResponse",
                """
                <Error><Type>\(type)</Type><Code>\(code)</Code><Message>\(message)</Message></Error>\
                <RequestId>\(requestID)</RequestId>
                """)
        case .ec2:
            let text = """
                <?xml version="1.0" encoding="UTF-8"?>
                <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>\
                <RequestID>\(requestID)</RequestID></Response>
                """
            return Body(contentType: "text/xml;charset=UTF-8", text: text)
        }
    }

    private func document(_ root: String, _ content: String) -> Body {
        var namespace = model.metadata.xmlNamespace ?? ""
        if model.wireProtocol == .ec2 { namespace += "/" }
        let declaration = model.wireProtocol == .ec2 ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : ""
        return Body(
            contentType: model.wireProtocol == .ec2 ? "text/xml;charset=UTF-8" : "text/xml",
            text: "\(declaration)<\(root) xmlns=\"\(namespace)\">\(content)</\(root)>")
    }

    // MARK: XML

    /// The content of the element that holds a value.
    private func xml(_ value: AWSValue, shape: Shape, path: String) throws -> String {
        switch (value, shape.type) {
        case (.structure(let members), "structure"):
            return try members.sorted { $0.key < $1.key }.map { name, value in
                guard let reference = shape.members?[name] else { throw mismatch("\(path).\(name)") }
                return try element(
                    reference.locationName ?? name, value, reference: reference, path: "\(path).\(name)")
            }.joined()
        case (.list(let elements), "list"):
            guard let member = shape.member else { throw mismatch(path) }
            let name = member.locationName ?? "member"
            return try elements.map { try element(name, $0, reference: member, path: path) }.joined()
        default:
            guard Self.fits(value, type: shape.type), let text = ScalarText.text(value) else { throw mismatch(path) }
            try check(value, shape: shape, path: path)
            return Self.escaped(text)
        }
    }

    private func element(
        _ name: String, _ value: AWSValue, reference: Shape.Reference, path: String
    ) throws -> String {
        let content = try xml(value, shape: model.shape(reference), path: path)
        return content.isEmpty ? "<\(name)/>" : "<\(name)>\(content)</\(name)>"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    // MARK: JSON

    private func json(_ value: AWSValue, shape: Shape, path: String) throws -> String {
        switch (value, shape.type) {
        case (.structure(let members), "structure"):
            let fields = try members.sorted { $0.key < $1.key }.map { name, value in
                guard let reference = shape.members?[name] else { throw mismatch("\(path).\(name)") }
                return try Self.quoted(name) + ":"
                    + json(value, shape: model.shape(reference), path: "\(path).\(name)")
            }
            return "{\(fields.joined(separator: ","))}"
        case (.list(let elements), "list"):
            guard let member = shape.member else { throw mismatch(path) }
            let items = try elements.map { try json($0, shape: model.shape(member), path: path) }
            return "[\(items.joined(separator: ","))]"
        case (.timestamp(let seconds), "timestamp"): return "\(seconds)"
        default:
            guard Self.fits(value, type: shape.type), let text = ScalarText.text(value) else { throw mismatch(path) }
            try check(value, shape: shape, path: path)
            if case .integer = value { return text }
            if case .number = value { return text }
            if case .boolean = value { return text }
            return Self.quoted(text)
        }
    }

    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    // MARK: The model's hold on answers

    private static func fits(_ value: AWSValue, type: String) -> Bool {
        switch value {
        case .string: type == "string" || type == "character"
        case .integer: ["integer", "long", "short", "double", "float"].contains(type)
        case .number: type == "double" || type == "float"
        case .boolean: type == "boolean"
        case .timestamp: type == "timestamp"
        case .blob: type == "blob"
        case .structure, .list: false
        }
    }

    private func check(_ value: AWSValue, shape: Shape, path: String) throws {
        if let choices = shape.enumeration, let text = value.string, !choices.contains(text) { throw mismatch(path) }
    }

    private func mismatch(_ path: String) -> ShapeMismatch {
        ShapeMismatch(description: "the test server's answer does not fit its model at \(path)")
    }
}
