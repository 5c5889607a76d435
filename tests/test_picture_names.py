"""What saved pictures are called: fields filled in, folders made, and nothing outside them."""

import re

import pytest

from tests.examples import node, picture, workflow
from tests.test_bad_input import refused


def named(name, **values):
    drawn = picture(**values)
    drawn["nodes"]["save"]["values"] = {"name": name}
    return drawn


def written(terminal, document):
    """The paths of a run's pictures inside the output folder."""
    terminal.json(document)
    files = [p for p in terminal.out.rglob("*") if p.is_file()]
    return sorted(path.relative_to(terminal.out).as_posix() for path in files)


def test_every_field_is_filled_with_what_made_the_picture(terminal):
    drawn = named(
        "{title}-{seed}-{model}-{steps}-{sampler}-{schedule}-{guidance}-{width}x{height}-{prompt}"
    )
    drawn["title"] = "First"
    assert written(terminal, drawn) == [
        "First-7-epsilon-3-euler-normal-4-64x64-a red sailboat-0001.png"
    ]


def test_date_and_time_are_those_of_the_writing(terminal):
    (name,) = written(terminal, named("{date}/{time}"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d-0001\.png", name)


def test_a_slash_makes_folders_and_the_counter_stands_where_it_is_put(terminal):
    assert written(terminal, named("boats/red/{counter} of {seed}")) == ["boats/red/0001 of 7.png"]


def test_the_counter_never_takes_a_name_that_is_there(terminal):
    for seed in (7, 8):
        terminal.json(named("a/{counter}_x", seed=seed))
    (terminal.out / "a" / "0041_x.png").write_text("mine")
    names = written(terminal, named("a/{counter}_x", seed=9))
    assert names == ["a/0001_x.png", "a/0002_x.png", "a/0041_x.png", "a/0042_x.png"]
    assert (terminal.out / "a" / "0041_x.png").read_text() == "mine"


def test_a_picture_in_a_folder_is_reused_and_brought_elsewhere_under_its_name(terminal):
    drawn = named("a/{counter} {seed}")
    assert written(terminal, drawn) == written(terminal, drawn) == ["a/0001 7.png"]
    terminal.out = terminal.folder / "elsewhere"
    assert written(terminal, drawn) == written(terminal, drawn) == ["a/0001 7.png"]


def test_what_is_put_in_cannot_leave_the_folder(terminal):
    drawn = named("{prompt}", text="../../a\\b: <c>|d? {seed}\nnew\u2028line.")
    assert written(terminal, drawn) == ["a b c d seed new line-0001.png"]


def test_a_long_prompt_is_cut(terminal):
    assert written(terminal, named("{prompt}", text="boat " * 50)) == [
        "boat " * 11 + "boat-0001.png"
    ]


def test_a_value_that_windows_keeps_for_itself_is_no_folder(terminal):
    assert written(terminal, named("{prompt}/{seed}", text="con")) == ["con_/7-0001.png"]


def test_nor_is_such_a_value_with_a_dot_in_it(terminal):
    assert written(terminal, named("{prompt}/{seed}", text="con.x")) == ["con_.x/7-0001.png"]


def test_a_field_that_nothing_is_known_of_says_none(terminal):
    made = workflow(
        model=node("load_model", model="epsilon"),
        blank=node("empty_latent", width=64, height=64),
        sample=picture()["nodes"]["sample"],
        prompt=picture()["nodes"]["prompt"],
        decode=picture()["nodes"]["decode"],
        save=node("save_image", name="{title} {negative}", image="@decode.image"),
    )
    assert written(terminal, made) == ["none none-0001.png"]


REFUSED = {
    "..": "a name may not leave the output folder",
    "a/../../b": "a name may not leave the output folder",
    "/etc/passwd": "a name may not leave the output folder",
    "C:/pictures/a": "a name may not leave the output folder",
    "c:a": "a name may not leave the output folder",
    "..\\a": "folders are divided by /",
    "a\0b": "a name has no control characters",
    "a\nb": "a name has no control characters",
    "a//b": "a folder in it has no name",
    "NUL": "a word that Windows keeps for itself",
    "com1.x/a": "a word that Windows keeps for itself",
    "con /a": "a word that Windows keeps for itself",
    "aux .png": "a word that Windows keeps for itself",
    "LPT²": "a word that Windows keeps for itself",
    "conin$": "a word that Windows keeps for itself",
    "a.": "a name may not end with a dot",
    "{date}./b": "a name may not end with a dot",
    "x" * 501: "longer than the 500 characters a name can have",
    "a/" * 9 + "b": "deeper than 8 folders",
    "{seed": "a { or } in it is alone: fields are written {seed}",
    "{counter}/a": "only one {counter} in the last part counts",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_leaves_the_folder_or_fits_no_disk_is_refused(terminal, name):
    (problem,) = refused(terminal, named(name))
    assert problem.startswith('save.name: is "')
    assert problem.endswith(f'", {REFUSED[name]}')


def test_a_field_that_there_is_not_is_refused_with_those_there_are(terminal):
    (problem,) = refused(terminal, named("{sede}"))
    assert problem == (
        "save.name: has {sede}, which is no field, did you mean seed?: there are date, time, "
        "counter, title, width, height, seed, model, steps, sampler, schedule, guidance, prompt, "
        "negative"
    )


def test_a_name_that_comes_by_wire_is_held_to_the_same(terminal):
    drawn = named("picture")
    drawn["nodes"]["word"] = node("text", value="../a")
    drawn["nodes"]["save"] = node("save_image", image="@decode.image", name="@word.str")
    (problem,) = refused(terminal, drawn)
    assert problem == 'save.name: is "../a", a name may not leave the output folder'
