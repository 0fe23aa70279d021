"""The end of life: what is due is destroyed, what is on hold stays, and a person is told what was held and shared."""
