-- '0' is the character after '/'.
SELECT prefix FROM garbage WHERE prefix >= :task_id || '/' AND prefix < :task_id || '0' ORDER BY prefix;
