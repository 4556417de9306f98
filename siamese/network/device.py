"""Which precision this machine trains in."""

from __future__ import annotations

import dataclasses
import pathlib

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Precision:
    """Keras dtype policy for training, whether XLA compiles the step, and the device in words."""

    policy: str
    compile: bool
    device: str

    @classmethod
    def of_this_machine(cls) -> Precision:
        """bfloat16 where the processor multiplies in it (AVX512_BF16, AMX) and on GPUs, float32 elsewhere; XLA on GPUs only.

        XLA on the CPU was measured at a third of the speed. Every GPU grows its memory instead of taking all of it.
        """
        if gpus := tf.config.list_physical_devices("GPU"):
            for gpu in gpus:
                tf.config.experimental.set_memory_growth(gpu, True)
            return cls("mixed_bfloat16", True, tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"))
        flags = _processor_flags()
        fast = "avx512_bf16" in flags or "amx_bf16" in flags
        return cls("mixed_bfloat16" if fast else "float32", False, "CPU with bfloat16" if fast else "CPU")


def _processor_flags() -> set[str]:
    """Instruction sets as Linux names them; empty on systems that do not say."""
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return set()
    lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")]
    return set(lines[0].split()) if lines else set()
