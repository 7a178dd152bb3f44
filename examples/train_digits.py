"""The article's 「確率的勾配法の実装」: a network with one hidden layer learns to read handwritten digits.

It learns by stochastic gradient descent (確率的勾配法): draw 100 images at random, see how wrong the
network is on them (the loss), find how each weight changes the loss (the gradient), move the weights
a little the other way; and so on, 10,000 times. That loop is the function `train`.

Run it in any folder. What it learns and its pictures go into ``runs/digits-1``, ``runs/digits-2``, ...::

    python train_digits.py                      6,000 digits that come with the package: some seconds
    python train_digits.py --data mnist         all 70,000 of MNIST, downloaded once (12 MB)
    python train_digits.py --layers 128,64 --activation relu --optimizer momentum
    python train_digits.py --resume runs/digits-1/checkpoint.pt --steps 20000

Ctrl-C stops it between two steps and keeps what was learned; ``--resume`` goes on from there, to the
very numbers that a run without a stop reaches. The live progress bar and the pictures need rich and
matplotlib, ``pip install rich matplotlib``; without them it prints lines and draws nothing.

Source: the article, 「確率的勾配法の実装」; K. Saito, Deep Learning from Scratch (O'Reilly Japan, 2016), chapter 4.
"""

from __future__ import annotations

import argparse
import math
import os
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

# Read when NumPy is imported. Matrices as small as these gain nothing from a second thread, and where
# other programs are busy too, each product would wait for the thread that is held up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu._missing import not_installed
from tinygrad_edu.datasets import MNIST, Digits, LabelledImages, to_vectors

ACTIVATIONS: dict[str, type[nn.Module]] = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "tanh": nn.Tanh}
OPTIMIZERS = ("sgd", "momentum", "nesterov")  # all of them `optim.SGD`
USUAL_MOMENTUM = 0.9


class Examples(NamedTuple):
    """Images as rows of 784 numbers from 0 to 1, and the digit on each."""

    images: tg.Tensor
    labels: tg.Tensor


class Run:
    """All that changes while learning, so all that has to be saved to go on later.

    Attributes:
        network: What learns; its outputs are logits, which softmax turns into probabilities.
        optimizer: What moves the weights of the network against their gradients.
        step: How many steps have been taken.
        losses: The loss of the mini-batch of each step.
        accuracies: What was measured on the way, each ``(step, training accuracy, test accuracy)``.
    """

    def __init__(self, settings: argparse.Namespace) -> None:
        tg.manual_seed(settings.seed)
        self.settings = settings
        self.network = build_network(settings.layers, ACTIVATIONS[settings.activation])
        self.optimizer = optim.SGD(
            self.network.parameters(),
            lr=settings.lr,
            momentum=momentum_of(settings),
            nesterov=settings.optimizer == "nesterov",
        )
        self.step = 0
        self.losses: list[float] = []
        self.accuracies: list[tuple[int, float, float]] = []

    def save(self, path: Path) -> None:
        """Write the run to `path`, with where the random numbers stand."""
        state = {
            "settings": {**vars(self.settings), "resume": None, "output": None, "save": None, "plot": None},
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": tg.default_generator.get_state(),
            "step": self.step,
            "losses": self.losses,
            "accuracies": self.accuracies,
        }
        tg.save(state, path)

    def restore(self, state: dict[str, Any]) -> None:
        """Put everything back to where `save` found it; only the options given anew stay as they are."""
        new_groups = self.optimizer.state_dict()["param_groups"]
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict({**state["optimizer"], "param_groups": new_groups})
        tg.default_generator.set_state(state["random"])
        self.step, self.losses, self.accuracies = state["step"], state["losses"], state["accuracies"]


def momentum_of(settings: argparse.Namespace) -> float:
    """Return the momentum asked for; the optimizers named after it have the usual one otherwise."""
    momentum: float = settings.momentum
    return momentum if momentum or settings.optimizer == "sgd" else USUAL_MOMENTUM


