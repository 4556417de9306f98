from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tensorflow as tf

from siamese.config import SGD, AllPairs, RandomPairs
from siamese.data.episodes import sample_trials
from siamese.data.normalise import normalise
from siamese.evaluation.trials import measure
from siamese.network import device, weights
from siamese.network.trainer import Trainer, TrainingError
from siamese.network.twin import assign, build_twin
from siamese.presets import PRESETS
from tests import drawn
from tests.configs import TINY, change

CHARACTERS = drawn.character_set(alphabets=2, characters=20, drawers=5)
VALIDATION = drawn.character_set(alphabets=1, characters=20, drawers=3)


@pytest.fixture
def start() -> Iterator[Callable[..., Trainer]]:
    """Makes trainers of the small configuration with changes, and closes them after the test."""
    with contextlib.ExitStack() as made:

        def begin(**changes) -> Trainer:
            return made.enter_context(contextlib.closing(Trainer(change(TINY, **changes), CHARACTERS, VALIDATION)))

        yield begin


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": AllPairs(4, 3, same_alphabet=0.0, composed=0.0, varied=0.0, upright=1.0)},
        {"batch": RandomPairs(16), "average": 0.0},
    ],
    ids=["all pairs", "random pairs"],
)
def test_a_network_learns_scribbles(changes, start):
    trainer = start(steps=60, rate=3e-3, **changes)
    losses = [trainer.advance()["loss"] for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_a_restored_trainer_continues_like_an_uninterrupted_one(start):
    uninterrupted, first, second = start(), start(), start()
    second.advance()  # whose prepared batches are of other steps
    for _ in range(6):
        uninterrupted.advance()
    for _ in range(3):
        first.advance()
    second.restore(first.state(), first.step)
    assert [second.advance()["step"] for _ in range(3)] == [4, 5, 6]
    for name, tensor in uninterrupted.weights().items():
        assert np.allclose(tensor, second.weights()[name], atol=1e-4), name


def test_a_state_of_another_network_is_refused(start):
    other = start(twin=dataclasses.replace(drawn.TINY, embedding=drawn.TINY.embedding + 2))
    with pytest.raises(TrainingError, match="another network"):
        start().restore(other.state(), 1)


def test_a_validation_has_intervals_on_validation_and_training_alphabets(start):
    record = start().validate()
    for name in ("validation", "background"):
        assert 0 <= record[f"{name}_low"] <= record[name] <= record[f"{name}_high"] <= 1
    assert record["validation_trials"] == 10


def test_a_loss_that_is_not_a_number_ends_the_run_with_one_sentence(start):
    trainer = start()
    trainer.head.assign(tf.fill(trainer.head.shape, np.nan))
    with pytest.raises(TrainingError, match="learning rate"):
        trainer.advance()


def test_the_weights_are_those_of_the_plain_network(start):
    assert {name: tensor.shape for name, tensor in start().weights().items()} == weights.shapes(drawn.TINY)


def test_the_graph_shows_every_layer(start):
    trainer = start()
    nodes = {node.name for node in tf.compat.v1.GraphDef.FromString(trainer.graph()).node}
    trainer.validate()  # with other batch sizes: the one graph serves them all
    for layer in ("conv1", "conv4", "embedding"):
        assert any(layer in name for name in nodes)


def test_without_an_average_the_weights_are_those_of_the_last_step(start):
    trainer = start(average=0.0, batch_norm=False)
    trainer.advance()
    assert np.array_equal(
        trainer.weights()["embedding.kernel"], trainer.columns[0].get_layer("embedding").kernel.numpy()
    )


def test_the_networks_logit_is_the_mean_of_its_columns(start):
    trainer = start(columns=2, normalised=False)
    for _ in range(3):
        trainer.advance()
    drawings = VALIDATION.drawings(np.arange(6))
    tensors, scorer = trainer.weights(), trainer.scorer()
    plain = build_twin(drawn.TINY)
    assign(plain, tensors)
    embedded = [column(drawings[..., None], training=False) for column in trainer.averaged_columns]
    heads, biases = trainer.averaged_head.numpy(), trainer.averaged_bias.numpy()
    logits = [
        np.abs(e[:1] - e[1:]) @ head + bias
        for e, head, bias in zip(map(np.asarray, embedded), heads, biases, strict=True)
    ]
    joined = np.asarray(plain(drawings[..., None]))
    assert np.allclose(
        np.abs(joined[:1] - joined[1:]) @ tensors["head.kernel"] + tensors["head.bias"],
        np.mean(logits, axis=0),
        atol=0.02,
    )
    features = scorer.prepare(drawings)
    assert np.allclose(scorer.compare(features[:1], features[1:]), np.mean(logits, axis=0), atol=0.02)
    assert not np.allclose(logits[0], logits[1], atol=0.1)


def test_a_run_starts_with_the_weights_of_its_configuration(start):
    tensors = start(initial_weights="paper", batch_norm=False).weights()
    assert np.std(tensors["embedding.kernel"]) == pytest.approx(0.2, rel=0.1)
    assert np.mean(tensors["embedding.bias"]) == pytest.approx(0.5, abs=0.02)


def test_the_penalty_is_trained_but_no_part_of_the_loss(start):
    """With kernels of 0.01 the penalty is a worked example: its factors times the sums of the squares."""
    penalised = start(penalty=(0.5, 0.25, 2.0), batch_norm=False, optimiser=SGD(0.1))
    plain = start(batch_norm=False, optimiser=SGD(0.1))
    kernels = [layer.kernel for layer in penalised.columns[0].layers if hasattr(layer, "kernel")]
    for kernel in (*kernels, penalised.head):
        kernel.assign(tf.fill(kernel.shape, 0.01))
    for trainer in (plain, penalised):
        trainer.head.assign(tf.fill(trainer.head.shape, 0.01))
    for ours, others in zip(kernels, [x.kernel for x in plain.columns[0].layers if hasattr(x, "kernel")], strict=True):
        others.assign(ours)
    squares = [float(tf.reduce_sum(kernel.value**2)) for kernel in kernels] + [drawn.TINY.embedding * 1e-4]
    expected = 0.5 * sum(squares[:4]) + 0.25 * squares[4] + 2.0 * squares[5]
    record, other = penalised.advance(), plain.advance()
    assert record["penalty"] == pytest.approx(expected, rel=1e-4)
    assert record["loss"] == pytest.approx(other["loss"], rel=1e-4)
    assert "penalty" not in other
    pulled = plain.head.numpy() - penalised.head.numpy()  # 0.1 * the penalty's gradient, 2 * 2.0 * 0.01
    assert pulled == pytest.approx(0.1 * 2 * 2.0 * 0.01, rel=1e-3)


def test_the_average_forgets_its_start_quickly_and_then_has_its_own_decay(start):
    trainer = start(average=0.25, batch_norm=False)
    expected = trainer.head.numpy()
    for memory in (1 / 10, 2 / 11, 0.25, 0.25):
        trainer.advance()
        expected = memory * expected + (1 - memory) * trainer.head.numpy()
        assert trainer.averaged_head.numpy() == pytest.approx(expected, rel=1e-5)


def test_the_loss_of_all_pairs_is_half_the_cross_entropy_and_the_softmax(start):
    record = start().advance()
    assert record["loss"] == pytest.approx(0.5 * record["pairs"] + record["shot"], rel=1e-4)
    assert record["shot"] > 0.1
    assert 0 <= record["pair_accuracy"] <= 1
    assert record["seconds"] > 0
    assert record.keys() == {"step", "loss", "pairs", "shot", "pair_accuracy", "seconds"}


def test_the_loss_of_random_pairs_is_the_cross_entropy(start):
    record = start(batch=RandomPairs(4)).advance()
    assert record["loss"] == record["pairs"] > 0
    assert record["shot"] == 0


def trained_on(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps of the batches that a trainer is trained on from now on."""
    batches = {trainer.sampler.batch(step).tobytes(): step for step in range(20)}
    train, steps = trainer._train, []

    def recording(drawings: tf.Tensor, memory: tf.Tensor):
        steps.append(batches[drawings.numpy()[..., 0].tobytes()])
        return train(drawings, memory)

    monkeypatch.setattr(trainer, "_train", recording)
    return steps


def test_batches_come_in_order_and_prepared_ones_are_dropped_by_a_restore(start, monkeypatch):
    trainer = start()
    steps, state = trained_on(trainer, monkeypatch), trainer.state()
    for _ in range(5):
        trainer.advance()
    trainer.restore(state, 11)
    assert [trainer.advance()["step"] for _ in range(3)] == [12, 13, 14]
    assert steps == [0, 1, 2, 3, 4, 11, 12, 13]


def test_a_seed_decides_the_initial_weights(start):
    one, again, other = start().weights(), start().weights(), start(seed=1).weights()
    for name in ("conv1.kernel", "embedding.kernel"):
        assert np.array_equal(one[name], again[name])
        assert not np.allclose(one[name], other[name])


def test_the_columns_start_differently_and_the_average_with_them(start):
    trainer = start(columns=2)
    kernels = [column.get_layer("conv1").kernel.numpy() for column in trainer.columns]
    assert not np.allclose(kernels[0], kernels[1])
    averaged = [column.get_layer("conv1").kernel.numpy() for column in trainer.averaged_columns]
    assert np.array_equal(kernels, averaged)


@pytest.mark.parametrize(("trials", "background"), [(10, 2), (3, 1)])
def test_a_validation_measures_the_trials_of_the_fixed_seed(start, trials, background):
    trainer = start(validation_trials=trials)
    record = trainer.validate()
    for name, characters, count in (("validation", VALIDATION, trials), ("background", CHARACTERS, background)):
        known = sample_trials(characters, np.random.default_rng(20150710), count)
        expected = measure(trainer.scorer(), characters, known, np.random.default_rng(20150710))
        assert record[name] == expected.accuracy
        assert (record[f"{name}_low"], record[f"{name}_high"]) == expected.interval()
        assert record[f"{name}_trials"] == count
    assert record["step"] == 0


@pytest.mark.parametrize("normalised", [False, True])
def test_drawings_are_normalised_for_the_scorer_as_in_training(start, normalised):
    drawings = VALIDATION.drawings([0, 1])
    sees = start(normalised=normalised).scorer().twin_input(drawings)
    assert np.array_equal(sees, normalise(drawings) if normalised else drawings)


@pytest.mark.parametrize(("flags", "policy"), [({"avx512_bf16"}, "mixed_bfloat16"), (set(), "float32")])
def test_the_twins_train_in_the_precision_of_the_machine(start, monkeypatch, flags, policy):
    monkeypatch.setattr(device, "_processor_flags", lambda: flags)
    monkeypatch.setattr(device.tf.config, "list_physical_devices", lambda kind: [])
    assert start().columns[0].get_layer("conv1").dtype_policy.name == policy


def test_a_state_with_other_tensors_is_refused(start):
    trainer = start()
    tensors = trainer.state()
    for changed in ({**tensors, "more": np.zeros(1)}, dict(list(tensors.items())[1:])):
        with pytest.raises(TrainingError, match="another network or optimiser"):
            trainer.restore(changed, 1)


def test_a_closed_trainer_prepares_no_more_batches(start):
    trainer = start()
    trainer.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        trainer.advance()


def test_tensorboard_has_the_curve_so_far(start, tmp_path):
    trainer = start()
    writer = trainer.tensorboard(tmp_path / "events", [trainer.advance()])
    writer.close()
    (file,) = (tmp_path / "events").iterdir()
    steps = [event.step for event in tf.compat.v1.train.summary_iterator(str(file)) if event.summary.value]
    assert steps == [1]


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_trains(preset, start):
    recipe = PRESETS[preset]
    batch = {"pairs": 8} if isinstance(recipe.batch, RandomPairs) else {"characters": 4, "drawers": 3}
    sized = recipe.changed(twin=drawn.TINY, batch=batch, from_drawers=5, schedule={"validation_trials": 10})
    trainer = start(**vars(sized))
    before = trainer.weights()["embedding.kernel"]
    assert np.isfinite([trainer.advance()["loss"] for _ in range(2)]).all()
    assert not np.array_equal(before, trainer.weights()["embedding.kernel"])


def test_batch_normalisation_has_the_rate_of_its_layer(start):
    layers = len(drawn.TINY.filters)
    trainer = start(layer_rates=(0.5,) + (1.0,) * (layers - 1) + (0.1, 2.0))
    paths = [v.path for column in trainer.columns for v in column.trainable_variables]
    named = list(zip(paths, trainer._rate_factors(), strict=False))
    assert {rate for path, rate in named if "1" in path.split("/")[0]} == {0.5}
    assert {rate for path, rate in named if "embedding" in path} == {0.1}
    assert trainer._rate_factors()[-3:] == [2.0, 20.0, 20.0]  # head, bias, scale


def test_pairs_that_train_the_scale_leave_all_else_to_the_softmax(start):
    """Without weight decay a step moves what has a gradient: with one drawing per place the softmax is the same."""
    optimiser = SGD(0.1)
    scaled, other = (start(batch=AllPairs(4, 3), optimiser=optimiser, average=0.0) for _ in range(2))
    other.log_scale.assign([2.0])
    other.bias.assign([-3.0])
    first, second = scaled.advance(), other.advance()
    assert first["shot"] == pytest.approx(second["shot"], rel=1e-4)
    assert first["pairs"] != pytest.approx(second["pairs"], rel=1e-2)
    assert float(scaled.log_scale[0]) != 0.0
    assert float(scaled.bias[0]) != 2.0
    assert np.allclose(scaled.head, other.head, atol=1e-5)
    kernels = [trainer.columns[0].get_layer("conv1").kernel.numpy() for trainer in (scaled, other)]
    assert np.allclose(*kernels, atol=1e-5)


def test_the_scale_is_part_of_the_weights(start):
    trainer = start(average=0.0, batch_norm=False)
    before = trainer.weights()["head.kernel"]
    trainer.averaged_log_scale.assign([np.log(3.0)])
    assert np.allclose(trainer.weights()["head.kernel"], 3 * before)


def test_runs_of_earlier_versions_have_no_scale(start):
    """Their checkpoints can be restored."""
    earlier = start(batch=AllPairs(4, 3, same_drawers=False, pair_loss="network"))
    assert len(earlier.state()) < len(start().state())
    earlier.advance()
    assert float(earlier.log_scale[0]) == 0.0
