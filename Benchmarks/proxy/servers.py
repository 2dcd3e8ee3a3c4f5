"""Starts the servers that the benchmark measures, and reads what they cost."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """User and system time of a process with all its threads, in seconds (proc(5), fields 14 and 15 of stat)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Server:
    """A process with a name, the ports it serves on, and the process that does the work."""

    def __init__(self, name, process, http, https=None):
        self.name, self.process, self.http, self.https = name, process, http, https

    @property
    def worker(self):
        """The process that serves: nginx's only worker, or the process itself."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else self.process.pid


def wait_for_port(port, process, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"a server ended with status {process.returncode} before it listened on {port}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on 127.0.0.1:{port} after {seconds} s")


def wait_until_ready(port, process, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"headgate ended with status {process.returncode}; its log is in the work directory")
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("headgate is not ready")


def start_nginx(directory, name, configuration, core, port):
    path = pathlib.Path(directory, f"{name}.conf")
    path.write_text(configuration)
    log = open(pathlib.Path(directory, f"{name}.log"), "w")
    process = subprocess.Popen(
        ["taskset", "-c", str(core), "nginx", "-p", str(directory), "-c", str(path), "-e", "stderr", "-g", "daemon off;"],
        stdout=log, stderr=log)
    wait_for_port(port, process)
    return process


def start_backend(directory):
    """One backend for all: 200 bytes, 64 KiB, and an upload that is read to its end before the answer."""
    port, sink = free_port(), free_port()
    content = pathlib.Path(directory, "content")
    content.mkdir()
    (content / "small").write_bytes(b"x" * 200)
    (content / "large").write_bytes(b"x" * 65536)
    configuration = f"""
worker_processes 2; pid {directory}/backend.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; sendfile on; tcp_nopush on;
  client_body_buffer_size 256k; client_max_body_size 0; client_body_temp_path {directory}/body; proxy_temp_path {directory}/ptemp;
  open_file_cache max=16;
  fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  upstream sink {{ server 127.0.0.1:{sink}; keepalive 256; }}
  server {{ listen 127.0.0.1:{sink} reuseport; location / {{ return 200 "ok"; }} }}
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096;
    location = /upload {{ proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length ""; }}
    location = /large {{ root {content}; }}
    location / {{ root {content}; try_files /small =404; }}
  }}
}}
"""
    process = start_nginx(directory, "backend", configuration, 1, port)
    return Server("backend", process, port)


def start_nginx_proxy(directory, backend, certificate, tuned=False):
    """nginx with its own defaults for buffers, or with buffers that hold 64 KiB bodies whole."""
    http, https = free_port(), free_port()
    buffers = "client_body_buffer_size 256k; proxy_buffers 16 16k; proxy_buffer_size 16k;" if tuned else ""
    configuration = f"""
worker_processes 1; pid {directory}/proxy.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; client_max_body_size 0; {buffers}
  client_body_temp_path {directory}/pbody; proxy_temp_path {directory}/pptemp;
  fastcgi_temp_path {directory}/pf; uwsgi_temp_path {directory}/pu; scgi_temp_path {directory}/ps;
  upstream backend {{ server 127.0.0.1:{backend.http}; keepalive 256; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl;
    ssl_certificate {certificate}.crt; ssl_certificate_key {certificate}.key; ssl_protocols TLSv1.2 TLSv1.3;
    location / {{
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Request-Id $request_id;
    }}
  }}
}}
"""
    process = start_nginx(directory, "proxy", configuration, 0, http)
    return Server("nginx", process, http, https)


def start_headgate(directory, executable, manifests, name="headgate"):
    http, https, management = free_port(), free_port(), free_port()
    log = open(pathlib.Path(directory, f"{name}.log"), "w")
    process = subprocess.Popen(
        ["taskset", "-c", "0", executable, "up", "-f", str(manifests), "--workers", "1", "--access-log", "off",
         "--http-address", f"127.0.0.1:{http}", "--https-address", f"127.0.0.1:{https}",
         "--management-address", f"127.0.0.1:{management}", "--state-dir", str(pathlib.Path(directory, f"{name}-state"))],
        stdout=log, stderr=log)
    wait_until_ready(management, process)
    return Server("headgate", process, http, https)


def stop(servers):
    for server in servers:
        server.process.send_signal(signal.SIGTERM)
    for server in servers:
        try:
            server.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
