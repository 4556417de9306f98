"""The precision in which this machine computes.

Modules that build networks import this one first: TensorFlow accepts no settings for a GPU once it has computed
anything.
"""

from __future__ import annotations

import dataclasses
import pathlib

import tensorflow as tf

for _gpu in tf.config.list_physical_devices("GPU"):
    tf.config.experimental.set_memory_growth(_gpu, True)  # instead of allocating all of it


@dataclasses.dataclass(frozen=True)
class Precision:
    """Keras dtype policies for training and serving, whether XLA compiles the training step, the name of the device."""

    training: str
    serving: str
    compile: bool
    device: str

    @classmethod
    def of_this_machine(cls) -> Precision:
        """bfloat16 on processors that multiply in it (AVX512_BF16, AMX), mixed on GPUs, else float32; XLA only on GPUs.

        Measured on a CPU with AMX: a training step 4 times as fast as in float32, an answer 5 times, logits within
        0.013 of float32 at a standard deviation of 3.4. XLA ran at a third of the speed.
        """
        if gpus := tf.config.list_physical_devices("GPU"):
            return cls(
                "mixed_bfloat16",
                "float32",
                True,
                tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"),
            )
        flags = _processor_flags()
        if "avx512_bf16" in flags or "amx_bf16" in flags:
            return cls("mixed_bfloat16", "bfloat16", False, "CPU with bfloat16")
        return cls("float32", "float32", False, "CPU")


def _processor_flags() -> set[str]:
    """Instruction sets by their Linux names; empty on other systems."""
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return set()
    lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")]
    return set(lines[0].split()) if lines else set()
