"""What the pages share. The only place in `siamese` that imports Streamlit; nothing here imports TensorFlow before a browser has painted."""
