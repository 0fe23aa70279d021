"""The programme_referral kind."""
