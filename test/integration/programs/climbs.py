"""Opens a port of loopback, and then takes a MiB of memory every 10 ms: python3 climbs.py PORT [MIB], for ever without MIB."""
import http.server
import sys
import threading
import time

kept = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
most = int(sys.argv[2]) if len(sys.argv) > 2 else None
while most is None or len(kept) < most:
    kept.append(b"x" * 1048576)
    time.sleep(0.01)
print("climbed", flush=True)
threading.Event().wait()
