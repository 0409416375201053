# SPDX-License-Identifier: EUPL-1.2
"""nginx before the daemon's socket, as docs/channels/reports.md says it: nothing but
reports gets through."""
import pathlib
import shutil
import socket
import subprocess

from harness import wait_for

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

CONF = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/report/([a-z0-9_-]+)$ {{
      limit_except GET POST {{ deny all; }}
      client_max_body_size 64k;
      proxy_pass http://unix:{socket}:/v1/channels/$1/report$is_args$args;
    }}
  }}
}}
"""


class ReportProxy:
    def __init__(self, folder, daemon_socket):
        self.folder, self.process = pathlib.Path(folder) / "report-proxy", None
        self.folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        (self.folder / "nginx.conf").write_text(
            CONF.format(folder=self.folder, port=self.port, socket=daemon_socket))

    def start(self):
        self.process = subprocess.Popen(
            [NGINX, "-p", str(self.folder), "-e", str(self.folder / "error.log"),
             "-c", str(self.folder / "nginx.conf")])
        wait_for("nginx", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "error.log").read_text())
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def url(self, channel):
        return f"http://127.0.0.1:{self.port}/report/{channel}"
