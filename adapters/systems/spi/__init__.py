"""The Standard Police Interface (SPI): results of magistrates' courts, as police systems receive them."""
