"""Whatever is asked, the answer is one of ours: never a 500, and every refusal is JSON."""

import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ODD = ["", "0", "-1", "x", "..", "a" * 300, "\0", "é", "%", "null", "1e999", "NaN", "[]", "\ud7ff"]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=20), st.from_regex(r"\A[0-9a-f]{32}\Z"))
NAMES = ["state", "text", "cursor", "limit", "revision", "width", "plain", "name", "token"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KEYS = ["workflow", "id", "set", "targets", "front", "to", "position", "code", "nodes", "format"]
KEYS += ["settings"]
BODIES = st.one_of(
    st.binary(max_size=60),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4).map(
        lambda d: json.dumps(d).encode()
    ),
)
TYPES = ["application/json", "application/octet-stream", "multipart/form-data; boundary=x", "x"]
HEADERS = ["If-Match", "If-None-Match", "Range", "If-Range", "Content-Type", "Origin"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_request_brings_the_server_into_trouble(door, house, data):
    routes = sorted(
        {(route.method, route.resource.canonical) for route in house.app.router.routes()}
    )
    method, path = data.draw(st.sampled_from(routes))
    if path == "/v1/ws":
        return
    while "{" in path:
        before, _, rest = path.partition("{")
        after = rest.partition("}")[2].removeprefix("}")
        path = before + quote(data.draw(TEXTS), safe="") + after
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=2))
    path += "?" * bool(query) + "&".join(f"{k}={quote(v, safe='')}" for k, v in query.items())
    odd = data.draw(st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(ODD[:6]), max_size=1))
    sent = {"Content-Type": data.draw(st.sampled_from(TYPES[:3]))} | door.bearer | odd
    body = data.draw(BODIES) if method in ("POST", "PUT", "DELETE") else None
    answer = door.ask(method, path, sent, body)
    assert answer.status < 500, (method, path, body, answer.body)
    if answer.status >= 400 and method != "HEAD":
        assert answer.code and answer.json["error"]["message"]
