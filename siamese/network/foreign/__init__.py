"""Weights of Koch's network that another program trained: Keras' .h5 and .keras files, PyTorch's .safetensors.

Only arrays are read. No model is deserialised and no code from a file can run.
"""
