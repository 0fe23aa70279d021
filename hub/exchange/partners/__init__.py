"""The agencies as partners: where they receive, whether they answer, and how much they may send."""
