"""What pages of the tests say: a title with a story below it, and posts of one sentence."""

STORY = (
    "The ferry stayed in port",
    "The ferry stayed in port all week, because nobody could find the key of the chain that holds it to the quay.",
    "On Friday the harbour master cut the chain with a borrowed saw, and the first crossing left an hour later.",
)

SAID = (
    "The mill race was cleared in two days, and the wheel turned by itself before noon.",
    "Nobody has counted the steps of the tower since the bell was taken down.",
    "The lamp on the mole went out at nine, and it was morning before anyone noticed.",
)
