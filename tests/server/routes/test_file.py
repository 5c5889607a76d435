"""The file of a saved workflow, as it lies on the disk."""

WORKFLOW = {"format": "latentwire/1", "nodes": {"note": {"type": "note"}}}


def test_it_is_sent_byte_for_byte_to_be_kept(door):
    door.ask("PUT", "/v1/workflows/M%C3%BChle%201", door.bearer, WORKFLOW)
    sent = door.ask("GET", "/v1/workflows/M%C3%BChle%201/file", door.bearer)
    assert sent.body == (door.settings.data / "workflows" / "Mühle 1.json").read_bytes()
    assert sent.headers["ETag"] == '"1"'
    kept = sent.headers["Content-Disposition"]
    assert kept == "attachment; filename=\"M_hle 1.json\"; filename*=UTF-8''M%C3%BChle%201.json"


def test_one_that_is_not_there_is_said(door):
    assert door.ask("GET", "/v1/workflows/Gone/file", door.bearer).code == "not_found"
