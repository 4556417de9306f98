"""One-shot learning with Koch's siamese network (Koch, Zemel & Salakhutdinov, 2015).

The engine under the classroom app: data, network and evaluation. Only `siamese.network` imports TensorFlow and only
`siamese.ui` imports Streamlit.
"""
