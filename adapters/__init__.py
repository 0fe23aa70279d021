"""What each agency privately speaks. Pure translation: nothing here sees the database."""
