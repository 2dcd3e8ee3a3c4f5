"""Writes the manifests that headgate serves in the benchmark."""

import base64
import pathlib
import subprocess

BACKEND = """apiVersion: v1
kind: Service
metadata: {{name: backend}}
spec:
  ports: [{{port: 80, targetPort: {port}}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: backend-1
  labels: {{kubernetes.io/service-name: backend}}
addressType: IPv4
ports: [{{port: {port}}}]
endpoints: [{{addresses: [127.0.0.1]}}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {{name: bench}}
spec: {{controller: headgate.dev/ingress-controller}}
"""

SINGLE = """---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all}
spec:
  ingressClassName: bench
  tls: [{hosts: [bench.example.com], secretName: bench}]
  rules:
    - http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: backend, port: {number: 80}}}}
"""


def make_certificate(directory):
    base = str(pathlib.Path(directory, "bench"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=bench.example.com", "-addext", "subjectAltName=DNS:bench.example.com",
         "-keyout", base + ".key", "-out", base + ".crt"], check=True, capture_output=True)
    return base


def write_single(directory, port, certificate):
    directory.mkdir()
    encode = lambda suffix: base64.b64encode(pathlib.Path(certificate + suffix).read_bytes()).decode()
    secret = f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: bench}}\ntype: kubernetes.io/tls\ndata:\n  tls.crt: {encode('.crt')}\n  tls.key: {encode('.key')}\n"
    (directory / "bench.yaml").write_text(BACKEND.format(port=port) + SINGLE + secret)
    return directory


def write_many(directory, port, hosts, paths):
    """`hosts` Ingresses with a host each, and `paths` prefixes on each of them."""
    directory.mkdir()
    documents = [BACKEND.format(port=port)]
    for host in range(hosts):
        entries = "".join(
            f"          - {{path: /service-{path}, pathType: Prefix, backend: {{service: {{name: backend, port: {{number: 80}}}}}}}}\n"
            for path in range(paths))
        documents.append(
            f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: host-{host}}}\n"
            f"spec:\n  ingressClassName: bench\n  rules:\n    - host: host-{host}.example.com\n      http:\n        paths:\n{entries}")
    (directory / "many.yaml").write_text("".join(documents))
    return directory
