"""Bring a picture over HTTP."""


def bring(door, data, query="", **headers):
    sent = {"Content-Type": "application/octet-stream"} | door.bearer | headers
    return door.ask("POST", f"/v1/assets{query}", sent, data)
