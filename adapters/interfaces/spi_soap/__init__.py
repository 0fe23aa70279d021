"""The Standard Police Interface: results and new cases by `submit`, answers by `retrieve`."""
