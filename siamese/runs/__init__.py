"""Training as a background job: a run is a folder, the trainer is a process of its own, and files are all they share."""
