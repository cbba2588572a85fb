"""Workers on other hosts, by Dask: what they must agree on with who leads, and the executor that hands them work."""
