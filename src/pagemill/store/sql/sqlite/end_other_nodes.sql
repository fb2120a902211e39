-- Whoever owns the data folder knows that all others are dead.
UPDATE node SET state = 'dead' WHERE state = 'alive' AND id <> :id;
