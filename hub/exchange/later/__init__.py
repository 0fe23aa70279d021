"""What is said after the first answer: to the senders of documents, and by the recipients of messages."""
