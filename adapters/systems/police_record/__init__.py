"""police_record: the police's JSON record of disposals by arrest summons number."""
