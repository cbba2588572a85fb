"""The Prefect flows and the command line. Nothing here imports Prefect before a flow is to run."""
