package import ArgumentParser

/// `headgate`.
package struct HeadgateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "headgate",
        abstract: "A Kubernetes Ingress controller with a load balancer of its own.",
        discussion: """
            Give Headgate a directory of Kubernetes manifests and it routes requests as the cluster would:

              headgate up -f DIR           serve the Ingresses, follow every change
              headgate plan -f DIR         show what would be served, and what is wrong
              headgate apply -f DIR        have a cloud's load balancers do it
              headgate explain -f DIR URL  show which rule takes a request, and why

            Completion for your shell:

              headgate --generate-completion-script bash    (or zsh, or fish)

            Exit status: 0 for success, 1 for failure, 64 for wrong usage; headgate plan \
            --detailed-exitcode adds 2 for changes.
            """,
        version: Version.current.description,
        subcommands: [
            UpCommand.self, PlanCommand.self, ApplyCommand.self, DestroyCommand.self, ImportCommand.self,
            ExplainCommand.self, VersionCommand.self,
        ]
    )

    package init() {}
}
