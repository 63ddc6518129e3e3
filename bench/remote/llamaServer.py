#!/usr/bin/env python3
"""Run llama.cpp's own server, which the package xllamacpp carries, on a GGUF file until it is interrupted.

    pip install xllamacpp==2026.10.11549
    python llamaServer.py model.gguf [PORT]
"""

import signal
import sys

from xllamacpp import CommonParams, Server

parameters = CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx = 1024
parameters.n_parallel = 1
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[2]) if len(sys.argv) > 2 else 8080
server = Server(parameters)
print(server.listening_address, flush=True)
signal.sigwait({signal.SIGINT, signal.SIGTERM})
