"""The training page: what it watches and steers, what the network sees, the runs that are there."""
