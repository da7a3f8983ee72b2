# SPDX-License-Identifier: MIT
"""A small service that waits: modules, some threads, a cache."""
import http.server
import json
import threading
import urllib.request

from ready import ready

REQUESTS = 503


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for i in range(REQUESTS):
    urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{i}").read()
ready(0)
