"""One folder for each interface by which agencies' systems call the exchange unchanged."""
