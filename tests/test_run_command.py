"""`main.py run`: what it writes, what it says, what it reuses."""


from tests.examples import picture


def test_six_nodes_make_a_picture(terminal):
    ended = terminal.json(picture())
    (path,) = ended.pictures
    assert path == terminal.out / "picture-0001.png"
    assert path.is_absolute() and path.is_file()
    assert list(ended.report) == ["outputs", "seconds", "nodes"]
    assert set(ended.report["nodes"]) == set(picture()["nodes"])
    assert ended.reused == set()
