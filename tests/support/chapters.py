"""What the chapters in examples/ print and draw, and whose headings they are: their tests and the READMEs' tables."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["LEARNED", "SCRIPTS", "headings_of", "rows_of"]

ROOT = Path(__file__).parents[2]
TABLES = {"README.md": "heading of the article", "README.ja.md": "記事の見出し"}

# For each script: lines it must print, among others, and the pictures it must draw.
SCRIPTS: dict[str, tuple[list[str], list[str]]] = {
    "01_perceptron": (
        [
            "  length 66 cm: -69 + 66 = -3, so y = 0: size S",
            "  length 69 cm: -69 + 69 = 0, so y = 0: size S",
            "  length 72 cm: -69 + 72 = 3, so y = 1: size M",
            "  69 cm long, 50 cm wide: the sum is -0.6, so y = 0: size S",
            "  69 cm long, 52 cm wide: the sum is  0.2, so y = 1: size M",
            "line x2 = -x1 - 0.4. A simple perceptron always divides the plane in two groups by one straight line.",
            "  x = (1, -1.5), below the line: y = 0",
            "  x = (1, -1.3), above the line: y = 1",
        ],
        ["01_line", "01_perceptron", "01_shirt_size", "01_step"],
    ),
    "02_limit_of_one_line": (
        [
            "   0  1 |  0    1    1",
            "   1  1 |  1    1    0",
            "  OR : 100.0 % of the points right",
            "  XOR: 75.0 % of the points right",
        ],
        ["02_gates", "02_limit_of_one_line"],
    ),
    "03_multilayer_perceptron": (
        [
            "   0  0 |  0   1  |  0",
            "   0  1 |  1   1  |  1",
            "   1  0 |  1   1  |  1",
            "   1  1 |  1   0  |  0",
            "The same with the library, layer by layer in nn.Sequential, answers [0, 1, 1, 0].",
            "  no hidden layer       : loss 0.693,  51.5 % right",
            "  hidden layer, identity: loss 0.693,  51.5 % right",
            "Put together into one by that formula, do they give the same scores? True.",
            "weights about 0, each class 50 %, loss log 2 = 0.693. Which points then are right is chance.",
            "   3 hidden units: 85.2 % of 400 points right",
            "  12 hidden units: 99.2 % of 400 points right",
            "   3 hidden units: off by 0.437 at most",
            "  12 hidden units: off by 0.033 at most",
            "ReLU has 2 inputs, 8 hidden units and 2 outputs: 2 x 8 + 8 + 8 x 2 + 2 = 42 weights and biases, all found",
        ],
        [
            "03_finer_regions",
            "03_multilayer_perceptron",
            "03_network",
            "03_two_lines",
            "03_universal_approximation",
        ],
    ),
    "04_inference": (
        [
            "  A1 = [7 7], Z1 = [7 7], A2 = [ 0.   1.5 -0.5]: M",
            "[26 32]",
            "tensor([26, 32])",
            "nn.Linear: [26.0, 32.0]",
            "  step 500: loss      9.44",
            "Learned: height = 167.67 + 2.02 (length - 69). The exact best line has 167.67 and 2.02.",
            "So a shirt of 72 cm belongs to somebody about 173.7 cm tall.",
            "  a shirt of 69 by 52 cm is of size M with probability 0.736",
        ],
        ["04_classification", "04_matrix_product", "04_network", "04_regression"],
    ),
    "05_activations": (
        [
            "  NumPy             [0.26894142 0.5        0.88079708]",
            "  tinygrad_edu      [0.2689414 0.5       0.880797 ]",
            "  derivative        [0.19661193 0.25       0.10499363]",
            "  tinygrad_edu      [0. 0. 2.]",
            "  derivative        [0. 0. 1.]",
            "  nn.Identity       [-1.  0.  2.]",
            "  [0.09003057 0.24472847 0.66524096]",
            "  [0.09003057 0.24472847 0.66524096] tinygrad_edu",
            "after:  0.09003057 < 0.24472847 < 0.66524096",
            "With it nothing changes: [0.09003057 0.24472847 0.66524096]",
            "  Y = softmax(A2)    0.090   0.245   0.665",
        ],
        ["05_identity", "05_inference", "05_relu", "05_sigmoid", "05_softmax"],
    ),
    "06_losses": (
        [
            "  right guess: a 2 with 60 %",
            "  right guess: 0.097500  tinygrad_edu: 0.097500",
            "  wrong guess: 0.827500  tinygrad_edu: 0.827500",
            "  right guess: 0.510825  tinygrad_edu: 0.510825",
            "  wrong guess: 16.118096  tinygrad_edu: 16.118096",
            "layer and the number of the right class. For the right guess: 0.511.",
            "  far: accuracy 0, loss 6.414",
            "  near: accuracy 0, loss 1.494",
            "  right: accuracy 1, loss 0.131",
            "Answer: From the 1e-7: -log(1e-7) = 16.118096. With 1e-10 instead it would be 23.025851, and without",
        ],
        ["06_guesses", "06_loss_and_accuracy", "06_near_and_far"],
    ),
    "07_gradient": (
        [
            "  at ( 3.0,  4.0): ( 6.0,  8.0)",
            "  ( 3.0,  4.0)    ( 6.0,  8.0)    ( 6.0,  8.0)",
            "  ( 0.0,  2.0)    ( 0.0,  4.0)    ( 0.0,  4.0)",
            "  ( 3.0,  0.0)    ( 6.0,  0.0)    ( 6.0,  0.0)",
            "  f(3.0, 4.0) = 25.00  ->  f(2.4, 3.2) = 16.00",
            "Answer: It is ( 6.0, 80.0).",
        ],
        ["07_negative_gradient", "07_surface"],
    ),
    "08_gradient_descent": (
        [
            "  step 5: w = 0.156, L = 0.024",
            "  eta = 1.02  (too large): at (-6.573, 8.764), where it is 120.0255",
            "  eta = 0.002 (too small): at (-2.769, 3.692), where it is 21.2968",
            "  eta = 0.1   (right): at (-0.035, 0.046), where it is 0.0033",
            "  too large: (-6.573, 8.764)",
            "  too small: (-2.769, 3.692)",
            "  right: (-0.035, 0.046)",
            "Answer: At (3.0, -4.0), (-3.0, 4.0), (-3.0, 4.0): W - 1 x 2 W = -W.",
        ],
        ["08_gradient_descent", "08_one_curve"],
    ),
    "09_learning_digits": (
        [
            "28 * 28 = 784 inputs. With 50 hidden units and 10 outputs, one for each digit, that makes",
            "784 * 50 + 50 + 50 * 10 + 10 = 39,760 weights and biases: nobody could choose them by hand.",
            "before learning, of 100 images: 2.305; of all 5,000: 2.303.",
            "  step    0: 0.100 of the training images right, 0.100 of the test images",
            "10,000 steps both reach about 0.94.)",
        ],
        ["09_images", "09_learning_digits", "09_weights"],
    ),
    "10_backpropagation_by_hand": (
        ["  dL/da = 30", "  dL/db = 20", "    goes to a: 30.", "    goes to b: 20.", "  c: 10."],
        [],
    ),
    "11_an_engine_from_scratch": (
        [
            "  step   0: loss 4.8313",
            "  step 300: loss 0.0094",
            "Answer: One line. Then exp at 1 has the derivative 2.718282.",
        ],
        [],
    ),
    "12_down_a_ravine": (
        [
            "  SGD, lr=0.95        : at (-0.350,  0.085), where it is 0.0133",
            "  momentum 0.9, lr=0.1: at ( 0.896,  0.088), where it is 0.0479",
            "  RMSprop, lr=0.5     : at (-0.000,  0.000), where it is 0.0000",
            "  Adam, lr=0.3        : at ( 0.136,  0.318), where it is 0.1022",
        ],
        ["12_down_a_ravine"],
    ),
    "13_your_own_operation": (
        [
            "  derivative [ 0.316198 -0.778801 -0.073263]",
            "  bell               agrees",
            "  Bell.apply         agrees",
            "  row_lengths        agrees",
            "  derivative of bell agrees",
        ],
        ["13_your_own_operation"],
    ),
    "14_initialisation": (
        [
            "  std 1, tanh   :     0.96      0.96      0.96      0.96      0.96",
            "  std 0.01, tanh:    0.098    0.0097   0.00096   9.7e-05   9.5e-06",
            "  Xavier, tanh  :     0.63      0.49      0.41      0.36      0.33",
            "  Kaiming, ReLU :     0.84       0.8       0.7      0.66      0.62",
            "  std 0.01, tanh: gradient 3.0e-08, after 60 steps 0.100 of the test images",
        ],
        ["14_initialisation"],
    ),
    "15_overfitting": (
        [
            "network is worth shows on images that it has never seen.",
            "    (2): Linear(in_features=200, out_features=200, bias=True)",
        ],
        ["15_overfitting"],
    ),
    "16_batch_normalisation": (
        [
            "  after     -1.0000 -0.3333 -0.3333  1.6667: mean 0, standard deviation 1",
            "  the layer -1.0000 -0.3333 -0.3333  1.6667",
            "  std behind each layer, without:    0.09    0.01   0.001  0.0001   1e-05",
            "  std behind each layer, with it:     0.6     0.6     0.6     0.6     0.6",
            "makes 0.87 of a single 8.0. Forget eval(), and a single image is refused.",
        ],
        ["16_activations", "16_learning"],
    ),
    "17_convolution": (
        [
            "  [0.0, 0.0, 1.0, 1.0]     [-1.0, 1.0]              [0.0, 2.0, 0.0]",
            "46,730 parameters, and 800 images. A digit that is moved by a pixel is still that digit, so each",
            "Answer: 7,225,344 against 400.",
        ],
        ["17_found", "17_kernels"],
    ),
    "18_characters": (
        [
            "  query @ keys / sqrt(2):   2.828   0.000   1.414",
            "  softmax of them:          0.768   0.045   0.187",
            "  of 10, 20 and 30 that takes 14.188; scaled_dot_product_attention: 14.188",
        ],
        ["18_attention", "18_loss"],
    ),
}

# What a chapter has learned in quick mode: a number that it prints, and between which two it must lie. A guess gets 0.1
# of the digits right. What knows only how often each character comes has a loss of 3.2, what knows nothing one of 4.5.
LEARNED: dict[str, dict[str, tuple[float, float]]] = {
    "14_initialisation": {
        r"Xavier, tanh  : .* ([\d.]+) of the test images": (0.5, 1),
        r"Kaiming, ReLU : .* ([\d.]+) of the test images": (0.5, 1),
        r"std 1, tanh   : .* ([\d.]+) of the test images": (0, 0.4),
    },
    "15_overfitting": {r"([\d.]+) of the test images right: too many": (0.6, 1)},
    "16_batch_normalisation": {
        r"std 0.01, .* ([\d.]+) of the test images without": (0, 0.2),
        r"std 0.01, .* ([\d.]+) with it": (0.5, 1),
    },
    "17_convolution": {r"Of images never seen: ([\d.]+) right": (0.2, 1)},
    "18_characters": {r"step   15: .* doesn't learn from ([\d.]+)": (2, 3.9)},
}


def rows_of(page: str) -> list[list[str]]:
    """The rows of a README's table of headings: heading, chapter, figures, numbers, API."""
    text = (ROOT / page).read_text(encoding="utf-8")
    table = text.partition(f"| {TABLES[page]} |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")[2:]]
    return [
        [heading.partition(": ")[0], re.sub(r"\[(\w+)\.py\].*", r"\1", chapter), *rest]
        for heading, chapter, *rest in rows
    ]


def headings_of(script: str) -> list[str]:
    """The article's headings that a chapter is about, by the README."""
    return [row[0] for row in rows_of("README.md") if row[1] == script]
