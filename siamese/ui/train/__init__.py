"""The Train page: a form for new runs, the run that is shown with its controls and curves, the list of all runs."""
