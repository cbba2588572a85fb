"""The rooms of Winnow, in the order in which the data flows: acquire, clean, dedupe, gate, publish."""
