DELETE FROM intake_tally WHERE ctid IN (SELECT ctid FROM intake_tally WHERE minute <= $1 LIMIT $2)
