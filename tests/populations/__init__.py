"""Made-up populations as large as those that the exchange looks among, with names as common as names are."""
