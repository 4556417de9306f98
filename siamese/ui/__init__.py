"""What the pages share. The only package that imports Streamlit; it imports TensorFlow only inside functions."""
