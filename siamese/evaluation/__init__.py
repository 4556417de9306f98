"""How good a scorer is: trials, Lake's runs, baselines, pictures to text. Knows scorers, not networks."""
