"""What takes two people: proposals, and the rules of the installation that say what one person may do alone."""
