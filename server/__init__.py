"""How what the nodes compute is offered: set-up, the command line, later the server."""
