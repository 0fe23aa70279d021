"""The figures of the service: counted from deadlines, divided by period and agency, protected where they are small."""
