"""The learned part of the segmenter: tables of whole numbers about lines, and boosted trees that read them."""
