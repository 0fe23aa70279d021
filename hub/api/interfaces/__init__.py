"""The interfaces by which agencies' systems call unchanged: who calls, what is asked, and the answer in their words."""
