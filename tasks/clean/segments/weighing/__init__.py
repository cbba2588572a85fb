"""What is made of the chances that trees, network and rules give a line: by where it stands, then its label."""
