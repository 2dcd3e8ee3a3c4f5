"""CPU time per request of headgate and nginx on the same work, in interleaved runs.

One worker each, pinned to the same core; the load generator (wrk) and the backend run on the other one. What counts is
the CPU time of the proxy's process per request, which a busy machine disturbs less than requests per second.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import tempfile

import manifests
import servers

WORK = [
    # name, path, method, TLS, the ratio that we aim for
    ("GET 200 B", "/small", "GET", False, 0.8),
    ("GET 64 KiB", "/large", "GET", False, 0.5),
    ("POST 64 KiB", "/upload", "POST", False, 0.5),
    ("TLS GET 200 B", "/small", "GET", True, 0.8),
    ("TLS GET 64 KiB", "/large", "GET", True, 0.5),
]

UPLOAD_SCRIPT = 'wrk.method = "POST"\nwrk.body = string.rep("x", 65536)\n'
ROUTES_SCRIPT = """local seed, hosts, paths = 1, %d, %d
request = function()
  seed = (seed * 1103515245 + 12345) %% 2147483648
  local host, path = math.floor(seed / 65536) %% hosts, math.floor(seed / 256) %% paths
  return wrk.format("GET", "/service-" .. path .. "/item", {Host = "host-" .. host .. ".example.com"})
end
"""


def wrk(url, seconds, connections, script=None):
    command = ["taskset", "-c", "1", "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s"]
    if script:
        command += ["-s", str(script)]
    output = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
    if re.search(r"Non-2xx|Socket errors", output):
        raise SystemExit(f"{url}: the answers are not what was asked for:\n{output}")
    return int(re.search(r"(\d+) requests in", output).group(1))


def measure(server, url, arguments, script=None):
    """Microseconds of CPU time per request."""
    worker = server.worker
    wrk(url, 1, arguments.connections, script)
    before = servers.cpu_seconds(worker)
    requests = wrk(url, arguments.seconds, arguments.connections, script)
    return (servers.cpu_seconds(worker) - before) / requests * 1e6


def url_of(server, path, tls):
    return f"https://127.0.0.1:{server.https}{path}" if tls else f"http://127.0.0.1:{server.http}{path}"


def compare_work(peers, directory, arguments):
    upload = pathlib.Path(directory, "upload.lua")
    upload.write_text(UPLOAD_SCRIPT)
    print(f"{'CPU µs per request':<20}" + "".join(f"{peer.name:>12}" for peer in peers) + f"{'ratio':>9}{'aim':>7}")
    for name, path, method, tls, aim in WORK:
        if arguments.only and arguments.only not in name:
            continue
        figures = {peer.name: [] for peer in peers}
        for _ in range(arguments.rounds):
            for peer in peers:
                script = upload if method == "POST" else None
                figures[peer.name].append(measure(peer, url_of(peer, path, tls), arguments, script))
        medians = [statistics.median(figures[peer.name]) for peer in peers]
        print(f"{name:<20}" + "".join(f"{value:>12.1f}" for value in medians) + f"{medians[0] / medians[1]:>9.2f}{aim:>7}", flush=True)
    print("resident MiB        " + "".join(f"{servers.resident_mib(peer.worker):>12.1f}" for peer in peers))


def compare_routes(arguments, directory, backend):
    """The same request rate on a table of 10 routes and on one of 10,000 routes on 2,000 hosts."""
    tables = [("10 routes", 2, 5), ("10,000 routes", 2000, 5)]
    running = []
    for name, hosts, paths in tables:
        folder = manifests.write_many(pathlib.Path(directory, f"routes-{hosts}"), backend.http, hosts, paths)
        script = pathlib.Path(directory, f"routes-{hosts}.lua")
        script.write_text(ROUTES_SCRIPT % (hosts, paths))
        running.append((name, script, servers.start_headgate(directory, arguments.headgate, folder, f"routes-{hosts}")))
    figures = {name: [] for name, _, _ in running}
    try:
        for _ in range(arguments.rounds):
            for name, script, server in running:
                figures[name].append(measure(server, f"http://127.0.0.1:{server.http}", arguments, script))
    finally:
        servers.stop([server for _, _, server in running])
    few, many = (statistics.median(figures[name]) for name, _, _ in tables)
    spread = (max(figures["10 routes"]) - min(figures["10 routes"])) / few
    print(f"\n{'routes':<20}{'10':>12}{'10,000':>12}{'ratio':>9}\n{'CPU µs per request':<20}{few:>12.1f}{many:>12.1f}{many / few:>9.2f}   spread of the runs with 10: {spread:.0%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--headgate", required=True, help="the executable, built in release mode")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs per measurement; the median is printed")
    parser.add_argument("--seconds", type=int, default=3, help="length of a run")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--tuned", action="store_true", help="give nginx buffers that hold 64 KiB bodies whole; else it has its defaults")
    parser.add_argument("--only", help="only work whose name contains this")
    parser.add_argument("--skip-routes", action="store_true", help="leave out the comparison of route tables")
    arguments = parser.parse_args()
    arguments.headgate = str(pathlib.Path(arguments.headgate).resolve())

    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as directory:
        pathlib.Path(directory).chmod(0o755)
        started = []
        try:
            certificate = manifests.make_certificate(directory)
            backend = servers.start_backend(directory)
            started.append(backend)
            folder = manifests.write_single(pathlib.Path(directory, "single"), backend.http, certificate)
            peers = [servers.start_headgate(directory, arguments.headgate, folder)]
            started += peers
            peers.append(servers.start_nginx_proxy(directory, backend, certificate, arguments.tuned))
            started.append(peers[1])
            compare_work(peers, directory, arguments)
            if not arguments.skip_routes:
                compare_routes(arguments, directory, backend)
        finally:
            servers.stop(started)


if __name__ == "__main__":
    main()
