"""What must hold so that the exchange can work here, looked at one by one: nothing is changed and nothing is made."""
