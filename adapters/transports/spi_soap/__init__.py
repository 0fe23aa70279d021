"""SPI: each message is submitted to the recipient's own address, as the Standard Police Interface says."""
