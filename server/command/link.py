"""`main.py link`: a new link into the running server, for one use."""

import argparse
import sys

from .queue import WRONG, server_arguments


def arguments(parser: argparse.ArgumentParser) -> None:
    server_arguments(parser)


def main(options: argparse.Namespace) -> int:
    """0 and the link on stdout, 2 if no server gives one."""
    from server import address, transfer
    from server.client import Refused, Unreachable

    try:
        found = address.find(options.server, data=options.data)
        code = transfer.post(found, "/v1/login/codes")
    except (Refused, Unreachable, ValueError) as error:
        print(error, file=sys.stderr)
        return WRONG
    print(f"{found.http}/#code={code['code']}" if code["code"] else found.http, flush=True)
    if code["code"]:
        print(f"It works once, for {code['seconds'] // 60} minutes.", file=sys.stderr)
    return 0
