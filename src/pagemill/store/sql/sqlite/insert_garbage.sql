INSERT INTO garbage (prefix) VALUES (:prefix) ON CONFLICT DO NOTHING;
