import DataPlane
import Foundation
import KubernetesModel
import LoadBalancerModel
import Logging

/// The files of the state directory, each written when its content is another than before.
struct StateFiles {
    private let directory: StateDirectory
    private let logger: Logger
    private var ingresses: [Ingress]?
    private var ingressList = IngressListEncoder()
    private var diagnostics: DiagnosticsDocument?
    private var listeners: ListenersDocument?

    init(directory: StateDirectory, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Brings the files up to date. What can't be written is logged, and tried again with the next call.
    mutating func update(ingresses: [Ingress], diagnostics: DiagnosticsDocument, listeners: ListenersDocument) {
        if self.ingresses != ingresses || !directory.holds(Self.ingressesName) {
            let isWritten = write(Self.ingressesName) { try ingressList.encode(ingresses) }
            self.ingresses = isWritten ? ingresses : nil
        }
        if self.diagnostics != diagnostics || !directory.holds(DiagnosticsDocument.fileName) {
            let isWritten = write(DiagnosticsDocument.fileName) { try PlanEncoding.encode(diagnostics) }
            self.diagnostics = isWritten ? diagnostics : nil
        }
        if self.listeners != listeners || !directory.holds(ListenersDocument.fileName) {
            let isWritten = write(ListenersDocument.fileName) { try PlanEncoding.encode(listeners) }
            self.listeners = isWritten ? listeners : nil
        }
    }

    static let ingressesName = "ingresses.json"

    private func write(_ name: String, _ content: () throws -> Data) -> Bool {
        do {
            try directory.write(try content(), to: name)
            return true
        } catch {
            logger.error("state file not written", metadata: ["file": "\(name)", "error": "\(error)"])
            return false
        }
    }
}
