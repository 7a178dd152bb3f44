"""The main job as a user meets it: it learns, repeats, stops, goes on, and says what is wrong."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.datasets import write_idx

REPOSITORY = Path(__file__).parents[2]
SCRIPT = REPOSITORY / "examples" / "train_digits.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # which the script would set for good
    specification = importlib.util.spec_from_file_location("train_digits", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "train_digits", module)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def lesson(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script without its pictures, which take longer than a short lesson."""
    monkeypatch.setattr(script, "draw", lambda *_: [])
    return script


def learned(folder: str) -> dict[str, Any]:
    """The numbers in a checkpoint, in plain lists that can be compared."""
    saved = tg.load(f"{folder}/checkpoint.pt")
    return {
        "weights": {name: weight.tolist() for name, weight in saved["network"].items()},
        "losses": list(saved["losses"]),
        "step": saved["step"],
        "random": saved["random"].tolist(),
    }


def stop_at(module: ModuleType, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C be pressed right after `step`."""
    update = module.ProgressBar.update

    def update_and_press(bar: Any) -> None:
        update(bar)
        if bar._run.step == step:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(module.ProgressBar, "update", update_and_press)


def test_the_article_s_network_learns_the_bundled_digits(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    lines = re.findall(
        r"^train acc, test acc \| (0\.\d{4}), (0\.\d{4}) \| epoch (\d+), step ([\d,]+)$", done.stdout, re.M
    )
    assert [int(epoch) for *_, epoch, _ in lines] == list(range(0, 201, 10))
    assert float(lines[-1][0]) >= 0.95
    assert float(lines[-1][1]) >= 0.90
    assert "784-50-10, sigmoid, SGD, learning rate 0.1" in done.stdout
    assert f"Final training accuracy {lines[-1][0]}, test accuracy {lines[-1][1]}" in done.stdout
    folder = tmp_path / "runs" / "digits-1"
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint.pt", "curves.png", "misread.png"]
    for path in folder.iterdir():
        assert str(path.relative_to(tmp_path)) in done.stdout
        assert path.suffix == ".pt" or path.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_ctrl_c_keeps_what_was_learned_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--steps", "20000"]
    with subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "step 1,000" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 130
    step = int(re.findall(r"^Stopped at step ([\d,]+) of 20,000", rest, re.M)[0].replace(",", ""))
    assert tg.load(tmp_path / "runs/digits-1/checkpoint.pt")["step"] == step
    python, *told = shlex.split(re.findall(r"^Go on with: (.*)$", rest, re.M)[0])
    assert shutil.which(python) == sys.executable
    assert told == [str(SCRIPT), "--resume", str(Path("runs/digits-1/checkpoint.pt"))]
    done = subprocess.run(
        [sys.executable, *told, "--steps", str(step + 5)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"Finished at step {step + 5:,} of {step + 5:,}" in done.stdout
    assert len(re.findall("^train acc", done.stdout, re.M)) == 1  # only what is new


@pytest.mark.parametrize(
    "options",
    [
        ["--optimizer", "momentum"],
        ["--optimizer", "nesterov", "--momentum", "0.5"],
        ["--momentum", "0.5", "--layers", "20,15", "--activation", "tanh"],
        ["--activation", "relu", "--batch-size", "7", "--lr", "0.01", "--seed", "5"],
    ],
)
def test_stopped_and_resumed_it_learns_the_very_same(
    options: list[str], lesson: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lesson.main([*options, "--steps", "60", "--output", "whole"]) == 0
    with monkeypatch.context() as patch:
        stop_at(lesson, 23, patch)
        assert lesson.main([*options, "--steps", "60", "--output", "first"]) == 130
    assert learned("first")["step"] == 23
    assert lesson.main(["--resume", "first/checkpoint.pt", "--output", "second"]) == 0
    assert learned("second") == learned("whole")
    assert tg.load("second/checkpoint.pt")["accuracies"][-1] == tg.load("whole/checkpoint.pt")["accuracies"][-1]


def test_the_same_seed_gives_the_same_numbers(lesson: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for folder, seed in [("one", "3"), ("two", "3"), ("three", "4")]:
        assert lesson.main(["--steps", "60", "--seed", seed, "--output", folder]) == 0
        printed.append([line for line in capsys.readouterr().out.splitlines() if line.startswith("train acc")])
    assert learned("one") == learned("two")
    assert printed[0] == printed[1]
    assert learned("one")["weights"] != learned("three")["weights"]


def test_it_may_be_stopped_before_it_begins(lesson: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure_and_press(*arguments: Any) -> None:
        measure(*arguments)
        signal.raise_signal(signal.SIGINT)

    measure = lesson.measure
    with monkeypatch.context() as patch:
        patch.setattr(lesson, "measure", measure_and_press)
        assert lesson.main(["--steps", "3", "--output", "first"]) == 130
    assert learned("first")["step"] == 0
    assert lesson.main(["--resume", "first/checkpoint.pt", "--output", "second"]) == 0
    assert [step for step, *_ in tg.load("second/checkpoint.pt")["accuracies"]] == [0, 3]


def test_a_resumed_run_may_go_further_with_other_options(lesson: ModuleType) -> None:
    lesson.main(["--steps", "5", "--momentum", "0.9", "--output", "first"])
    lesson.main(["--resume", "first/checkpoint.pt", "--steps", "8", "--lr", "0", "--output", "second"])
    assert learned("second")["step"] == 8
    assert learned("second")["weights"] == learned("first")["weights"]  # a learning rate of 0 moves nothing


def test_no_run_overwrites_another(lesson: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.main(["--steps", "1"])
    lesson.main(["--steps", "1"])
    assert sorted(os.listdir("runs")) == ["digits-1", "digits-2"]
    before = Path("runs/digits-1/checkpoint.pt").read_bytes()
    with pytest.raises(SystemExit):
        lesson.main(["--steps", "2", "--output", "runs/digits-1"])
    assert "can't make runs/digits-1: File exists" in capsys.readouterr().err
    assert Path("runs/digits-1/checkpoint.pt").read_bytes() == before


def test_it_learns_from_the_files_of_mnist(lesson: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkdir("mnist")
    random = np.random.default_rng(0)
    for part, samples in (("train", 300), ("t10k", 20)):
        images = random.integers(0, 256, (samples, 28, 28), dtype=np.uint8)
        write_idx(f"mnist/{part}-images-idx3-ubyte.gz", images)
        write_idx(f"mnist/{part}-labels-idx1-ubyte.gz", random.integers(0, 10, samples, dtype=np.uint8))
    assert lesson.main(["--data", "mnist", "--root", "mnist", "--steps", "4"]) == 0
    assert "300 images to learn from, 20 to test on" in capsys.readouterr().out
    assert learned("runs/mnist-1")["step"] == 4
    assert lesson.main(["--resume", "runs/mnist-1/checkpoint.pt", "--steps", "5"]) == 0
    os.rename("mnist", "moved")
    assert lesson.main(["--resume", "runs/mnist-2/checkpoint.pt", "--steps", "6", "--root", "moved"]) == 0


def test_it_works_without_rich_and_matplotlib(
    script: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rich.console", "rich.progress", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    assert script.main(["--steps", "2"]) == 0
    printed = capsys.readouterr().out
    how = "{0}, which isn't installed here; install it with: pip install {0})\n"
    assert printed.count(f"(no live progress bar: it needs {how.format('rich')}") == 1
    assert printed.count(f"(no pictures: they need {how.format('matplotlib')}") == 1
    assert os.listdir("runs/digits-1") == ["checkpoint.pt"]


def test_in_a_terminal_there_is_a_live_bar(
    lesson: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    assert lesson.main(["--steps", "30"]) == 0
    printed = capsys.readouterr().out
    assert "no live progress bar" not in printed
    assert re.search(r"1/30 loss \d\.\d{3} test acc 0\.\d{3}", printed)
    assert "left" in printed
    assert "train acc, test acc | " in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "none"], "--steps: wanted a whole number from 1 up, got 'none'"),
        (["--batch-size", "0"], "--batch-size: wanted a whole number from 1 up, got '0'"),
        (["--layers", "50,x"], "--layers: wanted a whole number from 1 up, got 'x'"),
        (["--activation", "step"], "--activation: invalid choice: 'step'"),
        (["--lr", "fast"], "--lr: invalid float value: 'fast'"),
        (["--lr", "-1"], "-1"),
        (["--momentum", "-1"], "momentum"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["--root", "somewhere"], "--root is for --data mnist"),
        (["--data", "mnist", "--root", "nowhere"], "the files of MNIST aren't in nowhere; leave --root out"),
        (["--resume", "nothing.pt"], "--resume: there is no file nothing.pt"),
        (["--resume", "text.pt"], "--resume: text.pt is damaged, or isn't a checkpoint of this script"),
        (["--resume", "."], "--resume: . is damaged"),
        (["--resume", "other.pt"], "--resume: other.pt is damaged, or isn't a checkpoint of this script"),
        (["--resume", "run/checkpoint.pt", "--layers", "20"], "has [50], not [20]; leave out --layers, or --resume"),
        (["--resume", "run/checkpoint.pt", "--seed", "9"], "--seed: the run in run/checkpoint.pt has 0, not 9"),
        (["--resume", "run/checkpoint.pt"], "has taken its 2 steps; ask for more in all with --steps"),
        (["--output", "run"], "--output: can't make run: File exists; name a new folder"),
        (["--output", "text.pt/run"], "--output: can't make"),
        (["--save", "text.pt"], "--save: text.pt is there already; name a new file"),
        (["--save", "nowhere/new.pt"], "--save: nowhere/new.pt is in no folder; name a new file"),
        (["--plot", "curves.jpg"], "--plot: the picture is a PNG, so name it so: curves.png"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: list[str], words: str, lesson: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("text.pt").write_text("This is no checkpoint.\n")
    tg.save({"weight": tg.zeros(2)}, "other.pt")
    lesson.main(["--steps", "2", "--output", "run"])
    capsys.readouterr()
    with pytest.raises(SystemExit) as exit_:
        lesson.main(arguments)
    assert exit_.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("train_digits.py: ")
    assert told.count("\n") == 1
    assert words in told
    assert not Path("runs").exists()


def test_a_learning_rate_that_diverges_is_told(lesson: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        lesson.main(["--steps", "50", "--activation", "relu", "--lr", "1e30"])
    assert exit_.value.code == 2
    assert re.search(
        r"at step \d+ the loss became (nan|inf); try a smaller --lr than 1e\+30\n", capsys.readouterr().err
    )
    assert os.listdir("runs") == []


@pytest.mark.parametrize(
    ("images", "batch_size", "steps", "expected"),
    [
        (60_000, 100, 10_000, 600),  # as the article: once an epoch
        (5_000, 100, 10_000, 500),  # every tenth of 200 epochs
        (5_000, 100, 500, 50),
        (5_000, 100, 1_000, 50),
        (5_000, 100, 1_050, 100),
        (100, 700, 60, 5),
    ],
)
def test_accuracy_is_measured_about_20_times(
    images: int, batch_size: int, steps: int, expected: int, lesson: ModuleType
) -> None:
    assert lesson.steps_between_measurements(images, batch_size, steps) == expected


def test_the_weights_start_as_the_article_s(lesson: ModuleType) -> None:
    tg.manual_seed(0)
    hidden, _, output = lesson.build_network([50], lesson.ACTIVATIONS["sigmoid"])
    assert hidden.weight.shape == (50, 784)
    assert output.weight.shape == (10, 50)
    assert float(hidden.weight.std()) == pytest.approx(0.01, rel=0.02)
    assert float(hidden.weight.mean()) == pytest.approx(0, abs=2e-4)
    assert not hidden.bias.any()
    assert not output.bias.any()


def test_deeper_networks_start_as_linear_layers_do(lesson: ModuleType) -> None:
    layers = lesson.build_network([128, 64], lesson.ACTIVATIONS["relu"])
    assert [type(layer).__name__ for layer in layers] == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    assert layers[0].bias.any()
    assert float(layers[2].weight.std()) > 0.03


def test_the_weights_and_the_curves_go_where_one_says(script: ModuleType) -> None:
    assert script.main(["--steps", "3", "--save", "weights.pt", "--plot", "curves.png"]) == 0
    assert tg.load("weights.pt")["step"] == 3
    assert Path("curves.png").read_bytes().startswith(b"\x89PNG")
    assert os.listdir("runs/digits-1") == ["misread.png"]
