"""The Inside page: the network block by block, two embeddings, maps of alphabets, the most similar drawings."""
