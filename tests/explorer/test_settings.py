"""Training settings: checked, complete, frozen, and changed one at a time."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.costs import COSTS
from explorer.optimizers import OPTIMIZERS
from explorer.params import ParamError
from explorer.settings import SETTINGS, Settings, change, change_text
from tests.explorer.param_values import values


def test_defaults_are_complete() -> None:
    settings = Settings()
    assert set(settings.values) == {param.name for param in SETTINGS}
    assert [param.name for param in settings.params][: len(SETTINGS)] == [param.name for param in SETTINGS]
    assert settings["lr"] == settings.optimizer_params["lr"] == 0.1
    assert settings["cost"] == "squared_error"


@given(st.data())
def test_any_values_in_range_are_kept_and_survive_a_pickle(data: st.DataObject) -> None:
    optimizer = data.draw(st.sampled_from(OPTIMIZERS))
    chosen = data.draw(values(SETTINGS)) | {"optimizer": optimizer.id}
    own = data.draw(values(optimizer.params))
    settings = Settings(chosen, own)
    assert dict(settings.values) == chosen
    assert dict(settings.optimizer_params) == own
    assert pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize(
    ("chosen", "own", "words"),
    [
        ({"batch_size": 0}, {}, "Batch must be a whole number of 1 or more"),
        ({"cost": "mistake"}, {}, "one of squared_error"),
        ({"epoch": 3}, {}, "did you mean epochs"),
        ({}, {"lr": float("nan")}, "Learning rate must be a number at least 0"),
        ({}, {"lr": "fast"}, "Learning rate"),
        ({"optimizer": "adam"}, {"momentum": 0.5}, "not known"),
        ({"seed": -1}, {}, "Seed"),
        ({"stop_change": float("inf")}, {}, "must be"),
    ],
)
def test_what_does_not_fit_is_told(chosen: dict[str, object], own: dict[str, object], words: str) -> None:
    with pytest.raises(ParamError, match=words):
        Settings({**Settings().values, **chosen}, own)


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.values = {}
    with pytest.raises(TypeError):
        settings.values["epochs"] = 3
    with pytest.raises(TypeError):
        settings.optimizer_params["lr"] = 3


def test_a_change_makes_another_value() -> None:
    before = Settings()
    after = change(change(before, "lr", 0.5), "epochs", 3)
    assert (after["lr"], after["epochs"]) == (0.5, 3)
    assert (before["lr"], before["epochs"]) == (0.1, 10)
    with pytest.raises(ParamError, match="did you mean momentum"):
        change(before, "momentun", 0.5)
    with pytest.raises(ParamError):
        change(before, "lr", -1)


def test_another_optimizer_takes_its_own_learning_rate() -> None:
    sgd = change(change(Settings(), "lr", 5.0), "momentum", 0.9)
    adam = change(sgd, "optimizer", "adam")
    assert adam["lr"] == 0.001
    assert "momentum" not in adam.optimizer_params
    assert change(sgd, "optimizer", "sgd")["lr"] == 5.0
    with pytest.raises(ParamError, match="one of sgd"):
        change(sgd, "optimizer", "magic")


def test_text_is_read_as_its_param_says() -> None:
    settings = Settings()
    for name, text, value in (("lr", "1e-3", 1e-3), ("shuffle", "no", False), ("cost", "l1", "l1"), ("seed", "7", 7)):
        assert change_text(settings, name, text)[name] == value
    with pytest.raises(ParamError, match="Epochs"):
        change_text(settings, "epochs", "some")
    with pytest.raises(ParamError, match="not known"):
        change_text(settings, "zzz", "1")


def test_every_cost_and_optimizer_is_explained_where_it_is_chosen() -> None:
    for name, entries in (("cost", COSTS), ("optimizer", OPTIMIZERS)):
        param = next(param for param in SETTINGS if param.name == name)
        for entry in entries:
            assert param.note(entry.id) == f"{entry.title}. {entry.help}"
        assert param.note("mistake") == ""


def test_another_optimizer_keeps_what_was_chosen_and_no_default() -> None:
    sgd = change(change(change(Settings(), "momentum", 0.9), "weight_decay", 0.25), "lr", 0.7)
    rmsprop = change(sgd, "optimizer", "rmsprop")
    assert (rmsprop["momentum"], rmsprop["weight_decay"], rmsprop["lr"]) == (0.9, 0.25, 0.01)
    adadelta = change(change(Settings(), "optimizer", "adam"), "optimizer", "adadelta")
    assert adadelta["eps"] == 1e-6  # not Adam's
    assert change(adadelta, "optimizer", "adamw")["weight_decay"] == 0.01
