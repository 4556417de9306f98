"""Record the results of the shipped weights in assets/results.json for the evaluate page: python tools/make_results.py

Measures curves (network, nearest neighbour on drawings as they are and normalised, Hausdorff, chance) and failures on each of the
groups of alphabets, verification with the threshold that validation pairs give, and Lake's runs with every answer. Nothing is
chosen by it: to try the tool out, name the groups that are not Lake's, and another file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import shlex
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np
import tqdm

from siamese.data import omniglot, splits
from siamese.data.characters import CharacterSet
from siamese.data.omniglot import LakeRuns
from siamese.evaluation import results
from siamese.evaluation.baselines import BASELINES
from siamese.evaluation.curve import Answered, sample_nested, stream
from siamese.evaluation.features import Features, Scorer
from siamese.evaluation.trials import LakeAnswers, answer_lake
from siamese.evaluation.verification import fit_same_threshold, sample_pairs, score_pairs

SEED = 20151109
WAYS = 20
GROUPS = ("validation", "background", "lake")
ON_CURVES = ("nearest", "normalised", "hausdorff", "chance")


def scored_pairs(features: Features, count: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truth of sampled pairs; another `part`, other pairs."""
    pairs = sample_pairs(features.characters, np.random.default_rng((SEED, part)), count)
    return score_pairs(features, pairs), pairs.same


def measure_group(features: dict[str, Features], characters: CharacterSet, trials: int) -> tuple[dict, dict]:
    """Curves of all scorers, and where the network fails at 20 ways."""
    nested = sample_nested(characters, SEED, trials, WAYS)
    now = {name: Answered.begin(nested, SEED) for name in features}
    with tqdm.tqdm(total=trials * len(now), desc=characters.name, file=sys.stderr) as bar:
        for answered in stream(now, features):
            now = answered
            bar.update(sum(map(len, now.values())) - bar.n)
    return results.curve_record(characters, now), results.failures_record(characters, now["network"].choices(WAYS))


def measure_runs(scorers: dict[str, Scorer], runs: LakeRuns) -> dict:
    """Lake's runs, answer by answer."""
    answers = {
        name: np.stack(list(answer_lake(scorer, runs, np.random.default_rng(SEED)))) for name, scorer in scorers.items()
    }
    return {name: results.lake_record(LakeAnswers(chosen, runs.answer)) for name, chosen in answers.items()}


def measure_all(
    network: Scorer,
    groups: dict[str, CharacterSet],
    validation: CharacterSet,
    runs: LakeRuns | None,
    trials: int,
    pairs: int,
) -> dict:
    """Everything but `made`, for any scorer in the network's place. The same-or-different threshold is the one in the network's record, if there."""
    scorers: dict[str, Scorer] = {"network": network, **{name: BASELINES[name]() for name in ON_CURVES}}
    looked = {name: Features(network, characters) for name, characters in groups.items()}
    recorded = getattr(network, "record", {}).get("same_threshold")
    fitted_on = looked.get("validation") or Features(network, validation)
    threshold = (
        fit_same_threshold(*scored_pairs(fitted_on, pairs, 1))
        if recorded is None
        else float(np.log(recorded / (1 - recorded)))
    )
    found: dict[str, dict] = {"curves": {}, "failures": {}, "verification": {}}
    for name, characters in groups.items():
        features = {"network": looked.pop(name), **{other: Features(scorers[other], characters) for other in ON_CURVES}}
        found["curves"][name], found["failures"][name] = measure_group(features, characters, trials)
        found["verification"][name] = results.verification_record(
            characters, *scored_pairs(features["network"], pairs, 0), threshold
        )
    return found | ({} if runs is None else {"lake_runs": measure_runs(scorers, runs)})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--alphabets",
        choices=GROUPS,
        nargs="+",
        default=list(GROUPS),
        help="default: all; Lake's runs go with lake",
    )
    parser.add_argument("--trials", type=int, default=2_000, help="a group (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=10_000, help="a group (default: %(default)s)")
    parser.add_argument("--to", type=pathlib.Path, default=results.FILE)
    arguments = parser.parse_args()
    from siamese.network.device import Precision
    from siamese.network.matcher import Matcher

    everything, matcher = omniglot.load(), Matcher.load()
    groups = {name: splits.subset(name, everything) for name in arguments.alphabets}
    runs = omniglot.load_runs() if "lake" in groups else None
    made = {
        "date": datetime.date.today().isoformat(),
        "command": shlex.join(["python", "tools/make_results.py", *sys.argv[1:]]),
        "weights_sha256": matcher.record["sha256"],
        "device": Precision.of_this_machine().device,
        "seed": SEED,
    }
    found = {
        "made": made,
        **measure_all(
            matcher, groups, splits.subset("validation", everything), runs, arguments.trials, arguments.pairs
        ),
    }
    draft = arguments.to.with_suffix(".incomplete")
    draft.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
    os.replace(draft, arguments.to)
    print(f"{arguments.to}: {arguments.to.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
