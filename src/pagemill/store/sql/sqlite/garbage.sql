SELECT prefix, passes FROM garbage WHERE due_at <= pagemill_now() ORDER BY due_at LIMIT :prefixes;
