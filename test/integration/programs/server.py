"""A server on loopback that allocates and frees a megabyte of small blocks per request: python3 server.py PORT [--slow-stop]."""
import http.server
import signal
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        blocks = [bytes(1000) for _ in range(1000)]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(len(blocks)).encode())

    def log_message(self, *_):
        pass


if "--slow-stop" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(f"Started on port {sys.argv[1]}", flush=True)
server.serve_forever()
