"""The Explore page: alphabets, characters and drawers; distortions, pairs and episodes; where the data comes from."""
