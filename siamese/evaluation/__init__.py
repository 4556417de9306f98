"""How good a scorer is: protocols, trials, Lake's runs, baselines, same or different. Knows scorers, not networks."""
