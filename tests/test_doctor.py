"""What `modiste doctor` says of this machine."""

import pytest

from modiste.commands import doctor
from modiste.design import bundled_models


def test_the_doctor_measures_pictures_and_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TRAINED", (32,))
    speed = doctor.examine()["speed"]
    assert speed["training_32x32_images_per_second"] > 1
    drawn = [value for name, value in speed.items() if name.startswith("picture_")]
    assert len(drawn) == bool(bundled_models())
    assert all(0 < milliseconds < 2000 for milliseconds in drawn)


def test_the_doctor_measures_no_training_where_a_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "safetensors" else "1")
    report = doctor.examine()
    assert report["packages"]["train"]["safetensors"] is None
    assert report["install"]["train"].startswith("pip install")
    assert not any(name.endswith("images_per_second") for name in report["speed"])


def test_the_doctor_says_what_is_broken_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("no such model")

    monkeypatch.setattr(doctor, "_picture", broken)
    monkeypatch.setattr(doctor, "TRAINED", ())
    speed = doctor.examine()["speed"]
    assert speed["broken_failed"] == "OSError: no such model"
    assert speed["matrix_product_gflops"] > 0
