"""A class without browsers: visitors that speak Streamlit's protocol, and a server whose memory can be read."""
