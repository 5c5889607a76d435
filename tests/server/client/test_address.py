"""Which server a client means, and who is shown the token."""

import pytest

from server import address


def test_the_token_of_this_machine_is_shown_to_no_other(tmp_path, monkeypatch):
    monkeypatch.delenv(address.TOKEN, raising=False)
    (tmp_path / "token").write_text("secret\n")
    assert address.find("http://127.0.0.1:1", data=tmp_path).token == "secret"
    assert address.find("http://[::1]:1/", data=tmp_path).token == "secret"
    assert address.find("https://far.example", data=tmp_path).token is None
    assert address.find("http://127.0.0.1.far.example", data=tmp_path).token is None
    assert address.find("https://far.example/lw", "mine").websocket == "wss://far.example/lw/v1/ws"
    for wrong in ("far.example", "ftp://far.example", "", "http://"):
        with pytest.raises(ValueError, match="no address"):
            address.find(wrong)