def build_network(hidden_sizes: list[int], activation: type[nn.Module]) -> nn.Sequential:
    """Return 784 inputs, the hidden layers with their activation, and 10 outputs, one for each digit.

    With one hidden layer the weights start as the article's, 0.01 * N(0, 1), and the biases at 0. Through
    more layers such small weights let hardly anything pass, so there they start as `nn.Linear` has them.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise([784, *hidden_sizes, 10]):
        linear = nn.Linear(inputs, outputs)
        if len(hidden_sizes) == 1:
            nn.init.normal_(linear.weight, std=0.01)
            nn.init.zeros_(linear.bias)
        layers += [linear, activation()]
    return nn.Sequential(*layers[:-1])  # no activation after the last one: cross_entropy holds the softmax


def train(run: Run, train_set: Examples, test_set: Examples) -> None:
    """Take the steps that `run` still lacks, or those up to Ctrl-C."""
    settings = run.settings
    measure_every = steps_between_measurements(len(train_set.images), settings.batch_size, settings.steps)
    with ctrl_c() as pressed, ProgressBar(run) as bar:
        if not run.accuracies:
            measure(run, train_set, test_set)
        while run.step < settings.steps and not pressed.is_set():
            batch = tg.randint(len(train_set.images), (settings.batch_size,))  # 1. draw a mini-batch
            logits = run.network(train_set.images[batch])
            loss = nn.functional.cross_entropy(logits, train_set.labels[batch])
            run.optimizer.zero_grad()
            loss.backward()  # 2. the gradient of the loss
            run.optimizer.step()  # 3. move the weights against it
            run.step += 1  # 4. and again

            run.losses.append(loss.item())
            if not math.isfinite(run.losses[-1]):
                fail(f"at step {run.step:,} the loss became {run.losses[-1]}; try a smaller --lr than {settings.lr:g}")
            if run.step % measure_every == 0 or run.step == settings.steps:
                measure(run, train_set, test_set)
            bar.update()
        if run.accuracies[-1][0] < run.step:
            measure(run, train_set, test_set)


def measure(run: Run, train_set: Examples, test_set: Examples) -> None:
    """Note and print the accuracy on all images learned from, and on those never learned from."""
    train_accuracy, test_accuracy = accuracy(run.network, train_set), accuracy(run.network, test_set)
    run.accuracies.append((run.step, train_accuracy, test_accuracy))
    epoch = run.step * run.settings.batch_size / len(train_set.images)
    print(f"train acc, test acc | {train_accuracy:.4f}, {test_accuracy:.4f} | epoch {epoch:.4g}, step {run.step:,}")


@tg.no_grad()
def accuracy(network: nn.Module, examples: Examples) -> float:
    """Return the share of the images that `network` reads right, from 0 to 1."""
    return float((network(examples.images).argmax(dim=1) == examples.labels).double().mean())


def steps_between_measurements(images: int, batch_size: int, steps: int) -> int:
    """Return the steps of one epoch, or of 2, 5, 10, 20, ... epochs if that keeps the lines to about 20."""
    epoch = max(1, images // batch_size)
    spans = (int(epoch * digit * 10**power) for power in count() for digit in (1, 2, 5))
    return next(span for span in spans if steps <= 20 * span)


@contextmanager
def ctrl_c() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets, so that the loop can stop between two steps; a second one ends it."""
    pressed = threading.Event()

    def note(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


class ProgressBar:
    """Shows step, loss, test accuracy and time left, where there are a terminal and the package rich."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._bar: Any = None
        try:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TimeRemainingColumn
        except ImportError:
            print(f"(no live progress bar: it needs {not_installed('rich')})")
            return
        console = Console()
        if not console.is_interactive:
            print("(no live progress bar, because this isn't a terminal)")
            return
        columns = (
            BarColumn(None),
            "{task.completed:,}/{task.total:,} {task.description}",
            TimeRemainingColumn(),
            "left",
        )
        self._bar = Progress(*columns, console=console, transient=True, expand=True)
        self._task = self._bar.add_task("", total=run.settings.steps, completed=run.step)
        self._next_update = 0.0

    def __enter__(self) -> ProgressBar:
        if self._bar:
            self._bar.start()
        return self

    def update(self) -> None:
        """Show where the run is now, ten times a second; the loss is the mean of the last 50 mini-batches."""
        if self._bar and time.monotonic() >= self._next_update:
            last = self._run.losses[-50:]
            words = f"loss {sum(last) / len(last):.3f} test acc {self._run.accuracies[-1][2]:.3f}"
            self._bar.update(self._task, completed=self._run.step, description=words)
            self._next_update = time.monotonic() + 0.1

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()


def draw(run: Run, test_set: Examples, paths: list[Path]) -> list[Path]:
    """Write the curves and the sheet of misread digits to two `paths`; return those that were written."""
    from tinygrad_edu.viz import plot_learning, plot_misread

    steps, train_accuracies, test_accuracies = zip(*run.accuracies, strict=True)
    curves = {"training images": train_accuracies, "test images": test_accuracies}
    with tg.no_grad():
        probabilities = run.network(test_set.images).softmax(dim=1)
    title = f"Learning to read digits ({describe(run.settings)})"
    try:
        learning = plot_learning(run.losses, curves, steps, title)
        misread = plot_misread(test_set.images.reshape(-1, 28, 28), test_set.labels, probabilities, "Test images")
    except ImportError:
        print(f"(no pictures: they need {not_installed('matplotlib')})")
        return []
    learning.savefig(paths[0])
    misread.savefig(paths[1])
    return paths


def describe(settings: argparse.Namespace) -> str:
    """Return in a few words what learns and how."""
    sizes = "-".join(map(str, [784, *settings.layers, 10]))
    momentum = f", momentum {momentum_of(settings):g}" if momentum_of(settings) else ""
    optimizer = "Nesterov's SGD" if settings.optimizer == "nesterov" else "SGD"
    return f"{sizes}, {settings.activation}, {optimizer}, learning rate {settings.lr:g}{momentum}"


def load_data(settings: argparse.Namespace) -> list[Examples]:
    """Return the examples to learn from and those to test on."""
    parts: list[LabelledImages]
    try:
        if settings.data == "digits":
            parts = [Digits(train) for train in (True, False)]
        else:
            parts = [MNIST(settings.root, train, download=settings.root is None) for train in (True, False)]
    except FileNotFoundError:
        fail(f"--root: the files of MNIST aren't in {settings.root}; leave --root out to have them downloaded")
    except (OSError, ValueError) as error:
        fail(f"--data {settings.data}: {error}")
    return [Examples(to_vectors(part.data), part.targets) for part in parts]


def new_folder(settings: argparse.Namespace) -> Path:
    """Make the folder for the run's files: --output, or the first of ``runs/digits-1``, ``-2``, ... not there."""
    numbered = (Path("runs", f"{settings.data}-{number}") for number in count(1))
    folder = Path(settings.output) if settings.output else next(path for path in numbered if not path.exists())
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        fail(f"--output: can't make {folder}: {error.strerror}; name a new folder, as nothing is overwritten")
    return folder


def fail(message: str) -> NoReturn:
    """Say in one line what is wrong, and end with exit code 2."""
    print(f"train_digits.py: {message}", file=sys.stderr)
    raise SystemExit(2)


class Parser(argparse.ArgumentParser):
    """An argument parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """End with `message`."""
        fail(f"{message} (--help lists the options)")


def positive_integer(text: str) -> int:
    """Return the whole number from 1 up that `text` says."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"wanted a whole number from 1 up, got {text!r}")
    return int(text)


def layer_sizes(text: str) -> list[int]:
    """Return the sizes in `text`, such as ``50`` or ``128,64``."""
    return [positive_integer(part.strip()) for part in text.split(",")]


def make_parser() -> Parser:
    """Return the parser of all options."""
    parser = Parser(description=str(__doc__).partition("\n")[0])
    add = parser.add_argument
    add("--data", choices=("digits", "mnist"), default="digits", help="the bundled digits (default) or all of MNIST")
    add("--root", metavar="DIR", help="the folder with MNIST's files; without it they are downloaded once")
    add("--layers", type=layer_sizes, default=[50], metavar="N,...", help="sizes of the hidden layers (default 50)")
    add("--activation", choices=tuple(ACTIVATIONS), default="sigmoid", help="after hidden layers (default sigmoid)")
    add("--optimizer", choices=OPTIMIZERS, default="sgd", help="SGD (default), with momentum, or with Nesterov's")
    add("--lr", type=float, default=0.1, help="learning rate (default 0.1)")
    add("--momentum", type=float, default=0.0, help="how much of its last move each weight keeps")
    add("--batch-size", type=positive_integer, default=100, metavar="N", help="images in a mini-batch (default 100)")
    add("--steps", type=positive_integer, default=10_000, metavar="N", help="steps in all (default 10000)")
    add("--quick", action="store_const", const=500, dest="steps", default=argparse.SUPPRESS, help="only 500 steps")
    add("--seed", type=int, default=0, metavar="N", help="the same seed gives the same numbers (default 0)")
    add("--resume", metavar="FILE", help="go on from this checkpoint of an earlier run, with its options")
    add("--output", metavar="DIR", help="a new folder for the files (default runs/digits-1, -2, ...)")
    add("--save", metavar="FILE", help="where to write the weights (default checkpoint.pt in that folder)")
    add("--plot", metavar="FILE", help="where to draw the curves (default curves.png in that folder)")
    return parser


def read_settings(arguments: list[str] | None) -> tuple[argparse.Namespace, dict[str, Any] | None]:
    """Return the settings and the saved run to go on with, if any; what isn't given is as in that run."""
    parser = make_parser()
    settings, saved = parser.parse_args(arguments), None
    if settings.resume:
        saved = load_checkpoint(settings.resume)
        settings = parser.parse_args(arguments, argparse.Namespace(**saved["settings"]))
        for name in ("data", "layers", "activation", "optimizer", "seed"):
            was, wanted = saved["settings"][name], vars(settings)[name]
            if was != wanted:
                fail(f"--{name}: the run in {settings.resume} has {was}, not {wanted}; leave out --{name}, or --resume")
        if settings.steps <= saved["step"]:
            fail(f"--resume: that run has taken its {saved['step']:,} steps; ask for more in all with --steps")
    for name in ("save", "plot"):
        path = Path(vars(settings)[name] or "")
        if path.name and (path.exists() or not path.parent.is_dir()):
            fail(f"--{name}: {path} {'is there already' if path.exists() else 'is in no folder'}; name a new file")
    if settings.plot and Path(settings.plot).suffix.lower() != ".png":
        fail(f"--plot: the picture is a PNG, so name it so: {Path(settings.plot).with_suffix('.png')}")
    if settings.root is not None and settings.data != "mnist":
        fail("--root is for --data mnist; the bundled digits need no folder")
    return settings, saved


def load_checkpoint(path: str) -> dict[str, Any]:
    """Return what `Run.save` wrote to `path`."""
    try:
        saved: dict[str, Any] = tg.load(path)
        saved["settings"]["layers"]  # only a checkpoint of this script has them
    except FileNotFoundError:
        fail(f"--resume: there is no file {path}")
    except (OSError, RuntimeError, LookupError, TypeError):
        fail(f"--resume: {path} is damaged, or isn't a checkpoint of this script")
    return saved


def main(arguments: list[str] | None = None) -> int:
    """Learn as the command line says; return the exit code, which is 130 after Ctrl-C."""
    settings, saved = read_settings(arguments)
    train_set, test_set = load_data(settings)
    try:
        run = Run(settings)
    except ValueError as error:
        fail(str(error))  # the optimizer says which of its values can't be
    if saved:
        run.restore(saved)
    folder = new_folder(settings)
    print(f"{len(train_set.images):,} images to learn from, {len(test_set.images):,} to test on; {describe(settings)}")
    started = time.perf_counter()
    try:
        train(run, train_set, test_set)
    except BaseException:
        folder.rmdir()  # nothing was learned that is worth keeping
        raise
    seconds = time.perf_counter() - started

    checkpoint = Path(settings.save or folder / "checkpoint.pt")
    pictures = [Path(settings.plot or folder / "curves.png"), folder / "misread.png"]
    run.save(checkpoint)
    stopped = run.step < settings.steps
    print(f"{'Stopped' if stopped else 'Finished'} at step {run.step:,} of {settings.steps:,} after {seconds:.1f} s.")
    written = [checkpoint, *draw(run, test_set, pictures)]
    print("Wrote", ", ".join(map(str, written)))
    print("Final training accuracy {1:.4f}, test accuracy {2:.4f}".format(*run.accuracies[-1]))
    if stopped:
        name = Path(sys.executable).name
        python = name if shutil.which(name) == sys.executable else sys.executable
        print(f"Go on with: {shlex.join([python, sys.argv[0], '--resume', str(checkpoint)])}")
    return 130 if stopped else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped at once.", file=sys.stderr)
        sys.exit(130)
