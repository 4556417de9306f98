"""Arrays to plotly figures: pure functions, light and dark. A figure carries its protocol, so that it can be taken away."""
