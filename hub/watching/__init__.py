"""What a monitor is told: figures of the exchange as it stands, and the alerts that follow from them."""
