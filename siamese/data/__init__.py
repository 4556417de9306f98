"""Drawings: character sets, ink, distortions and trials. No TensorFlow, no Streamlit."""
