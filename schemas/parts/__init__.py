"""The parts that several kinds share: people, offences, documents."""
