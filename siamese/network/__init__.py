"""Koch's siamese network. The only package that imports TensorFlow."""
