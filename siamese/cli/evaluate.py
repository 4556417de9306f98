"""python -m siamese evaluate lake|sample|across|verification|curve: accuracy by a protocol, each with its trials and interval."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import numpy as np
import tqdm

from siamese.cli import curve
from siamese.cli.measuring import (
    answer_all,
    check_seed,
    check_trials,
    draw_trials,
    load_alphabets,
    make_scorer,
    one_scorer,
    sampled,
)
from siamese.cli.terminal import progress_bar, tell
from siamese.data import omniglot
from siamese.data.characters import CharacterSet
from siamese.errors import UserError

WAYS = 20


def add(commands: argparse._SubParsersAction) -> None:
    """Give the parser this command."""
    evaluation = commands.add_parser("evaluate", help="measure a scorer").add_subparsers(
        required=True, metavar="protocol"
    )
    lake = evaluation.add_parser("lake", help="Lake's 400 trials: 20-way 1-shot within an alphabet")
    one_scorer(lake)
    lake.set_defaults(call=evaluate_lake)
    sample = evaluation.add_parser("sample", help="20-way 1-shot within an alphabet, all drawers")
    across = evaluation.add_parser(
        "across", help="20-way 1-shot, characters of all these alphabets together, as the articles count"
    )
    verification = evaluation.add_parser(
        "verification", help="same or different, with the threshold that validation pairs give"
    )
    for protocol, call, alphabets in (
        (sample, evaluate_sample, "lake"),
        (across, evaluate_across, "evaluation"),
        (verification, evaluate_verification, "lake"),
    ):
        one_scorer(protocol)
        sampled(protocol, alphabets, 10_000)
        protocol.set_defaults(call=call)
    curve.add(evaluation)


def evaluate_lake(arguments: argparse.Namespace) -> None:
    from siamese.evaluation import trials

    check_seed(arguments)
    runs = omniglot.load_runs()
    answers = trials.answer_lake(
        make_scorer(arguments.scorer, arguments.weights), runs, np.random.default_rng(arguments.seed)
    )
    chosen = np.stack(list(tqdm.tqdm(answers, total=len(runs.query), desc="Lake runs", file=sys.stderr)))
    found = trials.LakeAnswers(chosen, runs.answer)
    result = (
        protocol_of(arguments, "Lake runs", WAYS)
        | found.accuracy.figures()
        | {"right_by_run": [run.right for run in found.by_run]}
    )
    tell(arguments, result, [sentence(result)])


def evaluate_sample(arguments: argparse.Namespace) -> None:
    measure_sample(arguments, across=False)


def evaluate_across(arguments: argparse.Namespace) -> None:
    measure_sample(arguments, across=True)


def measure_sample(arguments: argparse.Namespace, across: bool) -> None:
    from siamese.evaluation.curve import Answered
    from siamese.evaluation.features import Features

    check_trials(arguments)
    characters = load_alphabets(arguments.alphabets)
    features = {arguments.scorer: Features(make_scorer(arguments.scorer, arguments.weights), characters)}
    trials = draw_trials(arguments, characters, WAYS, across=across)
    answered = answer_all({arguments.scorer: Answered.begin(trials, arguments.seed)}, features)[arguments.scorer]
    if not len(answered):
        raise UserError("Stopped before the first trial was answered.")
    what = f"{characters.name}, {'across' if across else 'within'} alphabets, all drawers"
    result = protocol_of(arguments, what, WAYS) | answered.accuracy(WAYS).figures()
    tell(arguments, result, [sentence(result)])


def evaluate_verification(arguments: argparse.Namespace) -> None:
    from siamese.evaluation import verification
    from siamese.evaluation.features import Features

    check_trials(arguments, fewest=2)
    characters, scorer = load_alphabets(arguments.alphabets), make_scorer(arguments.scorer, arguments.weights)

    def scored(characters: CharacterSet, part: int) -> tuple[np.ndarray, np.ndarray]:
        features = Features(scorer, characters)
        pairs = verification.sample_pairs(characters, np.random.default_rng((arguments.seed, part)), arguments.trials)
        with progress_bar(characters.name, " drawings") as report:
            for done, total in features.look_in_steps(np.concatenate([pairs.first, pairs.second])):
                report(done, total)
        return verification.score_pairs(features, pairs), pairs.same

    recorded = getattr(scorer, "record", {}).get("same_threshold")
    if recorded is None:
        threshold, source = (
            verification.fit_same_threshold(*scored(load_alphabets("validation"), 1)),
            "fitted now on as many other pairs of validation",
        )
    else:
        threshold, source = (
            float(np.log(recorded / (1 - recorded))),
            "from the record of the weights, fitted on validation",
        )
    scores, same = scored(characters, 0)
    shown = 1 / (1 + np.exp(-threshold)) if arguments.scorer == "network" else threshold
    found, area = verification.accuracy_at(scores, same, threshold), verification.roc(scores, same).area
    result = protocol_of(arguments, f"{characters.name}, pairs by two drawers, half same", 2, shots=0) | found.figures()
    result |= {"threshold": round(float(shown), 4), "threshold_source": source, "roc_area": round(area, 4)}
    tell(
        arguments,
        result,
        [sentence(result, "pairs"), f"Same from {shown:.3f} on, {source}; area under the ROC curve {area:.4f}."],
    )


def protocol_of(arguments: argparse.Namespace, what: str, ways: int, shots: int = 1) -> dict[str, Any]:
    """What was measured: the head of every result. Same or different is two ways without a support set: no shots."""
    return {"scorer": arguments.scorer, "protocol": what, "ways": ways, "shots": shots, "seed": arguments.seed}


def sentence(result: dict[str, Any], unit: str = "trials") -> str:
    """A result as people read it."""
    protocol = f"{result['ways']}-way {result['shots']}-shot, " if result["shots"] else ""
    low, high = result["low"], result["high"]
    return f"{result['scorer']}, {result['protocol']}: {protocol}{result['trials']:,} {unit}, {result['accuracy']:.2%} (95 %: {low:.1%} to {high:.1%})"
