"""GraphiQL: setup.py takes its files from npm into the data folder, page.py serves them from there."""
