-- Holds the place of the migration that another branch adds; goes when that is merged.
SELECT 1;
