"""The classroom: rounds against the network, scoring, and the store of what a class has answered and drawn."""
