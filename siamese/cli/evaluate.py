"""python -m siamese evaluate lake|sample|across|verification|curve: accuracy with its trials and interval."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

import numpy as np

from siamese.cli import curve
from siamese.cli.protocols import add_scorer, add_trials, answer_all, make_scorer
from siamese.cli.terminal import print_result, progress_bar
from siamese.errors import UserError
from siamese.evaluation import lake, probability, scorers, verification
from siamese.evaluation.curve import Answers
from siamese.evaluation.features import Features
from siamese.evaluation.protocol import RUNS, Protocol

MIN_PAIRS = 2


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    protocols = commands.add_parser("evaluate", help="measure a scorer").add_subparsers(
        required=True, metavar="protocol"
    )
    runs = protocols.add_parser("lake", help="Lake's 400 trials: 20-way 1-shot within an alphabet")
    add_scorer(runs, seed=lake.SEED)
    runs.set_defaults(call=evaluate_lake)
    sample = protocols.add_parser("sample", help="20-way 1-shot within an alphabet, all drawers")
    across = protocols.add_parser(
        "across", help="20-way 1-shot with characters of all these alphabets together, as many articles do"
    )
    pairs = protocols.add_parser("verification", help="same or different, with the threshold fitted on validation")
    for parser, call, group in (
        (sample, evaluate_sample, "lake"),
        (across, evaluate_across, "evaluation"),
        (pairs, evaluate_verification, "lake"),
    ):
        add_scorer(parser)
        add_trials(parser, group, 10_000)
        parser.set_defaults(call=call)
    curve.add(protocols)


def evaluate_lake(arguments: argparse.Namespace) -> None:
    protocol = Protocol(RUNS, trials=400, seed=arguments.seed)
    answers = answer_protocol(arguments, protocol)
    if not answers.complete:
        raise UserError("Stopped before all of Lake's 400 trials were answered.")
    truth = omniglot_answers()
    given = lake.lake_answers(answers, truth)
    result = head(arguments, protocol) | given.accuracy.figures()
    result |= {"right_by_run": [run.right for run in given.by_run], "joint_right": given.joint_accuracy.right}
    joint = given.joint_accuracy
    lines = [
        sentence(result),
        f"A different task, a run's 20 queries named together: {joint.right} of {joint.trials}, {joint.accuracy:.2%}",
    ]
    print_result(arguments, result, lines)


def omniglot_answers() -> np.ndarray:
    """The right ways of Lake's runs, int (20, 20)."""
    from siamese.data import omniglot

    return omniglot.load_runs().answer


def evaluate_sample(arguments: argparse.Namespace) -> None:
    measure_trials(arguments, Protocol(arguments.alphabets, trials=arguments.trials, seed=arguments.seed))


def evaluate_across(arguments: argparse.Namespace) -> None:
    measure_trials(arguments, Protocol(arguments.alphabets, across=True, trials=arguments.trials, seed=arguments.seed))


def measure_trials(arguments: argparse.Namespace, protocol: Protocol) -> None:
    answers = answer_protocol(arguments, protocol)
    if not len(answers):
        raise UserError("Stopped before the first trial was answered.")
    result = head(arguments, protocol) | answers.accuracy(protocol.ways).figures()
    print_result(arguments, result, [sentence(result)])


def answer_protocol(arguments: argparse.Namespace, protocol: Protocol) -> Answers:
    """The chosen scorer's answers to a protocol's trials, as far as they were given."""
    characters, trials = protocol.questions()
    features = Features(make_scorer(arguments.scorer, arguments.weights), characters)
    return answer_all({"answers": Answers.begin(trials, protocol.seed)}, {"answers": features})["answers"]


def evaluate_verification(arguments: argparse.Namespace) -> None:
    protocol = Protocol(arguments.alphabets, trials=arguments.trials, seed=arguments.seed)
    if arguments.trials < MIN_PAIRS:
        raise UserError(f"trials {arguments.trials}: ask for at least {MIN_PAIRS} pairs.")
    characters, scorer = protocol.characters(), make_scorer(arguments.scorer, arguments.weights)
    recorded = getattr(scorer, "record", {}).get("same_threshold")
    if recorded is None:
        validation = dataclasses.replace(protocol, group="validation").characters()
        threshold = verification.fit_same_threshold(*score_pairs(arguments, Features(scorer, validation), 1))
        source = "fitted now on as many pairs of the validation alphabets"
    else:
        threshold, source = float(probability.logit(recorded)), "from the weights' record, fitted on validation"
    scores, same = score_pairs(arguments, Features(scorer, characters), 0)
    shown = float(probability.sigmoid(threshold)) if arguments.scorer == scorers.NETWORK else threshold
    area = verification.roc(scores, same).area
    result = {"scorer": arguments.scorer, "protocol": f"{characters.name}, pairs by two drawers, half of them same"}
    result |= {"alphabets": protocol.group, "seed": arguments.seed}
    result |= verification.accuracy_at(scores, same, threshold).figures()
    result |= {"threshold": round(shown, 4), "threshold_source": source, "roc_area": round(area, 4)}
    lines = [
        sentence(result, "pairs"),
        f"Same from {shown:.3f} up ({source}); area under the ROC curve {area:.4f}.",
    ]
    print_result(arguments, result, lines)


def score_pairs(arguments: argparse.Namespace, features: Features, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truth of sampled pairs, with a progress bar; another `part` gives other pairs."""
    rng = np.random.default_rng((arguments.seed, part))
    pairs = verification.sample_pairs(features.characters, rng, arguments.trials)
    with progress_bar(features.characters.name, " drawings") as report:
        for done, total in features.prepare_in_steps(np.concatenate([pairs.first, pairs.second])):
            report(done, total)
    return verification.score_pairs(features, pairs), pairs.same


def head(arguments: argparse.Namespace, protocol: Protocol) -> dict[str, Any]:
    """What was measured: the head of every result."""
    return {
        "scorer": arguments.scorer,
        "protocol": protocol.words,
        "alphabets": protocol.group,
        "across": protocol.across,
        "ways": protocol.ways,
        "shots": protocol.shots,
        "seed": protocol.seed,
    }


def sentence(result: dict[str, Any], unit: str = "trials") -> str:
    """A result as a sentence."""
    interval = f"95 %: {result['low']:.1%} to {result['high']:.1%}"
    return (
        f"{result['scorer']}, {result['protocol']}: {result['trials']:,} {unit}, {result['accuracy']:.2%} ({interval})"
    )
