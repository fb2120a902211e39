-- The prefix of the whole task takes their place. '0' is the character after '/'.
DELETE FROM garbage WHERE prefix > :task_id || '/' AND prefix < :task_id || '0';
